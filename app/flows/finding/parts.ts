import type { Parts } from "../../parts.ts";

/** What finding visits and preparing them picks. */
export type FindingPicks = Pick<
  Parts,
  | "callEvents"
  | "environment"
  | "foundVisits"
  | "hospital"
  | "jobs"
  | "log"
  | "meetingCounts"
  | "messageRules"
  | "locations"
  | "presences"
  | "publicUrl"
  | "queue"
  | "searched"
  | "standings"
  | "systemEhr"
  | "ticks"
  | "visits"
>;
