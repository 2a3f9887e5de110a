import type { Parts } from "../../parts.ts";

export type ReportPicks = Pick<
  Parts,
  | "attendance"
  | "callRecords"
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
