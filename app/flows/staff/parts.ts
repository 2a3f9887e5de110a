import type { Parts } from "../../parts.ts";

/** What the flow of staff links picks. */
export type StaffPicks = Pick<
  Parts,
  "hospital" | "log" | "now" | "presences" | "publicUrl" | "traces" | "visits"
>;
/** What it takes to know where a link leads. */
export type LinkPicks = Pick<StaffPicks, "hospital" | "now" | "visits">;
