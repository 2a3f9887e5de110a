/**
 * What a department's page asks outside of the connector: the names of its accounts and locations, and whether Teams lets
 * the connector act for the accounts.
 */
import { canaryMeeting } from "../../../domain/canary.ts";
import { organizersOf, type Department } from "../../../domain/hospital.ts";
import { QUIET_DAYS } from "../../../domain/defaults.ts";
import type { LocationChange } from "../../../domain/knownLocations.ts";
import { MeetingsFault } from "../../../ports/meetings.ts";
import { hasSystemClient } from "../../../ports/systemEhr.ts";
import type { PortalPicks } from "../parts.ts";

export interface ShownAccount {
  readonly objectId: string;
  /** Absent where the directory has not answered. */
  readonly person?: { readonly displayName: string; readonly userName: string };
}

export async function accountsShown(
  { directory }: Pick<PortalPicks, "directory">,
  department: Department,
): Promise<readonly ShownAccount[]> {
  return Promise.all(
    organizersOf(department).map(async (objectId) => {
      const person = await directory.person(objectId);
      return { objectId, ...(person && { person }) };
    }),
  );
}

export interface ShownLocation {
  readonly id: string;
  readonly name?: string;
  /** The chart has no such location, or does not show it to the connector. */
  readonly isMissing?: true;
}

/**
 * The department's locations with the names that the chart system has. Of many only the first have names, and none has one
 * where the chart is not asked or does not answer in time.
 */
export async function locationsShown(
  { hospital, standings, systemEhr }: Pick<PortalPicks, "hospital" | "standings" | "systemEhr">,
  { connection: connectionId, locations }: Department,
): Promise<readonly ShownLocation[]> {
  const connection = await hospital.connection(connectionId).catch(() => undefined);
  if (connection === undefined || !hasSystemClient(connection)) return locations.map((id) => ({ id }));
  const standing = await standings.of(connection);
  if (!standing.ok) return locations.map((id) => ({ id }));
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const chart = systemEhr.chart(connection, standing.endpoints, { as: "job", signal });
  const named = await Promise.all(
    locations.slice(0, MOST_ASKED).map(async (id): Promise<ShownLocation> => {
      const found = await chart.location(id);
      if (found.kind === "shown") return { id, ...(found.name !== undefined && { name: found.name }) };
      return found.kind === "not-shown" ? { id, isMissing: true } : { id };
    }),
  );
  return [...named, ...locations.slice(MOST_ASKED).map((id) => ({ id }))];
}

/** What was noticed about a department by itself, without asking the chart now. */
export interface Noticed {
  /** What has changed of its locations in the chart. */
  readonly changes: readonly LocationChange[];
  /** For how many days it has had no visit, if for long. */
  readonly quietDays?: number;
}

type NoticedPicks = Pick<PortalPicks, "departmentDays" | "locations">;

/** What was noticed about each of them, in the same order. */
export async function noticedOfAll(
  { departmentDays, locations }: NoticedPicks,
  departments: readonly Department[],
): Promise<readonly Noticed[]> {
  const ids = [...new Set(departments.map(({ connection }) => connection))];
  const kept = new Map(
    await Promise.all(ids.map(async (id) => [id, (await locations.of(id))?.changes ?? []] as const)),
  );
  return Promise.all(
    departments.map(async ({ id, connection, locations: own }): Promise<Noticed> => {
      const all = kept.get(connection) ?? [];
      const quietDays = await departmentDays.quietDays(id);
      return {
        changes: all.filter((change) => own.includes(change.root ?? change.id)),
        ...(quietDays !== undefined && quietDays >= QUIET_DAYS && { quietDays }),
      };
    }),
  );
}

export async function noticedOf(picks: NoticedPicks, department: Department): Promise<Noticed> {
  const [noticed = { changes: [] }] = await noticedOfAll(picks, [department]);
  return noticed;
}

const MOST_ASKED = 20;
const PATIENCE_MS = 4_000;

/** The result of asking Teams for a meeting of an account. `refused`: for another reason than the access policy. */
export interface Try {
  readonly objectId: string;
  readonly outcome: "granted" | "account-unknown" | MeetingsFault["reason"];
}

/**
 * Asks Teams for the canary's meeting of each account. It is the same meeting within a month, and nobody is in it, so an
 * administrator may ask as often as they like.
 */
export async function tried(
  { directory, meetings, now }: Pick<PortalPicks, "directory" | "meetings" | "now">,
  department: Department,
): Promise<readonly Try[]> {
  return Promise.all(
    organizersOf(department).map(async (objectId): Promise<Try> => {
      try {
        await meetings.open(canaryMeeting(objectId, now()));
        return { objectId, outcome: "granted" };
      } catch (error) {
        if (!(error instanceof MeetingsFault)) throw error;
        // Teams refuses in the same way whether the account is gone or may not have meetings.
        const isUnknown = error.reason === "refused" && (await directory.account(objectId)) === "unknown";
        return { objectId, outcome: isUnknown ? "account-unknown" : error.reason };
      }
    }),
  );
}
