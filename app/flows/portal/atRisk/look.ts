/**
 * Finds which visits that are under way, or start within the next 24 hours by the chart or by what their patients know, are at
 * risk, by department; and how many of the last 24 hours were not ready at their start.
 */
import type { VisitId } from "../../../domain/linkToken.ts";
import { compareNames } from "../../../domain/formatters.ts";
import { riskOf } from "../../../domain/risks.ts";
import { atMost } from "../../../domain/few.ts";
import type { FoundVisit, Risk } from "../../../domain/found.ts";
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import { expectedBetween, type ExpectedVisit } from "../../../records/expectedBetween.ts";
import { distinctlyNamed } from "../distinctNames.ts";
import type { PortalPicks } from "../parts.ts";

const DAY_MS = 86_400_000;
/** A visit that began longer ago counts as over. */
const LONGEST_MS = 4 * 3_600_000;
/** How many visits of a department are shown; the others are only counted. */
const MOST_SHOWN = 100;

export interface VisitAtRisk {
  readonly id: VisitId;
  /** When somebody may come to it. */
  readonly at: Date;
  /** When it starts by the chart, where its patient knows of another time alone. */
  readonly charted?: Date;
  readonly risk: Risk;
}

export interface DepartmentAtRisk {
  readonly id: string;
  readonly name: string;
  /** The time zone in which the department's visits are shown; UTC for a department that no longer exists. */
  readonly timeZone: string;
  /** The name of its chart system. */
  readonly connection: string;
  /** How many of its visits take place, as far as is known, or do not and are at risk. */
  readonly visits: number;
  readonly ready: number;
  readonly atRisk: number;
  /** The first hundred, earliest first. */
  readonly shown: readonly VisitAtRisk[];
  /** How many that began in the last 24 hours were not ready then, by why. */
  readonly late: ReadonlyMap<Risk, number>;
}

export interface AtRisk {
  readonly departments: readonly DepartmentAtRisk[];
  /** How many kept visits cannot be read, of whatever department. */
  readonly unreadable: number;
  /** The time of this look. */
  readonly at: Date;
}

type Counted = { -readonly [K in keyof DepartmentAtRisk]: DepartmentAtRisk[K] } & {
  shown: VisitAtRisk[];
  late: Map<Risk, number>;
};

/** For how many charts visits are read at once. */
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
    departments: distinctlyNamed(departments).toSorted((one, other) => compareNames(one.name, other.name)),
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
  // Visits that have begun are included, because people call about those, too.
  const begun = new Date(from.getTime() - LONGEST_MS);
  const none = { connection, visits: 0, ready: 0, atRisk: 0 };
  const departments = new Map<string, Counted>();
  let unreadable = 0;
  for (const { id, name, timeZone } of await hospital.departments(connectionId))
    departments.set(id, { ...none, id, name, timeZone, shown: [], late: new Map() });
  /** A department that no longer exists, or has moved to another chart system, may still have visits here. */
  const departmentOf = ({ departmentId: id }: FoundVisit): Counted => {
    const known = departments.get(id) ?? {
      ...none,
      id,
      name: id,
      timeZone: "UTC",
      shown: [],
      late: new Map(),
    };
    departments.set(id, known);
    return known;
  };
  const countLate = (found: FoundVisit) => {
    if (found.standing === "cancelled" || found.start > from) return;
    const why = found.late ?? neverReady(found, from);
    if (why === undefined) return;
    const counts = departmentOf(found).late;
    counts.set(why, (counts.get(why) ?? 0) + 1);
  };
  const aDayAgo = new Date(from.getTime() - DAY_MS);
  for await (const { found: page } of foundVisits.between(connectionId, aDayAgo, begun))
    page.forEach(countLate);
  const range = { from: begun, before: until, now: from };
  for await (const slice of expectedBetween(foundVisits, connectionId, range)) {
    unreadable += slice.unreadable.length;
    for (const one of slice.expected) {
      const { found, risk, isOver } = one;
      if (found.start >= begun) countLate(found);
      // One that was missed may be booked again.
      if (isOver || (found.standing === "missed" && risk !== "change-unread")) continue;
      // Whoever was not told of a cancellation may come all the same.
      if (found.standing !== "cancelled" || risk !== undefined) count(departmentOf(found), one);
    }
  }
  return { departments: [...departments.values()].map(firstShown), unreadable };
}

/**
 * Risks that keep nobody from taking part: a visit with one of them is ready all the same. So is one whose links staff closed
 * themselves.
 */
const READY_WITH: ReadonlySet<Risk> = new Set([
  "untold",
  "change-unread",
  "several-patients",
  "links-closed",
]);

/** Why a visit that is over was not ready at all; one that goes on is listed by itself. */
function neverReady(found: FoundVisit, now: Date): Risk | undefined {
  const risk = found.end <= now ? riskOf(found, found.start) : undefined;
  return risk !== undefined && READY_WITH.has(risk) ? undefined : risk;
}

function count(department: Counted, { found: { id, start }, at, risk }: ExpectedVisit) {
  department.visits += 1;
  if (risk === undefined) department.ready += 1;
  else {
    department.atRisk += 1;
    const isOther = at.getTime() !== start.getTime();
    department.shown.push({ id, at, risk, ...(isOther && { charted: start }) });
  }
}

const firstShown = (department: Counted): DepartmentAtRisk => ({
  ...department,
  shown: department.shown
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .slice(0, MOST_SHOWN),
});
