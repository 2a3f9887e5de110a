/**
 * Other sign-in addresses of a chart system, which somebody approves. They lie in a container of their own, so they are not
 * written in the batch in which they are approved: the trail has what was intended before, and what came of it after.
 */
import * as z from "zod";
import { memberChanges } from "../domain/memberChanges.ts";
import type { Audit, Commit, Entry } from "./audit.ts";
import { SettingMoved, type Change, type PlannedChange } from "./settings.ts";
import { addressMembers } from "./signInAddresses.ts";

export const addressesChange = z.object({
  kind: z.literal("addresses"),
  /** Id of the connection. */
  id: z.string(),
  before: addressMembers,
  after: addressMembers,
});
export type AddressesChange = z.output<typeof addressesChange>;

/**
 * Makes the connector hold to the new addresses; a second time changes nothing.
 * @throws NothingToHold
 */
export type Hold = (of: AddressesChange) => Promise<void>;

/** Whether the server still names the new addresses. It throws where that is not known. */
export type IsNamed = (of: AddressesChange) => Promise<boolean>;

/** The connection is gone, so there is nothing whose addresses could be held to. */
export class NothingToHold extends Error {
  override readonly name = "NothingToHold";
}

/** The event of holding to other sign-in addresses. */
export const addressesEntry = (change: Change, { id, before, after }: AddressesChange): Entry => ({
  ...change,
  object: { kind: "connection", id },
  changes: memberChanges({ ...before }, { ...after }),
});

const NOTHING: Commit = { writes: [], entries: [] };

/**
 * Holds to approved addresses, and makes the change `done` in the batch that tells of it. What a kill left undone can so be
 * found and carried out once more; whoever comes second finds `done` made.
 * @param changes `before` is what is written with what is intended
 */
export const carryOut = (
  audit: Pick<Audit, "during">,
  change: Change,
  of: AddressesChange,
  hold: Hold,
  { before, done }: { readonly before?: () => Promise<Commit>; readonly done: PlannedChange },
): Promise<void> =>
  audit.during(addressesEntry(change, of), () => hold(of), {
    ...(before && { before }),
    async after(error) {
      if (error !== undefined && !(error instanceof NothingToHold)) return NOTHING;
      return unlessMoved(done, []);
    },
  });

/** Finishes what was approved before: holds to the addresses if the server still names them, and tells it if not. */
export async function finished(
  audit: Pick<Audit, "commit" | "during">,
  change: Change,
  of: AddressesChange,
  { hold, isNamed, done }: { readonly hold: Hold; readonly isNamed: IsNamed; readonly done: PlannedChange },
): Promise<void> {
  const notUsed = addressesEntry({ ...change, action: "sign-in-addresses.not-used" }, of);
  if (!(await isNamed(of))) return audit.commit(() => unlessMoved(done, [notUsed]));
  try {
    await carryOut(audit, change, of, hold, { done });
  } catch (error) {
    if (!(error instanceof NothingToHold)) throw error;
  }
}

/** Nothing where somebody else has made the change. */
async function unlessMoved(done: PlannedChange, entries: readonly Entry[]): Promise<Commit> {
  try {
    return { writes: [(await done()).write], entries };
  } catch (moved) {
    if (!(moved instanceof SettingMoved)) throw moved;
    return NOTHING;
  }
}

/** Somebody has asked for a second person since that was read. Nothing was written. */
class SecondPersonAsked extends Error {
  override readonly name = "SecondPersonAsked";
}

/** Holds to the addresses unless a second person is required by now, in which case it returns false. */
export async function heldAlone(
  audit: Pick<Audit, "during">,
  change: Change,
  of: AddressesChange,
  hold: Hold,
  isAsked: () => Promise<boolean>,
): Promise<boolean> {
  const before = async () => {
    if (await isAsked()) throw new SecondPersonAsked("a second person is asked by now");
    return NOTHING;
  };
  try {
    await audit.during(addressesEntry(change, of), () => hold(of), { before });
    return true;
  } catch (error) {
    if (!(error instanceof SecondPersonAsked)) throw error;
    return false;
  }
}
