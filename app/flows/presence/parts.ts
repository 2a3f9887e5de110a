/** The parts that telling who waits picks. */
import type { Parts } from "../../parts.ts";

export type PresencePicks = Pick<
  Parts,
  | "callEvents"
  | "clientStates"
  | "graphCallers"
  | "hospital"
  | "jobs"
  | "log"
  | "notifications"
  | "presences"
  | "queue"
  | "testVisits"
  | "visits"
>;
