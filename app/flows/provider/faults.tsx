/** What went wrong in a clinician's walk, here or outside, and the page that says so. */
import type { Request } from "express";
import type { ComponentChildren } from "preact";
import { visitPath } from "../../domain/addresses.ts";
import { EhrFault } from "../../ports/ehr.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { StaffSignInFault } from "../../ports/staffSignIn.ts";
import { StoreConflict, StoreFault } from "../../ports/store.ts";
import { SettingsNotRead } from "../../records/hospital.ts";
import { VaultFault } from "../../ports/vault.ts";
import { UnreadableRecord } from "../../records/record.ts";
import { SessionOver } from "../../records/sessions.ts";
import { VisitDeleted } from "../../records/tombstones.ts";
import { wordsFor, type Fault } from "../../web/fault.ts";
import { FaultPage, type FaultPageWords } from "../../web/faultPage.tsx";
import { routeOf, type FaultWords } from "../../web/faults.ts";
import { STAFF_FAULTS } from "./account.ts";
import type { FaultChart, FaultCharts } from "./faultChart.ts";
import { WORDS } from "./faultWords.ts";
import type { Pages } from "./pages.ts";
import { PatientBanner } from "./patientBanner.tsx";
import { fault, type ProviderProblem } from "./problems.ts";
import { LIVE_ROUTES } from "./liveAddresses.ts";
import { Away, Workstation } from "./workstation.tsx";

const LIVE = new Set<string>(Object.values(LIVE_ROUTES));

/** In the frame of all of a clinician's pages: whose chart it is stands above, where that is known. */
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
      const main = (
        <Beside chart={chart}>
          <FaultPage words={{ ...wayOn(chart, request, status), ...words }} reference={reference} />
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

/** As on the visit's page: the banner hides when nobody is there, and the page can be signed out of. */
function Beside({ chart, children }: { chart: FaultChart; children: ComponentChildren }) {
  const { session, patient, now } = chart;
  if (session === undefined) return <>{children}</>;
  return (
    <>
      <PatientBanner patient={patient} now={now} />
      <Away />
      {children}
      <Workstation base={visitPath(session.launchId)} />
    </>
  );
}

/** Back to the visit's page: once more where that may help, and for whoever sent one of its forms. */
function wayOn({ session }: FaultChart, { method }: Request, status: number): Pick<FaultPageWords, "back"> {
  if (session === undefined) return {};
  const address = visitPath(session.launchId);
  if (method === "POST") return { back: { address, says: "Back to the visit" } };
  return status >= 500 ? { back: { address, says: "Try again" } } : {};
}

/** Failures that ports and records have names for. */
export function recognized(error: unknown): Fault<ProviderProblem> | undefined {
  const told = (problem: ProviderProblem) => fault(problem, { cause: error }) as Fault<ProviderProblem>;
  if (error instanceof EhrFault) return told(error.problem);
  if (error instanceof MeetingsFault) return told({ kind: MEETINGS[error.reason] });
  if (error instanceof StaffSignInFault) return told({ kind: STAFF_FAULTS[error.reason] });
  if (error instanceof VaultFault) return told({ kind: "proof-missing" });
  if (error instanceof SettingsNotRead) return told({ kind: "settings-not-read" });
  if (error instanceof StoreFault || error instanceof StoreConflict || error instanceof UnreadableRecord)
    return told({ kind: "store-failing" });
  // Somebody has decided it: nothing is to be mended, so there is no cause to log.
  if (error instanceof VisitDeleted) return fault({ kind: "visit-deleted" }) as Fault<ProviderProblem>;
  if (error instanceof SessionOver)
    return error.cause === undefined ? over() : told({ kind: "session-over" });
  return undefined;
}

/** Nothing is wrong when a session has ended: it has no cause to log. */
const over = () => fault({ kind: "session-over" }) as Fault<ProviderProblem>;

const MEETINGS = {
  "access-policy": "meetings-access-policy",
  unavailable: "meetings-unavailable",
  refused: "meetings-refused",
  "not-taken": "meetings-refused",
} as const;
