/**
 * A visit is cancelled, and somebody whom we told of it is not told of that: the chart names others by now, or nobody. They may
 * come, so the clinic calls them. A pure function: no I/O.
 */
import type { FoundVisit } from "../domain/found.ts";
import { changeNumberIn } from "../domain/visitMessages.ts";
import { isTold, type Message } from "../records/messages.ts";

export interface Unheard {
  readonly isOn: true;
  readonly start: Date;
  readonly by: "told";
}

type Records = readonly Pick<Message, "kind" | "state" | "code" | "start" | "patient" | "which">[];

/**
 * @param records of the visit, the newest first
 * @param whose keyed hashes of the patient to whom the cancellation goes, by each id that the chart has for them
 * @returns what somebody else believes
 */
export const unheardOf = (
  records: Records,
  found: Pick<FoundVisit, "standing" | "patients">,
  whose: ReadonlySet<string>,
): Unheard | undefined => (found.standing === "cancelled" ? toldToCome(records, found, whose)[0] : undefined);

/** What those believe who were told last that the visit takes place, each by one id, besides `others`. */
export function toldToCome(
  records: Records,
  { patients = [] }: Pick<FoundVisit, "patients">,
  others: ReadonlySet<string> = new Set(),
): readonly Unheard[] {
  const seen = new Set(others);
  const coming: Unheard[] = [];
  /** The changes that have given it to somebody since. */
  const given = new Set<number | undefined>();
  for (const { kind, patient, start, code, state, which = "" } of records) {
    const number = changeNumberIn(which);
    if (patient !== undefined && kind !== "late" && isTold({ state }) && !seen.has(patient)) {
      seen.add(patient);
      const isTheirs = patients.includes(patient) || [...given].every((one) => one === number);
      if (kind !== "cancellation" && isTheirs)
        coming.push({ isOn: true, start: new Date(start), by: "told" });
    }
    if (kind === "confirmation" && !GIVEN_TO_NOBODY.has(code)) given.add(number);
  }
  return coming;
}

/**
 * A first notice that was withheld for one of these made the visit nobody else's. Any other did: what the chart gave away, and
 * what went on as somebody else's, is no longer theirs.
 */
const GIVEN_TO_NOBODY: ReadonlySet<string | undefined> = new Set([
  "superseded",
  "same-time",
  "several-patients",
]);
