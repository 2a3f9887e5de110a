/** Says what could not be read for the page, what that means for the visit, and what to do. */
import { Notice } from "../../web/components.tsx";
import { DOES } from "./commonFaultWords.ts";
import { shortMoment } from "./nearness.ts";
import type { ChartProblem, NotRead } from "./notRead.ts";

interface Props {
  readonly notRead: readonly NotRead[];
  /** Whether no link leads into the visit, because nobody knows whose it is: the page says that, and nothing else of links. */
  readonly isInDoubt?: boolean;
  readonly zone: string;
  readonly now: Date;
}

export function NotReadNotices(props: Props) {
  return (
    <>
      {props.notRead.map((one) => {
        const { title, says } = wordsFor(one, props);
        return (
          <Notice kind="warning" title={title} key={one.kind}>
            <p>{says}</p>
          </Notice>
        );
      })}
    </>
  );
}

/** The same beside a choice of visits, and where there is no visit. */
export function ConsultNotBegun() {
  const { title, says } = CONSULT_NOT_BEGUN;
  return (
    <Notice kind="warning" title={title}>
      <p>{says}</p>
    </Notice>
  );
}

const CONSULT_NOT_BEGUN = {
  title: "The consult could not be started",
  says: "Teams did not begin its meeting, or its department is not set up any more. Nothing about the patient’s visits has changed. Try the consult again in a minute; if it fails again, tell your IT help desk.",
};

function wordsFor(
  one: NotRead,
  { notRead, isInDoubt = false, zone, now }: Props,
): { readonly title: string; readonly says: string } {
  const isMeetingClosed = notRead.some(({ kind }) => kind === "meeting-closed");
  switch (one.kind) {
    case "chart": {
      const asOf =
        one.readAt === undefined
          ? "Times are as this page last knew them."
          : `Times are as of ${shortMoment(one.readAt, zone, now)}.`;
      const { title, next } = CHART[one.problem](DOES[one.answered ?? "silent"]);
      return { title, says: [asOf, good(isMeetingClosed, isInDoubt), next].filter(Boolean).join(" ") };
    }
    case "appointment-hidden":
      return {
        title: "The chart does not show you this appointment any more",
        says: `It may have been removed, or your access has changed. The visit ${isInDoubt ? "stays as it is" : "and its links stay as they are"}; close the links if it should not take place.`,
      };
    case "department":
      return {
        title: "The appointment’s location is not set up",
        says: "The chart names no location that a department has here. The department before still holds.",
      };
    case "department-removed":
      return {
        title: "The department of this visit is not set up any more",
        says: `${isMeetingClosed ? "Links" : "You can still join, and links"} can be replaced and closed. The hospital is named in its place, and times are those of ${zone}. Tell your IT help desk.`,
      };
    case "location":
      return {
        title: "The chart does not show the appointment’s location",
        says: "It does not show you what the location is part of, or failed when it was asked. The department before still holds; look again in a minute.",
      };
    case "meeting-behind":
      return {
        title: "Teams has not taken over a change yet",
        says: `The time ${isInDoubt ? "is" : "and the links are"} good here. The connector tells Teams again by itself; until then Teams may show the time, or let in without waiting whom it let in before.`,
      };
    case "meeting-closed":
      return {
        title: "Teams still keeps this meeting closed",
        says: "Nobody can be let in yet: whoever joins waits in the lobby. Teams is asked again; reload this page in a minute. Call the patient meanwhile.",
      };
    case "consult":
      return CONSULT_NOT_BEGUN;
  }
}

/** What of the visit is good meanwhile; in doubt of whose it is, nothing is said of links. */
const good = (isMeetingClosed: boolean, isInDoubt: boolean): string => {
  if (isInDoubt) return isMeetingClosed ? "" : "You can still join.";
  return isMeetingClosed
    ? "Links can be copied and replaced."
    : "You can still join, and links can be copied and replaced.";
};

const TELL_IT = "Tell your IT help desk.";
const OPEN_AGAIN =
  "To see what the chart says now, open the visit again from the chart. If that fails, tell your IT help desk.";

/**
 * Each way in which the chart cannot be read, and what to do about it; nothing where it passes by itself.
 * @param does what the chart does, where it cannot serve now
 */
const CHART: Readonly<
  Record<ChartProblem, (does: string) => { readonly title: string; readonly next?: string }>
> = {
  "chart-unavailable": (does) => ({ title: "The chart " + does }),
  "sign-in-unavailable": (does) => ({ title: "The chart’s sign-in " + does }),
  "session-over": () => ({ title: "The chart has ended your session", next: OPEN_AGAIN }),
  "sign-in-refused": () => ({ title: "The chart does not let you in any more", next: OPEN_AGAIN }),
  "code-refused": () => ({ title: "The chart did not complete the sign-in", next: OPEN_AGAIN }),
  "not-staff": () => ({ title: "The chart does not say that you work here", next: OPEN_AGAIN }),
  "registration-refused": () => ({
    title: "The chart does not accept the connector any more",
    next: `It is not about you. ${TELL_IT}`,
  }),
  "sign-in-unproven": () => ({
    title: "The chart’s answer to the sign-in could not be confirmed",
    next: OPEN_AGAIN,
  }),
  "keys-unreadable": () => ({ title: "The chart’s sign-in could not be checked", next: TELL_IT }),
  "clocks-differ": () => ({ title: "The chart’s clock and the connector’s do not agree", next: TELL_IT }),
  "scopes-trimmed": () => ({ title: "The chart gives the connector too few permissions", next: TELL_IT }),
  "chart-refused": () => ({
    title: "The chart does not let you read this visit any more",
    next: "Check that you can see the appointment in the chart. If you can, tell your IT help desk.",
  }),
  "chart-not-fhir": () => ({ title: "The chart answered something unreadable", next: TELL_IT }),
  "connection-failing": () => ({
    title: "The chart connection is not working",
    next: "If it stays so, tell your IT help desk.",
  }),
  "proof-missing": () => ({ title: "The chart connection is not set up completely", next: TELL_IT }),
  "token-refused": () => ({ title: "The chart refuses its own sign-in", next: TELL_IT }),
  "whose-untold": () => ({ title: "A patient’s record in the chart cannot be read" }),
};
