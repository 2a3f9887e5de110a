/** The next video visit of a chart that has none today. */
import type { Department } from "../../domain/hospital.ts";
import type { Candidate } from "./departments.ts";

export interface NextVisit {
  readonly start: Date;
  readonly department: Department;
}

/** A time is said in its department's zone, so a visit at an unknown place is not said. */
export function nearest(candidates: readonly Candidate[]): NextVisit | undefined {
  return candidates
    .flatMap(({ appointment: { start }, department }) =>
      department === undefined ? [] : { start, department },
    )
    .reduce<NextVisit | undefined>(
      (one, other) => (one !== undefined && one.start <= other.start ? one : other),
      undefined,
    );
}
