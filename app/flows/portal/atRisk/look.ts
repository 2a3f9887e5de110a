/** Which visits that are under way or of the next 24 hours are at risk, department by department. */
import type { VisitId } from "../../../domain/linkToken.ts";
import { compareNames } from "../../../domain/formatters.ts";
import { riskOf } from "../../../domain/risks.ts";
import type { Risk } from "../../../domain/found.ts";
import type { PortalPicks } from "../parts.ts";
import type { Only } from "../reports/whose.ts";

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
}

type Counted = { -readonly [K in keyof DepartmentAtRisk]: DepartmentAtRisk[K] } & { shown: VisitAtRisk[] };

export async function lookAtRisks(
  picks: Pick<PortalPicks, "foundVisits" | "hospital" | "now">,
  only: Only,
): Promise<AtRisk> {
  const { foundVisits, hospital, now } = picks;
  const from = now();
  const until = new Date(from.getTime() + DAY_MS);
  // People call about a visit that has begun, too.
  const begun = new Date(from.getTime() - LONGEST_MS);
  const departments = new Map<string, Counted>();
  const isShown = ({ id }: { readonly id: string }) => only?.includes(id) !== false;
  let unreadable = 0;
  for (const { id: connectionId, name: connection, system } of await hospital.connections()) {
    if (system === undefined) continue;
    for (const { id, name, timeZone } of (await hospital.departments(connectionId)).filter(isShown))
      departments.set(keyOf(connectionId, id), {
        id,
        name,
        timeZone,
        connection,
        visits: 0,
        ready: 0,
        atRisk: 0,
        shown: [],
      });
    for await (const { found: page, damaged } of foundVisits.between(connectionId, begun, until)) {
      unreadable += damaged;
      for (const found of page.filter(({ departmentId }) => isShown({ id: departmentId }))) {
        if (found.end <= from || found.standing === "cancelled" || found.standing === "missed") continue;
        const { departmentId: id } = found;
        const key = keyOf(connectionId, id);
        const gone = { id, name: id, timeZone: "UTC", connection, visits: 0, ready: 0, atRisk: 0, shown: [] };
        const department = departments.get(key) ?? gone;
        departments.set(key, department);
        count(department, found, riskOf(found, from));
      }
    }
  }
  const byName = [...departments.values()].sort((one, other) => compareNames(one.name, other.name));
  return { departments: byName, unreadable };
}

/** A department may have moved to another chart system, with visits in both. */
const keyOf = (connectionId: string, id: string) => connectionId + " " + id;

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
