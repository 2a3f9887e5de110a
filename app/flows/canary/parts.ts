/** The parts that a canary visit picks. */
import type { Parts } from "../../parts.ts";

export type CanaryPicks = Pick<
  Parts,
  "canaries" | "hospital" | "log" | "meetings" | "now" | "standings" | "store" | "systemEhr" | "visits"
>;
