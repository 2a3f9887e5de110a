/** EHR user's unique id <-> Microsoft object id: all that is ever kept about a clinician. */
import { z } from "zod";
import type { Log } from "../log.ts";
import type { Keyring } from "../ports/keyring.ts";
import { StoreConflict, type Store } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, UnreadableRecord, type RecordKind } from "./record.ts";
import { changeRow, createOrRead } from "./writing.ts";

const members = z.object({
  objectId: z.string().meta({ description: "object id of the Microsoft account" }),
  linkedAt: z.iso.datetime().meta({ description: "when the clinician said yes" }),
});

export const staffAccounts: RecordKind<typeof members> = {
  container: "staffAccounts",
  what: "a clinician's Microsoft account, under a keyed hash of the EHR user's unique id",
  members,
  kept: "until unlinked",
  expires: false,
  version: FIRST_VERSION,
};

/** `fhirUser` is an absolute URL below its connection's base URL, so it is unique over all connections; never `sub` or `username`. */
export interface StaffAccounts {
  /** The linked account's object id. */
  of(fhirUser: string): Promise<string | undefined>;
  /** Links the account, in the place of another if there was one. */
  link(fhirUser: string, objectId: string): Promise<void>;
  /** Takes the link away, if there is one. */
  unlink(fhirUser: string): Promise<void>;
}

export interface StaffAccountsDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly now: () => Date;
}

export function openStaffAccounts({ store, keyring, log, now }: StaffAccountsDeps): StaffAccounts {
  const placeOf = (fhirUser: string) => {
    const id = keyring.hash("staff account", fhirUser);
    return { partition: id, id };
  };
  return {
    async of(fhirUser) {
      const { partition, id } = placeOf(fhirUser);
      const stored = await store.read(staffAccounts.container, partition, id);
      if (stored === undefined) return undefined;
      try {
        return membersOf(staffAccounts, stored).objectId;
      } catch (error) {
        // The clinician signs in once more, which makes the row anew; nobody is kept out of a visit by it.
        if (!(error instanceof UnreadableRecord)) throw error;
        log.error("record.unreadable", error);
        return undefined;
      }
    },

    async link(fhirUser, objectId) {
      const place = placeOf(fhirUser);
      const row = { objectId, linkedAt: now().toISOString() };
      const first = { ...place, body: newBody(staffAccounts, row) };
      const stored = await createOrRead(store, staffAccounts.container, first);
      if (stored.body["objectId"] === objectId && stored.body["v"] === first.body["v"]) return;
      await changeRow(store, staffAccounts.container, place, (before) => ({
        body: nextBody(staffAccounts, before, row),
      }));
    },

    async unlink(fhirUser) {
      const { partition, id } = placeOf(fhirUser);
      const stored = await store.read(staffAccounts.container, partition, id);
      if (stored === undefined) return;
      try {
        await store.remove(staffAccounts.container, partition, id, stored.etag);
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    },
  };
}
