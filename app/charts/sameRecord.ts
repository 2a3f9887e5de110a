/** Which records of a chart belong to one patient, because links that were made for one of them are valid for all. */
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
