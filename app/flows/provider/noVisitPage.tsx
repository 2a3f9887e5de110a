/** The page for a chart in which there is no visit to open; a consult with colleagues can be started all the same. */
import { visitPath } from "../../domain/addresses.ts";
import { ButtonLink, Card } from "../../web/components.tsx";
import { ConsultForm } from "./consultForm.tsx";
import { HeldElsewhereCards } from "./heldCard.tsx";
import type { NoVisit, NoVisitReason } from "./opened.ts";
import { spokenStart } from "./nearness.ts";
import type { NextVisit } from "./nextVisit.ts";
import { ConsultNotBegun } from "./notReadNotice.tsx";
import type { ProviderPicks } from "./parts.ts";
import type { Pages } from "./pages.ts";
import { PatientBanner } from "./patientBanner.tsx";
import { Reference } from "../../web/faultPage.tsx";
import { ReadHints } from "./readHints.tsx";
import type { Said } from "./said.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { saidOfHeld } from "./saidNow.ts";
import { TodaysVisits } from "./todaysVisits.tsx";
import { Away, Workstation } from "./workstation.tsx";
import type { Session } from "../../records/sessions.ts";

interface Told {
  readonly title: string;
  readonly happened: string;
  readonly next: string;
  /** The words of the way back to what can be picked. */
  readonly again?: string;
  readonly forIt?: (connectionId: string) => string;
}

const OPEN_AGAIN = "Close this page and open Teams from the patient’s chart again.";

/** What is told for each reason. The portal's traces have words for each, too (flows/portal/traces/traceWords.ts). */
export const WORDS: Readonly<Record<NoVisitReason, Told>> = {
  "none-today": {
    title: "No video visit today",
    happened: "This patient’s chart has no video visit for today.",
    next: "If there should be one today, ask scheduling to book the appointment as a video visit, then open Teams from the chart again.",
    forIt: (connectionId) =>
      `An appointment is a video visit when it has virtual rooms, or when its type is listed under visitTypes of connection ${connectionId}.`,
  },
  "no-patient": {
    title: "No patient’s chart is open",
    happened: "Teams was opened without a patient’s chart, so it is not known whose visit is meant.",
    next: "Open the patient’s chart first, then open Teams from it.",
    forIt: () => "The launch gave no patient; the app must be launched from within a chart.",
  },
  missed: {
    title: "Today’s visit is marked as a no-show",
    happened: "The chart says that the patient did not come to today’s video visit.",
    next: "If the patient is there after all, change the appointment’s state in the chart, then open Teams from the chart again. The patient’s link is good until the visit’s time is over.",
  },
  "not-this-patients": {
    title: "The chart’s answer could not be used",
    happened:
      "Asked for this patient’s visits, the chart answered with another patient’s. They are not shown here.",
    next: OPEN_AGAIN + " If it happens again, tell your IT help desk.",
    forIt: () =>
      "The chart system does not keep to the patient in its search for appointments; the log counts those that were dropped.",
  },
  contradicted: {
    title: "The chart’s answers do not agree",
    happened:
      "The chart’s list has a video visit of this patient today, but the chart does not show that appointment by itself, or shows it as another patient’s. So it is not opened here. Links that were sent stay as they were, but where it is shown as another patient’s they let nobody in until it is opened from that patient’s chart.",
    next: "The list may be some minutes old: look at the schedule. If the visit takes place, open Teams from the chart again in a few minutes, and call the patient if they wait.",
    forIt: () =>
      "The search names an appointment that a read by its id, with this person’s own rights, answers with 404 or with another patient.",
  },
  "other-patient": {
    title: "This visit is no longer this patient’s",
    happened:
      "In the chart, the appointment that was open here now belongs to another patient. Nothing of it is shown in this chart, and links that were sent from here may let nobody in any more.",
    next:
      OPEN_AGAIN + " Call whoever waits for this visit, and before you send a link again, check whose it is.",
  },
  "not-shown": {
    title: "The chart does not show this visit",
    happened:
      "The appointment may have been removed, or be hidden from you. That does not cancel the visit: the patient’s link stays as it was.",
    next: "Look for the appointment in the chart. If you cannot see it there, ask scheduling. If you can, open Teams from the chart again.",
    forIt: () => "The chart system answered 404 for the appointment with this person’s own rights.",
  },
  "not-offered": {
    title: "That visit cannot be opened now",
    happened: "What was picked is not, or no longer, among this patient’s video visits of today.",
    next: "Look at today’s visits again, and pick from them.",
    again: "See today’s visits",
  },
};

/** With what was just done, where the address says it. */
type Shown = NoVisit & { readonly said?: Said };

/** @param reference leads an administrator to the trace of what the chart was asked */
export async function noVisitPage(
  parts: ProviderPicks,
  pages: Pages,
  session: Session,
  { because, hints, patient, next: nextVisit, isConsultNotBegun, heldElsewhere, said: asked }: Shown,
  reference: string,
): Promise<string> {
  const departments = await parts.hospital.departments(session.connection.id);
  const { title, happened, next, again, forIt } = WORDS[because];
  const said = saidOfHeld(asked, heldElsewhere ?? []);
  const main = (
    <>
      <PatientBanner
        patient={patient}
        session={session}
        now={parts.now()}
        zones={departments.map(({ timeZone }) => timeZone)}
      />
      <Away />
      <ReadHints hints={hints} />
      {isConsultNotBegun === true && <ConsultNotBegun />}
      {said !== undefined && <SaidNotice said={said} />}
      <Card>
        <h1>{title}</h1>
        <p>{happened}</p>
        {nextVisit !== undefined && <Next {...nextVisit} now={parts.now()} />}
        <p>{next}</p>
        <TodaysVisits session={session} />
        {again !== undefined && session.place?.kind !== "appointment" && (
          <p class="actions">
            <ButtonLink href={visitPath(session.launchId)}>{again}</ButtonLink>
          </p>
        )}
        {forIt !== undefined && (
          <p class="for-it">
            <strong>For IT:</strong> {forIt(session.connection.id)}
          </p>
        )}
        <Reference>{reference}</Reference>
      </Card>
      <HeldElsewhereCards of={session} held={heldElsewhere} now={parts.now()} isBeside />
      {departments.length > 0 && (
        <Card title="Consult a colleague instead">
          <p>A consult is a video visit without the patient. You get a link for your colleagues.</p>
          <ConsultForm launchId={session.launchId} departments={departments} />
        </Card>
      )}
      <Workstation base={visitPath(session.launchId)} />
    </>
  );
  return pages({
    title,
    main,
    scripts: ["forms.js", "away.js"],
    ofTestChart: session.connection.environment === "test",
  });
}

function Next({ start, department, now }: NextVisit & { readonly now: Date }) {
  return (
    <p>
      <strong>Next: {spokenStart(start, department.timeZone, now)}</strong> · {department.name}
    </p>
  );
}
