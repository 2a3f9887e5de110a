/** What went wrong for a clinician, here or at a vendor, and the page that says so. */
import type { Request } from "express";
import type { ComponentChildren } from "preact";
import { PATHS, visitPath } from "../../domain/addresses.ts";
import { answered } from "../../domain/illness.ts";
import { EhrFault } from "../../ports/ehr.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { StaffSignInFault } from "../../ports/staffSignIn.ts";
import { StoreConflict, StoreFault } from "../../ports/store.ts";
import { SettingsNotRead } from "../../records/hospital.ts";
import { VaultFault } from "../../ports/vault.ts";
import { UnreadableRecord } from "../../records/record.ts";
import { SessionOver } from "../../records/sessions.ts";
import { VisitDeleted } from "../../records/tombstones.ts";
import { wordsFor, type CommonProblem, type Fault } from "../../web/fault.ts";
import { FaultPage, type FaultPageWords } from "../../web/faultPage.tsx";
import { routeOf, type FaultWords } from "../../web/faults.ts";
import { parametersOf } from "../../web/parameters.ts";
import { signInProblem } from "./account.ts";
import type { Session } from "../../records/sessions.ts";
import type { FaultChart, FaultCharts } from "./faultChart.ts";
import { WORDS } from "./faultWords.ts";
import type { Pages } from "./pages.ts";
import { PatientBanner } from "./patientBanner.tsx";
import { fault, type ProviderProblem } from "./problems.ts";
import { HeldCancellation, HeldElsewhereCards } from "./heldCard.tsx";
import { LIVE_ROUTES } from "./liveAddresses.ts";
import { saidIn } from "./said.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { saidOfHeld } from "./saidNow.ts";
import { TodaysVisits } from "./todaysVisits.tsx";
import { Away, Workstation } from "./workstation.tsx";

const LIVE = new Set<string>(Object.values(LIVE_ROUTES));

/** Shows faults in the frame of all of a clinician's pages, with the patient above where it is known whose chart it is. */
export function providerFaults(pages: Pages, chartOf: FaultCharts): FaultWords<ProviderProblem> {
  return {
    flow: "provider",
    kinds: new Set(Object.keys(WORDS)),
    recognize: recognized,
    isAskedAgain: (request) => LIVE.has(routeOf(request)),
    async tell(problem, { request, reference, cause }) {
      const words = wordsFor(WORDS, problem);
      const { status, title, happened, next, forIt } = words;
      const chart = await chartOf(problem, { request, cause });
      const { session } = chart;
      const { held = [], heldElsewhere = [] } = problem.kind === "visit-cancelled" ? problem : {};
      const said =
        problem.kind === "visit-cancelled"
          ? saidOfHeld(saidIn(parametersOf(request)).said, [...held, ...heldElsewhere])
          : undefined;
      const main = (
        <Beside chart={chart}>
          {said !== undefined && <SaidNotice said={said} />}
          <FaultPage words={{ ...wayOn(chart, request, status), ...words }} reference={reference} />
          {session !== undefined &&
            held.map((one) => <HeldCancellation key={one.visit} of={session} held={one} />)}
          {session !== undefined && <HeldElsewhereCards of={session} held={heldElsewhere} now={chart.now} />}
          {session !== undefined && isOfOneVisit(problem.kind, session) && (
            <TodaysVisits session={session} ofEncounter={problem.kind !== "visit-cancelled"} />
          )}
        </Beside>
      );
      return {
        status,
        html: pages({ title, main, scripts: ["forms.js", "away.js"], ofTestChart: chart.isTest }),
        json: { kind: problem.kind, title, happened, next, forIt, reference },
      };
    },
  };
}

/** Whether another visit of this patient may be opened all the same. One that was picked, and never opened, hides the others. */
function isOfOneVisit(kind: ProviderProblem["kind"] | CommonProblem["kind"], { place }: Session): boolean {
  const isOnlyPicked = place?.kind === "appointment" && place.visitId === undefined;
  return isOnlyPicked || OF_ONE_VISIT.has(kind) || (place === undefined && AT_OPENING.has(kind));
}

/** What may stand against the visit that is open, and against no other one of this patient. */
const OF_ONE_VISIT = new Set<ProviderProblem["kind"] | CommonProblem["kind"]>([
  "department-unknown",
  "department-unreadable",
  "location-absent",
  "visit-cancelled",
  "visit-deleted",
  "whose-untold",
  "chart-unavailable",
  "chart-refused",
  "chart-not-fhir",
]);

/** What, besides, may stand against opening one visit, such as its department's meetings or its row. */
const AT_OPENING = new Set<ProviderProblem["kind"] | CommonProblem["kind"]>([
  "meetings-access-policy",
  "meetings-unavailable",
  "meetings-refused",
  "store-failing",
]);

/** Surrounds the fault as on the visit's page: the banner is hidden when nobody is there, and the clinician can sign out. */
function Beside({ chart, children }: { chart: FaultChart; children: ComponentChildren }) {
  const { session, patient, now } = chart;
  if (session === undefined) return <>{children}</>;
  return (
    <>
      <PatientBanner patient={patient} session={session} now={now} zones={[]} />
      <Away />
      {children}
      <Workstation base={visitPath(session.launchId)} />
    </>
  );
}

/**
 * The way back to the visit's page: to try again where that may help, or after sending one of its forms. Before there is a
 * session, the launch itself can be tried again: one that has failed has used up nothing. Its address, which the page does not show, is
 * that of the page.
 */
function wayOn(
  { session }: FaultChart,
  { method, path }: Request,
  status: number,
): Pick<FaultPageWords, "back"> {
  if (session === undefined) {
    const isLaunch = method === "GET" && (path === PATHS.launch || path === PATHS.testLaunch);
    return isLaunch && status >= 500 ? { back: { address: "", says: "Try again" } } : {};
  }
  const address = visitPath(session.launchId);
  if (method === "POST") return { back: { address, says: "Back to the visit" } };
  return status >= 500 ? { back: { address, says: "Try again" } } : {};
}

/** Turns the errors of ports and records into this flow's faults; undefined for any other error. */
export function recognized(error: unknown): Fault<ProviderProblem> | undefined {
  const told = (problem: ProviderProblem) => fault(problem, { cause: error }) as Fault<ProviderProblem>;
  if (error instanceof EhrFault) return told(error.problem);
  if (error instanceof MeetingsFault)
    return told({ kind: MEETINGS[error.reason], ...answered(error.answered) });
  if (error instanceof StaffSignInFault) return told(signInProblem(error));
  if (error instanceof VaultFault) return told({ kind: "proof-missing" });
  if (error instanceof SettingsNotRead) return told({ kind: "settings-not-read" });
  if (error instanceof StoreFault || error instanceof StoreConflict || error instanceof UnreadableRecord)
    return told({ kind: "store-failing" });
  // An administrator has deleted it on purpose: nothing needs mending, so no cause is logged.
  if (error instanceof VisitDeleted) return fault({ kind: "visit-deleted" }) as Fault<ProviderProblem>;
  if (error instanceof SessionOver)
    return error.cause === undefined ? over() : told({ kind: "session-over" });
  return undefined;
}

/** A session that has ended is no failure, so no cause is logged. */
const over = () => fault({ kind: "session-over" }) as Fault<ProviderProblem>;

const MEETINGS = {
  "access-policy": "meetings-access-policy",
  unavailable: "meetings-unavailable",
  refused: "meetings-refused",
  "not-taken": "meetings-refused",
} as const;
