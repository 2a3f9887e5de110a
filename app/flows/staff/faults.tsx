/** What went wrong in a colleague's sign-in, here or at Microsoft, and the page that says so. */
import { StoreConflict, StoreFault } from "../../ports/store.ts";
import { UnreadableRecord } from "../../records/record.ts";
import { wordsFor, type Fault } from "../../web/fault.ts";
import { FaultPage } from "../../web/faultPage.tsx";
import type { FaultWords } from "../../web/faults.ts";
import { WORDS } from "./faultWords.ts";
import type { StaffPages } from "./pages.ts";
import { fault, type StaffProblem } from "./problems.ts";

/** @param isOfTest whether the link in an address, or in the address of the way back, belongs to a test chart's visit */
export function staffFaults(
  pages: StaffPages,
  isOfTest: (address: string) => Promise<boolean>,
): FaultWords<StaffProblem> {
  return {
    flow: "staff",
    kinds: new Set(Object.keys(WORDS)),
    recognize: recognized,
    async tell(problem, { request, reference }) {
      const words = wordsFor(WORDS, problem);
      const { status, title, happened, next, forIt } = words;
      const main = <FaultPage words={words} reference={reference} />;
      return {
        status,
        html: pages({ title, main, ofTestChart: await isOfTest(words.back?.address ?? request.path) }),
        json: { kind: problem.kind, title, happened, next, forIt, reference },
      };
    },
  };
}

/** Recognizes failures of the store. Those of the sign-in are told by its steps, which know the link to go back to. */
function recognized(error: unknown): Fault<StaffProblem> | undefined {
  const isStores =
    error instanceof StoreFault || error instanceof StoreConflict || error instanceof UnreadableRecord;
  return isStores ? (fault({ kind: "store-failing" }, { cause: error }) as Fault<StaffProblem>) : undefined;
}
