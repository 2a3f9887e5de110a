import type { Parts } from "../../parts.ts";

export type ReportPicks = Pick<Parts, "jobs" | "messages" | "presences" | "queue" | "usages" | "visits">;
