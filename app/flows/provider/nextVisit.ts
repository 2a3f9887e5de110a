/** The next video visit of a chart that has none today. */
import type { Department } from "../../domain/hospital.ts";
import type { Candidate } from "./departments.ts";

export interface NextVisit {
  readonly start: Date;
  readonly department: Department;
}

/** The earliest of them. A time is written in its department's zone, so a visit at an unknown location is left out. */
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
