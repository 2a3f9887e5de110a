/** The parts that reports pick. */
import type { Parts } from "../../parts.ts";

export type ReportPicks = Pick<
  Parts,
  | "attendance"
  | "callRecords"
  | "departmentDays"
  | "hospital"
  | "jobs"
  | "log"
  | "messages"
  | "presences"
  | "queue"
  | "reportSettings"
  | "usages"
  | "visits"
>;
