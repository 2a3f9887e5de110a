/** How many visits a removal concerns, under way or of the next days, said before anybody does it. */
import { expectedBetween } from "../../records/expectedBetween.ts";
import type { PortalPicks } from "./parts.ts";

const DAY_MS = 86_400_000;

export interface VisitsAhead {
  readonly visits: number;
  readonly days: number;
}

/**
 * The visits that were found, are still on and are not over yet, as far ahead as visits are found; of one department, or of
 * all. One that is under way began within the last day.
 */
export async function visitsAhead(
  { foundVisits, messageRules, now }: Pick<PortalPicks, "foundVisits" | "messageRules" | "now">,
  connectionId: string,
  departmentId?: string,
): Promise<VisitsAhead> {
  const days = messageRules.aheadDays;
  const at = now();
  const [from, before] = [-1, days].map((many) => new Date(at.getTime() + many * DAY_MS)) as [Date, Date];
  let visits = 0;
  for await (const { expected } of expectedBetween(foundVisits, connectionId, { from, before, now: at }))
    for (const { found, isOver } of expected) {
      const isOfIt = departmentId === undefined || found.departmentId === departmentId;
      if (found.standing === "on" && !isOver && isOfIt) visits += 1;
    }
  return { visits, days };
}

/** Such as "12 visits that are under way or begin in the next 14 days lose". @param verb in the singular and in the plural */
export function aheadWords({ visits, days }: VisitsAhead, verb: readonly [string, string]): string {
  const soon = `in the next ${String(days)} days`;
  return visits === 1
    ? `1 visit that is under way or begins ${soon} ${verb[0]}`
    : `${String(visits)} visits that are under way or begin ${soon} ${verb[1]}`;
}
