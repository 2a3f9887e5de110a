/**
 * Where a connection's departments are: the locations that are set, and the locations below them as the chart last gave
 * them.
 */
import { Climb } from "../../domain/climb.ts";
import type { DepartmentOf, Located } from "../../domain/departmentOf.ts";
import type { ConfiguredConnection, Department } from "../../domain/hospital.ts";
import { locationsNow, type KnownLocation } from "../../domain/knownLocations.ts";
import type { ChartLocation, SystemChart } from "../../ports/systemEhr.ts";
import { chartAt } from "../../charts/chartAt.ts";
import type { KeptLocations } from "../../records/locations.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { LocationsBelow } from "../../ports/systemEhr.ts";
import { leftOutOf, someOf } from "./leftOut.ts";
import type { FindingPicks } from "./parts.ts";

export async function departmentsAt(
  { hospital, locations }: Pick<FindingPicks, "hospital" | "locations">,
  connectionId: string,
): Promise<DepartmentOf> {
  const [departments, connection, read] = await Promise.all([
    hospital.departments(connectionId),
    hospital.connection(connectionId),
    locations.of(connectionId),
  ]);
  const kept = connection && ofChart(read, connection);
  const named = new Map<string, Department>();
  for (const department of departments)
    for (const location of department.locations)
      // If two departments name the same location, the first one has it, as in a launch.
      if (!named.has(location)) named.set(location, department);
  const nearest = new Map(belowNamed(kept?.below ?? [], named).map(({ id, root }) => [id, root]));
  const of = new Map<string, Located>();
  // A location that a department names itself belongs to that department, wherever it lies.
  for (const location of [...named.keys(), ...nearest.keys()]) {
    const root = named.has(location) ? location : (nearest.get(location) ?? location);
    const department = named.get(root);
    if (department === undefined) continue;
    const order = departments.indexOf(department);
    of.set(location, { department, order, named: root, above: above(root, nearest) });
  }
  return of;
}

/** Undefined where they are those of another chart, to which a connection of that id has led before. */
const ofChart = (
  kept: KeptLocations | undefined,
  { fhirBaseUrl }: Pick<ConfiguredConnection, "fhirBaseUrl">,
): KeptLocations | undefined => (kept?.chart === undefined || kept.chart === fhirBaseUrl ? kept : undefined);

/**
 * The locations below those that are named now, each with the nearest. Where the nearest one was named when the locations
 * were read and is not any more, it is the next one above.
 */
function belowNamed(
  below: LocationsBelow["locations"],
  named: { readonly has: (location: string) => boolean },
): LocationsBelow["locations"] {
  const roots = new Map(below.map(({ id, root }) => [id, root]));
  return below.flatMap(({ id, root }) => {
    const climb = new Climb();
    let here: string | undefined = root;
    while (here !== undefined && !named.has(here) && climb.goesTo(here)) here = roots.get(here);
    return here !== undefined && named.has(here) ? [{ id, root: here }] : [];
  });
}

function above(root: string, nearest: ReadonlyMap<string, string>): ReadonlySet<string> {
  const all = new Set<string>();
  const climb = new Climb();
  for (let here = nearest.get(root); here !== undefined && climb.goesTo(here); here = nearest.get(here))
    all.add(here);
  // In a cycle it is above itself.
  all.delete(root);
  return all;
}

const A_DAY_MS = 86_400_000;

/**
 * Reads the locations below those that are set: once a day, and when departments have other locations. Until they were read
 * once, only the locations that are set are searched.
 * @throws where the chart does not answer; what it answered before stays good
 */
export async function readLocations(
  parts: FindingPicks,
  connectionId: string,
  signal: AbortSignal,
): Promise<void> {
  const all = (await parts.hospital.departments(connectionId)).flatMap(({ locations }) => locations);
  const roots = [...new Set(all)].sort();
  if (roots.length === 0) return;
  const connection = await parts.hospital.connection(connectionId);
  if (connection === undefined) return;
  const kept = ofChart(await keptBefore(parts, connectionId), connection);
  const isOld = kept === undefined || parts.queue.now().getTime() - kept.readAt.getTime() >= A_DAY_MS;
  if (!isOld && kept.roots?.join() === roots.join()) return;
  const at = await chartAt(parts, connectionId, { as: "round", signal });
  if (at.kind === "gone") return;
  if (at.kind === "unwell") throw new Error("the chart is not asked: " + at.reason);
  const read = await at.chart.locationsBelow(roots);
  const readAt = parts.queue.now();
  const chart = at.connection.fhirBaseUrl;
  switch (read.kind) {
    case "found": {
      const { all } = read;
      const leftOut = await leftOutOf(at.chart, belowNamed(kept?.below ?? [], new Set(roots)), read, readAt);
      if (leftOut.length > 0)
        parts.log.warn("locations.left_out", { connection: connectionId, count: leftOut.length });
      const below = [...read.locations, ...leftOut];
      const asked = await askedFor(at.chart, roots, all, readAt);
      const now = locationsNow(kept ?? {}, { roots, all, below, asked }, readAt);
      const { lacking } = read;
      await parts.locations.keep(connectionId, {
        below,
        roots,
        ...now,
        chart,
        lacking,
        isCut: false,
        readAt,
      });
      return;
    }
    case "too-many": {
      parts.log.warn("locations.too_many", { connection: connectionId });
      // The locations below them that were known before are still searched.
      const below = belowNamed(kept?.below ?? [], new Set(roots));
      const asked = await askedFor(at.chart, roots, [], readAt);
      const now = locationsNow({ ...kept, below }, { roots, all: [], below, asked }, readAt);
      await parts.locations.keep(connectionId, { below, roots, ...now, chart, isCut: true, readAt });
      return;
    }
    default:
      throw new Error("locations were not read: " + read.kind);
  }
}

/**
 * What was kept of the last reading; undefined also where that cannot be read, so that it is made anew. Until then the
 * rounds wait: with less than all locations they would take visits for ones of no department.
 */
async function keptBefore(
  { locations, log }: FindingPicks,
  connectionId: string,
): Promise<KeptLocations | undefined> {
  try {
    return await locations.of(connectionId);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    log.error("record.unreadable", error, { connection: connectionId });
    return undefined;
  }
}

/** The chart lists locations by kind, so one without a kind is not in its list: each is read by its id before it is gone. */
async function askedFor(
  chart: SystemChart,
  roots: readonly string[],
  all: readonly ChartLocation[],
  now: Date,
): Promise<ReadonlyMap<string, KnownLocation | "gone">> {
  const listed = new Set(all.map(({ id }) => id));
  const asked = new Map<string, KnownLocation | "gone">();
  const unlisted = roots.filter((root) => !listed.has(root));
  for (const id of someOf(unlisted, now)) {
    const read = await chart.location(id);
    if (read.kind === "not-shown") asked.set(id, "gone");
    else if (read.kind === "shown")
      asked.set(id, { id, ...(read.name !== undefined && { name: read.name }) });
    else break;
  }
  return asked;
}
