/** Other sign-in addresses of a chart system: whether it names them now, and holding to them from now on. */
import { isDeepStrictEqual } from "node:util";
import { NothingToHold, type AddressesChange } from "../../../records/addressesChange.ts";
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import { configuredOf } from "../../../records/portalConnections.ts";
import type { PortalPicks } from "../parts.ts";

type Picks = Pick<PortalPicks, "connectionSettings" | "environment" | "hospital" | "standings">;

/** A connection of the stack file, or of the portal where it is on. */
export async function connectionOf(
  { connectionSettings, environment, hospital }: Omit<Picks, "standings">,
  id: string,
): Promise<ConfiguredConnection | undefined> {
  const ofStack = hospital.stackConnections.find((each) => each.id === id);
  if (ofStack !== undefined) return ofStack;
  const setting = await connectionSettings.read(id);
  return setting && configuredOf(id, setting.value, environment === "local");
}

/** Asks the chart system once more, whether it still names what somebody proposed. */
export async function isNamedNow(picks: Picks, { id, after }: AddressesChange): Promise<boolean> {
  const connection = await connectionOf(picks, id);
  if (connection === undefined) return false;
  const standing = await picks.standings.askNow(connection);
  return !standing.ok && isDeepStrictEqual({ ...standing.changed?.now }, { ...after });
}

/** @throws NothingToHold */
export async function holdTo(picks: Picks, { id, after }: AddressesChange): Promise<void> {
  const connection = await connectionOf(picks, id);
  if (connection === undefined) throw new NothingToHold("the connection is gone");
  await picks.standings.approve(connection, after);
}
