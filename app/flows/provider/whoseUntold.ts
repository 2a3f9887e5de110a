/**
 * A visit of which it cannot be read whether its patient is another one than before. It is shown to nobody who has not seen
 * it, because links and meeting may be the other patient's.
 */
import { endsReading, EhrFault } from "../../ports/ehr.ts";
import { fault } from "./problems.ts";

/** @throws Fault whose-untold in place of what keeps the chart from telling */
export async function unlessWhoseUntold<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof EhrFault) || endsReading(error)) throw error;
    throw fault({ kind: "whose-untold" }, { cause: error });
  }
}
