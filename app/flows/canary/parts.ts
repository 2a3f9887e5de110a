import type { Parts } from "../../parts.ts";

/** The parts that a canary visit picks. */
export type CanaryPicks = Pick<
  Parts,
  "canaries" | "hospital" | "log" | "meetings" | "now" | "standings" | "store" | "systemEhr" | "visits"
>;
