/** The parts that finding and preparing visits picks. */
import type { Parts } from "../../parts.ts";

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
