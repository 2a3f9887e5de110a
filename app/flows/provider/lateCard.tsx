/** The part of the visit's page by which a clinician says that they run late, and takes it back. */
import { Button, Card } from "../../web/components.tsx";
import { formatShortClock } from "../../web/time.ts";
import type { Texted } from "./runningLate.ts";
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
  ended: "; no text goes out, because the chart says that the visit is over",
  deceased: "; no text goes out, because the chart says that the patient has died",
  inactive: "; no text goes out, because the chart says that this patient’s record is not in use: call",
  preference: "; no text goes out, because the chart says that the patient wants none: call",
  "prefers-mail": "; no text goes out, because the chart says that the patient prefers e-mail: call",
  "no-mobile": "; no text goes out, because the chart has no mobile number that can be texted: call",
  "opted-out": "; no text goes out, because the patient’s number has ended texts (STOP): call",
  "late-often": "; no further text goes out, because the patient was texted about it as often as they may be",
};

export function RunningLate(view: VisitView) {
  const isSaid = isAbout(view, ...LATE);
  if (!isSaid && view.lateness.kind === "not-now") return null;
  return (
    <Card title="Running late">
      {isSaid && <SaidNotice said={view.said} />}
      <Late {...view} />
    </Card>
  );
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
            {TEXTED[lateness.texted]}. A patient who already waits in Teams does not see that page: call.
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
          </p>
          <Button weight="secondary">Take it back</Button>
        </VisitForm>
      );
  }
}
