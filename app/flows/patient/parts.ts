/** The parts that the patients' flow picks. */
import type { Parts } from "../../parts.ts";

export type PatientPicks = Pick<
  Parts,
  | "callEvents"
  | "environment"
  | "hospital"
  | "log"
  | "now"
  | "presences"
  | "publicUrl"
  | "testVisits"
  | "traces"
  | "usages"
  | "visits"
>;
/** The parts for noting that a link was opened. */
export type OpeningPicks = Pick<PatientPicks, "log" | "now" | "testVisits" | "visits">;
/** The parts for finding out where a link leads. */
export type LinkPicks = Pick<PatientPicks, "hospital" | "now" | "visits">;
