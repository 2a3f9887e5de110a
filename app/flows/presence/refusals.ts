/** Counts what is refused of what comes to Graph's address: the first few of a kind in a minute singly, the others as one entry. */
import type { Log } from "../../log.ts";
import { openFloods } from "../../web/floods.ts";

/** @param count of how many items, where more than one was refused at once */
export type Refused = (reason: string, count?: number) => void;

export function refusals(log: Pick<Log, "warn">): Refused {
  const floods = openFloods(() => performance.now());
  return (reason, count) => {
    const { logged } = floods.next(reason, "");
    if (logged === "no") return;
    const fields = { reason, ...(count !== undefined && { count }) };
    log.warn(logged === "singly" ? "presence.refused" : "presence.refused.flood", fields);
  };
}
