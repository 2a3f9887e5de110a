/** Which visits that are under way or of the next 24 hours are at risk, department by department. */
import type { VisitId } from "../../../domain/linkToken.ts";
import { compareNames } from "../../../domain/formatters.ts";
import { riskOf } from "../../../domain/risks.ts";
import { atMost } from "../../../domain/few.ts";
import type { Risk } from "../../../domain/found.ts";
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import type { PortalPicks } from "../parts.ts";

const DAY_MS = 86_400_000;
/** A visit that began longer ago is taken for over. */
const LONGEST_MS = 4 * 3_600_000;
/** So many are shown of a department; the others are counted. */
const MOST_SHOWN = 100;

export interface VisitAtRisk {
  readonly id: VisitId;
  readonly start: Date;
  readonly risk: Risk;
}

export interface DepartmentAtRisk {
  readonly id: string;
  readonly name: string;
  /** In which its visits are shown; UTC for a department that is none any more. */
  readonly timeZone: string;
  /** Its chart system's name. */
  readonly connection: string;
  /** How many visits it has that take place, as far as is known. */
  readonly visits: number;
  readonly ready: number;
  readonly atRisk: number;
  /** Earliest first, the first hundred. */
  readonly shown: readonly VisitAtRisk[];
}

export interface AtRisk {
  readonly departments: readonly DepartmentAtRisk[];
  /** How many visits are kept that cannot be read, of whatever department. */
  readonly unreadable: number;
  /** When it was looked. */
  readonly at: Date;
}

type Counted = { -readonly [K in keyof DepartmentAtRisk]: DepartmentAtRisk[K] } & { shown: VisitAtRisk[] };

/** So many charts' visits are read at once. */
const AT_ONCE = 8;

export async function lookAtRisks(
  picks: Pick<PortalPicks, "foundVisits" | "hospital" | "now">,
): Promise<AtRisk> {
  const at = picks.now();
  const inTurn = atMost(AT_ONCE);
  const read = (await picks.hospital.connections()).filter(({ system }) => system !== undefined);
  const each = await Promise.all(read.map((connection) => inTurn(() => lookAtOne(picks, connection, at))));
  const departments = each.flatMap((one) => one.departments);
  return {
    departments: departments.sort((one, other) => compareNames(one.name, other.name)),
    unreadable: each.reduce((sum, one) => sum + one.unreadable, 0),
    at,
  };
}

async function lookAtOne(
  { foundVisits, hospital }: Pick<PortalPicks, "foundVisits" | "hospital">,
  { id: connectionId, name: connection }: Pick<ConfiguredConnection, "id" | "name">,
  from: Date,
) {
  const until = new Date(from.getTime() + DAY_MS);
  // People call about a visit that has begun, too.
  const begun = new Date(from.getTime() - LONGEST_MS);
  const none = { connection, visits: 0, ready: 0, atRisk: 0 };
  const departments = new Map<string, Counted>();
  let unreadable = 0;
  for (const { id, name, timeZone } of await hospital.departments(connectionId))
    departments.set(id, { ...none, id, name, timeZone, shown: [] });
  for await (const { found: page, damaged } of foundVisits.between(connectionId, begun, until)) {
    unreadable += damaged;
    for (const found of page) {
      if (found.end <= from || found.standing === "cancelled" || found.standing === "missed") continue;
      const { departmentId: id } = found;
      // One that is none any more, or has moved to another chart system, still has visits here.
      const department = departments.get(id) ?? { ...none, id, name: id, timeZone: "UTC", shown: [] };
      departments.set(id, department);
      count(department, found, riskOf(found, from));
    }
  }
  return { departments: [...departments.values()], unreadable };
}

function count(
  department: Counted,
  { id, start }: Pick<VisitAtRisk, "id" | "start">,
  risk: Risk | undefined,
) {
  department.visits += 1;
  if (risk === undefined) department.ready += 1;
  else {
    department.atRisk += 1;
    if (department.shown.length < MOST_SHOWN) department.shown.push({ id, start, risk });
  }
}
