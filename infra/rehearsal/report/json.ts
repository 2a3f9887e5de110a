/** The result as JSON for programs: names are in alphabetical order, so that two rehearsals can be compared line by line. */
import type { RehearsalResult } from "./result.ts";
import { shown } from "./shown.ts";

export const json = (result: RehearsalResult): string =>
  JSON.stringify(shown(result), (_name, value: unknown) => sorted(value), 2) + "\n";

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)),
  );
}
