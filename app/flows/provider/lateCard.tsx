/** The part of the visit's page by which a clinician says that they run late, and takes it back. */
import { MOST_LATE_TEXTS } from "../../domain/lateness.ts";
import { Button, Card } from "../../web/components.tsx";
import { formatShortClock } from "../../web/time.ts";
import type { Believed, LateTexts } from "./lateTexts.ts";
import type { Lateness, Texted } from "./runningLate.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { isAbout } from "./visitCards.tsx";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

const LATE = [
  "late-said",
  "late-said-untexted",
  "late-said-before",
  "late-said-since",
  "late-taken-back",
  "late-not-now",
] as const;

const TEXTED: Readonly<Record<Texted, string>> = {
  yes: ", and they get a text",
  no: "; no text goes out from here",
  staff: "; a text goes to listed staff alone",
  unknown: "; whether they get a text cannot be said now",
  held: "; no text goes out, because the messages of this visit are held back: call",
  "several-patients": "; no text goes out, because the appointment has several patients: call",
  "not-found":
    "; a text goes out only if the connector finds this video visit in the chart within 15 minutes, which it has not yet: call",
  declined: "; no text goes out, because the chart says that the patient has declined the appointment: call",
  deceased: "; no text goes out, because the chart says that the patient has died",
  inactive: "; no text goes out, because the chart says that this patient’s record is not in use: call",
  replaced:
    "; no text goes out, because the chart does not show which record has replaced this patient’s: call",
  preference: "; no text goes out, because the chart says that the patient wants none: call",
  "prefers-mail": "; no text goes out, because the chart says that the patient prefers e-mail: call",
  "no-mobile": "; no text goes out, because the chart has no mobile number that can be texted: call",
  "opted-out": "; no text goes out, because the patient’s number has ended texts (STOP): call",
  "late-often": "; no further text goes out, because the patient was texted about it as often as they may be",
};

export function RunningLate(view: VisitView) {
  const isSaid = isAbout(view, ...LATE);
  if (!isSaid && view.lateness.kind === "not-now") return null;
  const toCall = stillToldOf(view);
  const isTakenBack = isAbout(view, "late-taken-back");
  return (
    <Card title="Running late">
      {isSaid && <SaidNotice said={view.said} also={isTakenBack ? toCall : undefined} />}
      {toCall !== undefined && !isTakenBack && (
        <p>
          <strong>{toCall}</strong>
        </p>
      )}
      <Late {...view} />
    </Card>
  );
}

/** What the patient was told by a text, and goes by, although nobody says any more that staff run late. */
function stillToldOf(view: VisitView): string | undefined {
  const { lateness, open } = view;
  if (lateness.kind !== "can-be-said" || lateness.before === undefined) return undefined;
  if (lateness.before === "unread")
    return isAbout(view, "late-taken-back")
      ? "Whether the patient was texted about it cannot be read now, and no text takes that back: call."
      : undefined;
  const { believed } = lateness.before;
  if (believed === undefined) return undefined;
  return `The patient ${textedAt(believed, open.department.timeZone)} that you are running late, and no text takes that back: call if you are on time after all.`;
}

/** How the promise of a text goes on where the patient got one before. */
const promised = (texted: Texted, before: LateTexts | undefined): string =>
  texted === "yes" && typeof before === "object"
    ? `, and they get another text: ${String(before.count + 1)} of at most ${String(MOST_LATE_TEXTS)}`
    : TEXTED[texted];

const textedAt = ({ at, isSure }: Believed, zone: string): string =>
  `was ${isSure ? "" : "perhaps "}texted at ${formatShortClock(at, zone)}`;

/** What is to be known of the text before it is taken back that staff run late. */
function ofText({ text }: Extract<Lateness, { kind: "said" }>, zone: string): string {
  if (text === undefined) return "";
  return text === "perhaps"
    ? " If a text about it has reached the patient, no text takes that back: call when you take it back."
    : ` The patient ${textedAt(text, zone)}, and no text takes that back: call when you take it back.`;
}

function Late(view: VisitView) {
  const { lateness, open } = view;
  const clock = (at: Date) => formatShortClock(at, open.department.timeZone);
  switch (lateness.kind) {
    case "not-now":
      return null;
    case "can-be-said":
      return (
        <VisitForm view={view} to="/late" class="late">
          <Button weight="secondary">Say that you are running late</Button>
          <p class="quiet">
            The patient’s page then says so for an hour
            {promised(lateness.texted, lateness.before)}. A patient who already waits in Teams does not see
            that page: call.
          </p>
        </VisitForm>
      );
    case "said":
      return (
        <VisitForm view={view} to="/on-time" class="late">
          <input type="hidden" name="late" value={lateness.since.toISOString()} />
          <p>
            You said at {clock(lateness.since)} that you are running late. The patient’s page says so until{" "}
            {clock(lateness.until)}, or until you come into the meeting.
            {ofText(lateness, open.department.timeZone)}
          </p>
          <Button weight="secondary">Take it back</Button>
        </VisitForm>
      );
  }
}
