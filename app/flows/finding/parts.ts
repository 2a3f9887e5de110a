import type { Parts } from "../../parts.ts";

/** The parts that finding and preparing visits picks. */
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
  | "strays"
  | "systemEhr"
  | "ticks"
  | "visits"
>;
