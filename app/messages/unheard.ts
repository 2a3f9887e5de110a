/**
 * A visit is cancelled, and somebody whom we told of it is not told of that: the chart names others by now, or nobody. They may
 * come, so the clinic calls them. A pure function: no I/O.
 */
import type { FoundVisit } from "../domain/found.ts";
import { isTold, type Message } from "../records/messages.ts";

export interface Unheard {
  readonly isOn: true;
  readonly start: Date;
  readonly by: "told";
}

type Records = readonly Pick<Message, "kind" | "state" | "code" | "start" | "patient">[];

/**
 * @param records of the visit, the newest first
 * @param whose keyed hashes of the patient to whom the cancellation goes, by each id that the chart has for them
 * @returns what somebody else believes
 */
export function unheardOf(
  records: Records,
  { standing, patients = [] }: Pick<FoundVisit, "standing" | "patients">,
  whose: ReadonlySet<string>,
): Unheard | undefined {
  if (standing !== "cancelled") return undefined;
  const seen = new Set(whose);
  let wasGiven = false;
  for (const { kind, patient, start, code, ...one } of records) {
    if (patient !== undefined && kind !== "late" && isTold(one) && !seen.has(patient)) {
      seen.add(patient);
      const isTheirs = patients.includes(patient) || !wasGiven;
      if (kind !== "cancellation" && isTheirs) return { isOn: true, start: new Date(start), by: "told" };
    }
    wasGiven ||= kind === "confirmation" && !GIVEN_TO_NOBODY.has(code);
  }
  return undefined;
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
