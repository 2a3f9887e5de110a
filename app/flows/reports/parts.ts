import type { Parts } from "../../parts.ts";

export type ReportPicks = Pick<
  Parts,
  | "attendance"
  | "departmentDays"
  | "hospital"
  | "jobs"
  | "log"
  | "messages"
  | "presences"
  | "queue"
  | "usages"
  | "visits"
>;
