/** How many visits of the next days a removal concerns, said before anybody does it. */
import type { PortalPicks } from "./parts.ts";

const DAY_MS = 86_400_000;

export interface VisitsAhead {
  readonly visits: number;
  readonly days: number;
}

/** The visits that were found and are still on, as far ahead as visits are found; of one department, or of all. */
export async function visitsAhead(
  { foundVisits, messageRules, now }: Pick<PortalPicks, "foundVisits" | "messageRules" | "now">,
  connectionId: string,
  departmentId?: string,
): Promise<VisitsAhead> {
  const days = messageRules.aheadDays;
  const from = now();
  const before = new Date(from.getTime() + days * DAY_MS);
  let visits = 0;
  for await (const { found } of foundVisits.between(connectionId, from, before))
    for (const one of found)
      if (one.standing === "on" && (departmentId === undefined || one.departmentId === departmentId))
        visits += 1;
  return { visits, days };
}

/** Such as "12 visits of the next 14 days lose". @param verb in the singular and in the plural */
export function aheadWords({ visits, days }: VisitsAhead, verb: readonly [string, string]): string {
  const of = `of the next ${String(days)} days`;
  return visits === 1 ? `1 visit ${of} ${verb[0]}` : `${String(visits)} visits ${of} ${verb[1]}`;
}
