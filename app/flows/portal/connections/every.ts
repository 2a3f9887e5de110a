/** Every connection of which something can be set, whether it is on or off. */
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import { configuredOf } from "../../../records/portalConnections.ts";
import { distinctlyNamed } from "../distinctNames.ts";
import type { PortalPicks } from "../parts.ts";
import { isTakenOver } from "./rows.ts";

export interface EachConnection extends ConfiguredConnection {
  /** Whether flows have it. One of production is off until it is allowed, and is set up before. */
  readonly isOn: boolean;
}

/** Those that are on come first, each by a name of its own. One that the stack file has taken over is the stack file's. */
export async function everyConnection(
  picks: Pick<PortalPicks, "connectionSettings" | "environment" | "hospital">,
): Promise<readonly EachConnection[]> {
  const { connectionSettings, environment, hospital } = picks;
  const [on, settings] = await Promise.all([hospital.connections(), connectionSettings.list()]);
  const isTaken = isTakenOver(picks);
  const ids = new Set(on.map(({ id }) => id));
  const off = settings
    .filter((setting) => !ids.has(setting.id) && !isTaken(setting))
    .map(({ id, value }) => configuredOf(id, { ...value, enabled: true }, environment === "local"))
    .filter((connection) => connection !== undefined);
  return distinctlyNamed([
    ...on.map((connection) => ({ ...connection, isOn: true })),
    ...off.map((connection) => ({ ...connection, isOn: false })),
  ]);
}

/** Its name, with what there is to be said of one that is off. */
export const nameOf = ({ name, isOn }: Pick<EachConnection, "name" | "isOn">): string =>
  isOn ? name : name + " (off)";
