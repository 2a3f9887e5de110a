/** What went wrong in a clinician's walk, here or outside, and the page that says so. */
import { EhrFault } from "../../ports/ehr.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { StaffSignInFault } from "../../ports/staffSignIn.ts";
import { StoreConflict, StoreFault } from "../../ports/store.ts";
import { VaultFault } from "../../ports/vault.ts";
import { UnreadableRecord } from "../../records/record.ts";
import { SessionOver } from "../../records/sessions.ts";
import { wordsFor, type Fault } from "../../web/fault.ts";
import { FaultPage } from "../../web/faultPage.tsx";
import type { FaultWords } from "../../web/faults.ts";
import type { RenderPage } from "../../web/page.tsx";
import { STAFF_FAULTS } from "./account.ts";
import { WORDS } from "./faultWords.ts";
import { fault, type ProviderProblem } from "./problems.ts";

/** English, as all of a clinician's pages. */
export function providerFaults(renderPage: RenderPage): FaultWords<ProviderProblem> {
  return {
    flow: "provider",
    kinds: new Set(Object.keys(WORDS)),
    recognize: recognized,
    tell(problem, { reference }) {
      const words = wordsFor(WORDS, problem);
      const { status, title, happened, next, forIt } = words;
      const main = <FaultPage words={words} reference={reference} />;
      return {
        status,
        html: renderPage({ language: "en", audience: "clinician", title, main }),
        json: { kind: problem.kind, title, happened, next, forIt, reference },
      };
    },
  };
}

/** Failures that ports and records have names for. */
function recognized(error: unknown): Fault<ProviderProblem> | undefined {
  const told = (problem: ProviderProblem) => fault(problem, { cause: error }) as Fault<ProviderProblem>;
  if (error instanceof EhrFault) return told(error.problem);
  if (error instanceof MeetingsFault) return told({ kind: MEETINGS[error.reason] });
  if (error instanceof StaffSignInFault) return told({ kind: STAFF_FAULTS[error.reason] });
  if (error instanceof VaultFault) return told({ kind: "proof-missing" });
  if (error instanceof StoreFault || error instanceof StoreConflict || error instanceof UnreadableRecord)
    return told({ kind: "store-failing" });
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
