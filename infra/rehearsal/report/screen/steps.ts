/** The part of a rehearsal's report that lists its steps. */
import type { RehearsalResult } from "../result.ts";
import { row, wrapped } from "./text.ts";

/** Each step with its time; the message of one that failed is in the verdict above. */
export function stepsIn({ steps, refusedHosts }: RehearsalResult): readonly string[] {
  return [
    ...steps.flatMap(({ name, ok, milliseconds, told }) =>
      row(
        [
          [ok ? "  ok" : "  FAILED", 10],
          [timeOf(milliseconds).padStart(7), 9],
        ],
        ok && told !== undefined ? `${name}: ${told}` : name,
      ),
    ),
    ...(refusedHosts.length === 0
      ? []
      : wrapped("Called, but nobody of this deployment: " + refusedHosts.join(", "), 2)),
  ];
}

export const timeOf = (milliseconds: number): string =>
  milliseconds < 100 ? `${String(milliseconds)} ms` : (milliseconds / 1000).toFixed(1) + " s";

export const notExercisedIn = ({ notExercised }: RehearsalResult): readonly string[] =>
  notExercised.flatMap(({ what, why }) => wrapped(`${what}: ${why}.`, 2, 4));
