/** What the form of a department can look up: accounts in the directory, and the chart's locations as a tree. */
import type { SomeAccounts } from "../../../ports/directory.ts";
import { hasSystemClient, type ChartLocation } from "../../../ports/systemEhr.ts";
import type { PortalPicks } from "../parts.ts";
import { departmentRows } from "./rows.ts";

export type Found =
  | ({ readonly of: "accounts"; readonly asked: string } & SomeAccounts)
  | {
      readonly of: "locations";
      readonly asked: string;
      readonly branches: readonly Branch[];
      /** How many were found beyond those that are shown. */
      readonly more: number;
    }
  /** Why nothing can be shown. */
  | { readonly of: "accounts" | "locations"; readonly asked: string; readonly says: string };

export interface Branch extends ChartLocation {
  /** The name of the department that already has the location. */
  readonly owner?: string;
  readonly below: readonly Branch[];
}

export interface Finder {
  accounts(asked: string): Promise<Found>;
  /**
   * The locations of a connection whose name or id contains what is asked for, each below the location that it is part of;
   * all, if nothing is asked for.
   */
  locations(connectionId: string, asked: string, department?: string): Promise<Found>;
}

/**
 * How long a chart's locations are remembered: an administrator who sets up departments looks for them again and again, and
 * the chart is asked once.
 */
const KEPT_MS = 10 * 60_000;
/** How long a page is kept waiting. Reading the chart goes on after that. */
const PATIENCE_MS = 8_000;
const MOST_MS = 120_000;
const MOST_SHOWN = 200;
/** How many levels of locations are climbed: more would be a circle. */
const MOST_LEVELS = 20;

type Read = readonly ChartLocation[] | { readonly says: string };

export function openFinder(
  picks: Pick<
    PortalPicks,
    "connectionSettings" | "departmentSettings" | "directory" | "hospital" | "now" | "standings" | "systemEhr"
  >,
): Finder {
  const { directory, hospital, now, standings, systemEhr } = picks;
  const read = new Map<string, { readonly at: Date; readonly locations: Promise<Read> }>();

  const readNow = async (connectionId: string): Promise<Read> => {
    const connection = await hospital.connection(connectionId).catch(() => undefined);
    if (connection === undefined) return { says: OFF };
    if (!hasSystemClient(connection)) return { says: NO_CLIENT };
    const standing = await standings.of(connection);
    if (!standing.ok) return { says: FAILING };
    const signal = AbortSignal.timeout(MOST_MS);
    const all = await systemEhr.chart(connection, standing.endpoints, { as: "job", signal }).locations();
    return all.kind === "all" ? all.locations : { says: all.kind === "too-many" ? TOO_MANY : FAILING };
  };
  const locationsOf = async (connectionId: string): Promise<Read> => {
    for (const [id, { at }] of read) if (now().getTime() - at.getTime() > KEPT_MS) read.delete(id);
    const kept = read.get(connectionId) ?? { at: now(), locations: readNow(connectionId) };
    read.set(connectionId, kept);
    const forget = () => {
      if (read.get(connectionId) === kept) read.delete(connectionId);
    };
    kept.locations.then((locations) => {
      if ("says" in locations) forget();
    }, forget);
    return Promise.race([kept.locations, patience()]);
  };

  return {
    async accounts(asked) {
      const of = { of: "accounts", asked } as const;
      if (asked === "") return { ...of, says: "Enter the beginning of a name or of a sign-in name." };
      const some = await directory.search(asked);
      return some === "not-told" ? { ...of, says: NOT_TOLD } : { ...of, ...some };
    },

    async locations(connectionId, asked, department) {
      const of = { of: "locations", asked } as const;
      if (connectionId === "") return { ...of, says: "Choose the FHIR connection first." };
      const locations = await locationsOf(connectionId);
      if ("says" in locations) return { ...of, ...locations };
      const owners = new Map(
        (await departmentRows(picks))
          .filter((row) => row.department.connection === connectionId && row.department.id !== department)
          .flatMap((row) => row.department.locations.map((id) => [id, row.department.name] as const)),
      );
      const shown = withWhatIsAbove(locations, matching(locations, asked));
      const some = shown.slice(0, MOST_SHOWN);
      return { ...of, branches: treeOf(some, owners), more: shown.length - some.length };
    },
  };
}

const OFF = "The FHIR connection is off or gone, so its chart is not asked. Enter ids of locations.";
const NO_CLIENT =
  "The FHIR connection has no system client, by which the chart would be asked. Enter ids of locations.";
const FAILING = "The chart does not show its locations now. Try again in a minute, or enter their ids.";
const TOO_MANY = "The chart has more locations than are paged through. Enter their ids.";
const READING = "The chart is still being asked for its locations. Find again in a few seconds.";
const NOT_TOLD =
  "The directory did not answer, or does not let the connector look for accounts (User.ReadBasic.All). Enter object ids.";

const patience = () =>
  new Promise<Read>((resolve) => {
    setTimeout(resolve, PATIENCE_MS, { says: READING }).unref();
  });

function matching(locations: readonly ChartLocation[], asked: string): readonly ChartLocation[] {
  const text = asked.toLowerCase();
  return locations.filter(({ id, name = "" }) => name.toLowerCase().includes(text) || id.includes(asked));
}

/**
 * The locations that are wanted, each after all locations above it, so that a list that is cut never has one without
 * those above it.
 */
function withWhatIsAbove(
  locations: readonly ChartLocation[],
  wanted: readonly ChartLocation[],
): readonly ChartLocation[] {
  const byId = new Map(locations.map((location) => [location.id, location]));
  const shown = new Map<string, ChartLocation>();
  for (const location of wanted) {
    const line: ChartLocation[] = [];
    let here: ChartLocation | undefined = location;
    for (let level = 0; level < MOST_LEVELS && here !== undefined; level++) {
      line.unshift(here);
      here = here.partOf === undefined ? undefined : byId.get(here.partOf);
    }
    for (const each of line) shown.set(each.id, each);
  }
  return [...shown.values()];
}

function treeOf(locations: readonly ChartLocation[], owners: ReadonlyMap<string, string>): readonly Branch[] {
  const ids = new Set(locations.map(({ id }) => id));
  const isTop = ({ partOf }: ChartLocation) => partOf === undefined || !ids.has(partOf);
  const children = Map.groupBy(
    locations.filter((location) => !isTop(location)),
    ({ partOf }) => partOf,
  );
  const branch = (location: ChartLocation, level: number): Branch => {
    const owner = owners.get(location.id);
    const below = level < MOST_LEVELS ? (children.get(location.id) ?? []) : [];
    return {
      ...location,
      ...(owner !== undefined && { owner }),
      below: below.map((each) => branch(each, level + 1)),
    };
  };
  return locations.filter(isTop).map((location) => branch(location, 0));
}
