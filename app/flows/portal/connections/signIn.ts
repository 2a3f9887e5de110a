/** Other sign-in addresses of a chart system: whether it names them now, and holding to them from now on. */
import { isDeepStrictEqual } from "node:util";
import { NothingToHold, type AddressesChange } from "../../../records/addressesChange.ts";
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import type { SignInEndpoints } from "../../../ports/ehr.ts";
import { configuredOf } from "../../../records/portalConnections.ts";
import type { Standing } from "../../../records/standings.ts";
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

/** What a chart system says of addresses that somebody proposed. `unsaid`: it did not say just now which ones it names. */
export type NamedNow = "named" | "others" | "unsaid";

/** Asks the chart system once more, whether it still names what somebody proposed. */
export async function namedNow(picks: Picks, { id, after }: AddressesChange): Promise<NamedNow> {
  const connection = await connectionOf(picks, id);
  return connection === undefined ? "others" : namesNow(picks, connection, after);
}

async function namesNow(
  { standings }: Picks,
  connection: ConfiguredConnection,
  after: SignInEndpoints,
): Promise<NamedNow> {
  const standing = await standings.askNow(connection);
  if (isSilent(standing)) return "unsaid";
  const isSame = !standing.ok && isDeepStrictEqual({ ...standing.changed?.now }, { ...after });
  return isSame ? "named" : "others";
}

/** Whether a chart system that was just asked did not say which addresses it names. */
export const isSilent = (standing: Standing): boolean =>
  standing.ok ? standing.ailing !== undefined : standing.changed === undefined;

/** @throws NothingToHold */
export async function holdTo(picks: Picks, { id, after }: AddressesChange): Promise<void> {
  const connection = await connectionOf(picks, id);
  if (connection === undefined) throw new NothingToHold("the connection is gone");
  await picks.standings.approve(connection, after);
}

/**
 * Whether addresses that were approved a while ago may come into force: the chart system still names them, they are held to
 * already, or there is no connection any more that could hold to them.
 * @throws AddressesUnsaid where that is to be asked again
 */
export async function isStillNamed(picks: Picks, { id, after }: AddressesChange): Promise<boolean> {
  const connection = await connectionOf(picks, id);
  if (connection === undefined) return true;
  const held = await picks.standings.pinned(connection);
  if (isDeepStrictEqual({ ...held }, { ...after })) return true;
  const named = await namesNow(picks, connection, after);
  if (named === "unsaid") throw new AddressesUnsaid("the server did not say which addresses it names");
  return named === "named";
}

class AddressesUnsaid extends Error {
  override readonly name = "AddressesUnsaid";
}
