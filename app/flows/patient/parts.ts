import type { Parts } from "../../parts.ts";

/** What the patients' flow picks. */
export type PatientPicks = Pick<
  Parts,
  "environment" | "hospital" | "log" | "now" | "publicUrl" | "testVisits" | "traces" | "visits"
>;
/** What it takes to note that a link was opened. */
export type OpeningPicks = Pick<PatientPicks, "log" | "now" | "testVisits" | "visits">;
/** What it takes to know where a link leads. */
export type LinkPicks = Pick<PatientPicks, "hospital" | "now" | "visits">;
