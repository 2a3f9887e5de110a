/** The parts that the flow of staff links picks. */
import type { Parts } from "../../parts.ts";

export type StaffPicks = Pick<
  Parts,
  "hospital" | "log" | "now" | "presences" | "publicUrl" | "traces" | "visits"
>;
/** The parts for finding out where a link leads. */
export type LinkPicks = Pick<StaffPicks, "hospital" | "now" | "visits">;
