/** Which records of a chart belong to one patient, because links that were made for one of them are valid for all. */
import type { Outcome } from "../domain/job.ts";
import type { SystemChart, Trouble } from "../ports/systemEhr.ts";

/** The chart does not say whose a record is. */
export class RecordUntold extends Error {
  override readonly name = "RecordUntold";
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super("the chart did not tell whose a record is: " + trouble.kind);
    this.trouble = trouble;
  }
}

/** How long a job waits while somebody is in the meeting of a visit that the chart says is another patient's by now. */
export const IN_USE: Outcome = { kind: "not-now", reason: "visit.whose-untold", afterSeconds: 60 };

/**
 * Every id of the same patient. If a record is not shown or is none that can be read, nothing is proved. One that is more
 * than is read may say something, so what depends on it waits.
 * @throws RecordUntold
 */
export async function idsOf(chart: Pick<SystemChart, "patientIds">, id: string): Promise<readonly string[]> {
  const told = await chart.patientIds(id);
  if (told.kind === "ids") return told.ids;
  if (told.kind === "not-shown" || told.kind === "not-fhir") return [id];
  throw new RecordUntold(told);
}
