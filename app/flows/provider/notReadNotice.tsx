/** Says what could not be read for the page, what that means for the visit, and what to do. */
import { Notice } from "../../web/components.tsx";
import { DOES } from "./commonFaultWords.ts";
import { shortMoment } from "./nearness.ts";
import type { NotRead } from "./notRead.ts";
import type { ProviderProblem } from "./problems.ts";

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
      return {
        title: CHART[one.problem] ?? "The chart " + DOES[one.answered ?? "silent"],
        says: [
          asOf,
          isInDoubt
            ? !isMeetingClosed && "You can still join."
            : isMeetingClosed
              ? "Links can be copied and replaced."
              : "You can still join, and links can be copied and replaced.",
        ]
          .filter((sentence) => sentence !== false)
          .join(" "),
      };
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

const CHART: Partial<Record<ProviderProblem["kind"], string>> = {
  "session-over": "The chart has ended your session",
  "chart-refused": "The chart does not let you read this visit any more",
  "chart-not-fhir": "The chart answered something unreadable",
  "connection-failing": "The chart connection is not working",
  "proof-missing": "The chart connection is not set up completely",
  "token-refused": "The chart refuses its own sign-in",
  "whose-untold": "A patient’s record in the chart cannot be read",
};
