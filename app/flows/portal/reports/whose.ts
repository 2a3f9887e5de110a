/**
 * Decides which visits somebody may see: all, or those of the departments that an administrator has set for them. The filter
 * of a report contains it, and every row passes through the filter, so no report has a number of another department.
 */
import { compareNames } from "../../../domain/formatters.ts";
import { dayIn } from "../../../domain/day.ts";
import type { PortalRight } from "../../../domain/portalRights.ts";
import { portalManagers } from "../../../records/portalManagers.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { UnreadableRecord, whyUnreadable } from "../../../records/record.ts";
import type { AskedBySomebody } from "../access.ts";
import { distinctlyNamed } from "../distinctNames.ts";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";

/** The ids of the departments; undefined for all. */
export type Only = readonly string[] | undefined;

/**
 * A row that cannot be read gives nobody anything, and nobody is told that nothing was set.
 * @param all the right to see every department
 * @throws Fault own-departments-unreadable
 */
export async function onlyOf(
  { managerSettings }: Pick<PortalPicks, "managerSettings">,
  { rights, administrator }: PortalSession,
  all: PortalRight,
): Promise<Only> {
  if (rights.includes(all)) return undefined;
  const id = administrator.objectId.toLowerCase();
  try {
    return (await managerSettings.read(id))?.value.departments ?? [];
  } catch (cause) {
    if (!(cause instanceof UnreadableRecord)) throw cause;
    const row = [portalManagers.name, id].join("-");
    throw fault({ kind: "own-departments-unreadable", row, why: whyUnreadable(cause) }, { cause });
  }
}

/** A request of somebody who may see these departments, or all. */
export interface AskedByReader extends AskedBySomebody {
  readonly only: Only;
}

export interface DepartmentName {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
}

/** The departments that exist now, among those that somebody may see, each by a name of its own. */
export async function departmentsOf(
  { hospital }: Pick<PortalPicks, "hospital">,
  only?: Only,
): Promise<readonly DepartmentName[]> {
  const connections = await hospital.connections();
  const all = await Promise.all(connections.map(({ id }) => hospital.departments(id)));
  return distinctlyNamed(all.flat().map(({ id, name, timeZone }) => ({ id, name, timeZone })))
    .filter(({ id }) => only?.includes(id) !== false)
    .toSorted((one, other) => compareNames(one.name, other.name));
}

/** The time zone of most departments; UTC if there are none. */
export function zoneOf(departments: readonly Pick<DepartmentName, "timeZone">[]): string {
  const counts = new Map<string, number>();
  for (const { timeZone } of departments) counts.set(timeZone, (counts.get(timeZone) ?? 0) + 1);
  const [most] = [...counts].toSorted(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  return most?.[0] ?? "UTC";
}

const QUARTER_MS = 15 * 60_000;

/**
 * Gives the calendar day of a moment. It is remembered for a quarter of an hour, within which no clock jumps, because rows
 * come in the order of time.
 */
export function daysIn(zone: string): (at: Date) => string {
  let last = { quarter: NaN, day: "" };
  return (at) => {
    const quarter = Math.floor(at.getTime() / QUARTER_MS);
    if (quarter !== last.quarter) last = { quarter, day: dayIn(zone, at) };
    return last.day;
  };
}
