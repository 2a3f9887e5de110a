/** The parts that telling patients of their visits picks. */
import type { SendPicks } from "../../messages/handOver.ts";
import type { Parts } from "../../parts.ts";

export type MessagePicks = SendPicks &
  Pick<
    Parts,
    | "environment"
    | "foundVisits"
    | "hospital"
    | "jobs"
    | "messageRules"
    | "publicUrl"
    | "standings"
    | "systemEhr"
    | "visitChanges"
    | "visits"
  >;
