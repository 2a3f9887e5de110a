import type { Parts } from "../../parts.ts";

/** What a canary visit picks. */
export type CanaryPicks = Pick<
  Parts,
  "canaries" | "hospital" | "log" | "meetings" | "now" | "standings" | "store" | "systemEhr" | "visits"
>;
