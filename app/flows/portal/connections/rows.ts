/** Every connection, of the stack file and of the portal, with how it stands. */
import { compareNames } from "../../../domain/formatters.ts";
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import { configuredOf, type PortalConnection } from "../../../records/portalConnections.ts";
import type { ProbeObstacle } from "../../../ports/ehr.ts";
import type { Setting } from "../../../records/settings.ts";
import type { Standing } from "../../../records/standings.ts";
import type { Mover } from "../../../domain/mover.ts";
import { OBSTACLE_MOVES } from "../../../web/obstacleMoves.ts";
import type { PortalPicks } from "../parts.ts";

export interface ConnectionRow {
  readonly id: string;
  readonly name: string;
  readonly fhirBaseUrl: string;
  readonly environment: "test" | "production";
  /** Who owns it: the stack file, so that nobody changes it here, or the portal. */
  readonly owner:
    | { readonly kind: "stack"; readonly connection: ConfiguredConnection; readonly index: number }
    | {
        readonly kind: "portal";
        readonly setting: Setting<PortalConnection>;
        /** The connection as flows get it; absent while it is off. */
        readonly connection?: ConfiguredConnection;
      };
  readonly status: ConnectionStatus;
}

export interface ConnectionStatus {
  readonly word: "On" | "Off" | "Not allowed yet" | "Awaiting registration" | "Failing" | "Not checked yet";
  readonly tone: "good" | "calm" | "attention" | "bad";
  readonly reason?: string;
  readonly move?: Mover;
  /** What the last probe ran into. */
  readonly obstacle?: ProbeObstacle;
}

type Picks = Pick<PortalPicks, "connectionSettings" | "environment" | "hospital" | "standings">;

/** Whether the stack file has taken a connection of the portal over, by its id or by its base URL. */
export function isTakenOver({
  hospital: { stackConnections },
  environment,
}: Pick<Picks, "environment" | "hospital">): (setting: Setting<PortalConnection>) => boolean {
  const urls = new Set<string>(stackConnections.map(({ fhirBaseUrl }) => fhirBaseUrl));
  return (setting) =>
    stackConnections.some(({ id }) => id === setting.id) ||
    isTakenUrl(setting, urls, environment === "local");
}

/** All rows, sorted by name. No chart system is asked how it stands: the last known standing is used. */
export async function connectionRows(picks: Picks): Promise<readonly ConnectionRow[]> {
  const { hospital, connectionSettings, standings } = picks;
  const settings = await connectionSettings.list();
  const theStacks = hospital.stackConnections;
  const ids = new Set(theStacks.map(({ id }) => id));
  const urls = new Set<string>(theStacks.map(({ fhirBaseUrl }) => fhirBaseUrl));
  const rows = [
    ...theStacks.map((connection, index) =>
      stackRow(connection, index, statusOf(connection, standings.known(connection))),
    ),
    ...settings
      .filter(({ id }) => !ids.has(id))
      .map((setting) => portalRow(picks, setting, urls, (connection) => standings.known(connection))),
  ];
  return rows.sort((one, other) => compareNames(one.name, other.name) || (one.id < other.id ? -1 : 1));
}

/** The row of one connection; if it is on, its chart system is asked now. Undefined if there is none of that id. */
export async function connectionRow(picks: Picks, id: string): Promise<ConnectionRow | undefined> {
  const { hospital, connectionSettings, standings } = picks;
  const index = hospital.stackConnections.findIndex((connection) => connection.id === id);
  const ofStack = hospital.stackConnections[index];
  if (ofStack !== undefined) return stackRow(ofStack, index, statusOf(ofStack, await asked(picks, ofStack)));
  const setting = await connectionSettings.read(id);
  if (setting === undefined) return undefined;
  const urls = new Set<string>(hospital.stackConnections.map(({ fhirBaseUrl }) => fhirBaseUrl));
  const connection = configuredOf(id, setting.value, picks.environment === "local");
  if (connection !== undefined) await asked(picks, connection);
  return portalRow(picks, setting, urls, (each) => standings.known(each));
}

async function asked({ standings }: Picks, connection: ConfiguredConnection): Promise<Standing | undefined> {
  return connection.provider === undefined ? undefined : standings.of(connection);
}

function stackRow(connection: ConfiguredConnection, index: number, status: ConnectionStatus): ConnectionRow {
  const { id, name, fhirBaseUrl, environment } = connection;
  return { id, name, fhirBaseUrl, environment, owner: { kind: "stack", connection, index }, status };
}

function portalRow(
  { environment: deployment }: Picks,
  setting: Setting<PortalConnection>,
  takenUrls: ReadonlySet<string>,
  standingOf: (connection: ConfiguredConnection) => Standing | undefined,
): ConnectionRow {
  const { id, value } = setting;
  const { name, fhirBaseUrl, environment } = value;
  const connection = configuredOf(id, value, deployment === "local");
  const status = (): ConnectionStatus => {
    if (isTakenUrl(setting, takenUrls, deployment === "local"))
      return { word: "Off", tone: "calm", reason: TAKEN_OVER };
    if (!value.enabled)
      return environment === "production" && value.cleared === undefined
        ? { word: "Not allowed yet", tone: "attention", move: "administrator" }
        : { word: "Off", tone: "calm" };
    if (connection === undefined)
      return { word: "Failing", tone: "bad", reason: NO_BASE_URL, move: "administrator" };
    return statusOf(connection, standingOf(connection));
  };
  const owner = { kind: "portal", setting, ...(connection && { connection }) } as const;
  return { id, name, fhirBaseUrl, environment, owner, status: status() };
}

/** Whether its base URL is taken, no matter if it is on or off. */
function isTakenUrl(
  { id, value }: Setting<PortalConnection>,
  takenUrls: ReadonlySet<string>,
  loopback: boolean,
): boolean {
  const url = configuredOf(id, { ...value, enabled: true }, loopback)?.fhirBaseUrl;
  return url !== undefined && takenUrls.has(url);
}

const NO_BASE_URL =
  "By the rules of this release, its base URL is not a valid one. Edit it and enter the right one.";
const TAKEN_OVER = "The stack file has a connection with this base URL, which goes first. Remove this one.";

/** A connection's status by its last known standing. */
export function statusOf(connection: ConfiguredConnection, standing: Standing | undefined): ConnectionStatus {
  if (connection.provider === undefined)
    return {
      word: "Awaiting registration",
      tone: "attention",
      reason: "The provider client id is missing. Oracle gives it when the connector is registered.",
      move: "administrator",
    };
  if (standing === undefined) return { word: "Not checked yet", tone: "calm" };
  if (!standing.ok) {
    const { obstacle, reason } = standing;
    return { word: "Failing", tone: "bad", reason, move: OBSTACLE_MOVES[obstacle], obstacle };
  }
  if (standing.ailing === undefined) return { word: "On", tone: "good" };
  const { obstacle = "unfinished", ailing: reason } = standing;
  return { word: "Failing", tone: "attention", reason, move: OBSTACLE_MOVES[obstacle], obstacle };
}
