/** The link from an EHR user's unique id to a Microsoft object id, which is all that is kept about a clinician. */
import * as z from "zod";
import { isYounger } from "../domain/age.ts";
import type { Log } from "../log.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Changes, Store, Stored } from "../ports/store.ts";
import {
  FIRST_VERSION,
  membersIfReadable,
  membersOf,
  newBody,
  nextBody,
  RecordOfAnotherRelease,
  refuseAnotherRelease,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";
import { changeRow, createOrRead, removeRow, untilWritten } from "./writing.ts";

const members = z.object({
  objectId: z.string().meta({ description: "object id of the Microsoft account" }),
  linkedAt: z.iso.datetime().meta({ description: "when the clinician said yes" }),
  notFoundOn: z
    .array(z.iso.date())
    .exactOptional()
    .meta({ description: "days on which Microsoft did not know the account, since it last did" }),
});

export const staffAccounts: RecordKind<typeof members> = {
  container: "staffAccounts",
  what: "a clinician's Microsoft account, under a keyed hash of the EHR user's unique id",
  members,
  kept: "until unlinked, or until Microsoft has not known the account on 3 days",
  expires: false,
  version: FIRST_VERSION,
};

/** The number of days on which Microsoft has to miss an account before its link is removed. */
export const DAYS_TO_MISS = 3;

export interface LinkedAccount {
  /** The keyed hash of the EHR user's unique id. */
  readonly id: string;
  readonly objectId: string;
  readonly linkedAt: Date;
  readonly notFoundOn: readonly string[];
}

/** What became of a linked account: unlinked, not there, or another account than was meant, which stays. */
export type Unlinked = "unlinked" | "none" | "other";

/**
 * `fhirUser` is an absolute URL below its connection's base URL, so it is unique over all connections. It is never `sub` or
 * `username`.
 */
export interface StaffAccounts {
  /** The keyed hash of the EHR user's unique id, under which an account is linked, whether or not there is one. */
  idOf(fhirUser: string): string;
  /** The linked account's object id. */
  of(fhirUser: string): Promise<string | undefined>;
  /** Links the account, and unlinks any other one. @throws RecordOfAnotherRelease */
  link(fhirUser: string, objectId: string): Promise<void>;
  /**
   * Unlinks the account that was shown, and no other one. One whose row is damaged is unlinked, too.
   * @throws RecordOfAnotherRelease because nobody knows which account that one is
   */
  unlink(fhirUser: string, shown: string): Promise<Unlinked>;
  /** Some of the linked accounts, and where the next ones begin. A continuation that is not valid means the beginning. */
  readSlice(
    limit: number,
    after?: string,
  ): Promise<{ readonly accounts: readonly LinkedAccount[]; readonly next?: string }>;
  byId(id: string): Promise<LinkedAccount | undefined>;
  /** Unlinks the account with that id, if there is one. */
  remove(id: string): Promise<void>;
  /**
   * Records that the account was looked for at Microsoft. Returns on how many days it has been missing since it was last
   * found; 0 where another account is linked by now.
   */
  looked(id: string, objectId: string, came: "found" | { readonly notFoundOn: string }): Promise<number>;
}

export interface StaffAccountsDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly now: () => Date;
}

/** How often a process logs that a row of a newer release was met, in milliseconds. */
const TOLD_EVERY_MS = 60 * 60_000;

export function openStaffAccounts({ store, keyring, log, now }: StaffAccountsDeps): StaffAccounts {
  /** When this process last logged that, in milliseconds since 1970. */
  let told = -Infinity;
  const addressOf = (fhirUser: string) => {
    const id = keyring.hash("staff account", fhirUser);
    return { partition: id, id };
  };
  return {
    idOf: (fhirUser) => addressOf(fhirUser).id,

    async of(fhirUser) {
      const { partition, id } = addressOf(fhirUser);
      const stored = await store.read(staffAccounts.container, partition, id);
      if (stored === undefined) return undefined;
      try {
        return membersOf(staffAccounts, stored).objectId;
      } catch (error) {
        // The clinician signs in once more, which makes a damaged row anew; no visit is refused because of it.
        if (!(error instanceof UnreadableRecord)) throw error;
        // A row of a newer release stays, and is met at each view of each clinician.
        const isTold = error instanceof RecordOfAnotherRelease && isYounger(told, now(), TOLD_EVERY_MS);
        if (!isTold) log.error("record.unreadable", error);
        if (error instanceof RecordOfAnotherRelease && !isTold) told = now().getTime();
        return undefined;
      }
    },

    async link(fhirUser, objectId) {
      const address = addressOf(fhirUser);
      const row = { objectId, linkedAt: now().toISOString() };
      const first = { ...address, body: newBody(staffAccounts, row) };
      const stored = await createOrRead(store, staffAccounts.container, first);
      if (stored.body["objectId"] === objectId && stored.body["v"] === first.body["v"]) return;
      await changeRow(store, staffAccounts.container, address, (before) => ({
        body: nextBody(staffAccounts, before, row),
      }));
    },

    async unlink(fhirUser, shown) {
      const { partition, id } = addressOf(fhirUser);
      const { came } = await untilWritten(staffAccounts.container, async (): Promise<{ came: Unlinked }> => {
        const stored = await store.read(staffAccounts.container, partition, id);
        if (stored === undefined) return { came: "none" };
        refuseAnotherRelease(staffAccounts, stored);
        const linked = membersIfReadable(staffAccounts, stored)?.objectId;
        if (linked !== undefined && linked !== shown) return { came: "other" };
        await store.remove(staffAccounts.container, partition, id, stored.etag);
        return { came: "unlinked" };
      });
      return came;
    },

    async readSlice(limit, after) {
      const { items, next } = await changesAfter(limit, after);
      // A slice may have fewer accounts than its limit although more follow, so only an empty slice is the end.
      const isLast = items.length === 0 || (await changesAfter(1, next)).items.length === 0;
      return { accounts: items.flatMap(accountIn), ...(!isLast && { next }) };
    },

    async byId(id) {
      if (!isRowId(id)) return undefined;
      const stored = await store.read(staffAccounts.container, id, id);
      return stored && accountIn(stored)[0];
    },

    async remove(id) {
      if (isRowId(id)) await removeRow(store, staffAccounts.container, { partition: id, id });
    },

    async looked(id, objectId, came) {
      let days: readonly string[] = [];
      await changeRow(store, staffAccounts.container, { partition: id, id }, (before) => {
        const { notFoundOn = [], ...row } = membersOf(staffAccounts, before);
        if (row.objectId !== objectId) {
          days = [];
          return undefined;
        }
        days = came === "found" ? [] : [...new Set([...notFoundOn, came.notFoundOn])];
        if (days.length === notFoundOn.length) return undefined;
        const body = nextBody(staffAccounts, before, {
          ...row,
          ...(days.length > 0 && { notFoundOn: [...days] }),
        });
        return { body };
      });
      return days.length;
    },
  };

  async function changesAfter(limit: number, after: string | undefined): Promise<Changes> {
    try {
      return await store.changes(staffAccounts.container, limit, after);
    } catch (error) {
      if (after === undefined || !(error instanceof RangeError)) throw error;
      return store.changes(staffAccounts.container, limit);
    }
  }

  /** A row that cannot be read is left out, so that the others can still be used. */
  function accountIn(stored: Stored): readonly LinkedAccount[] {
    try {
      const { objectId, linkedAt, notFoundOn = [] } = membersOf(staffAccounts, stored);
      return [{ id: stored.id, objectId, linkedAt: new Date(linkedAt), notFoundOn }];
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      log.error("record.unreadable", error);
      return [];
    }
  }
}

/** Whether the text can be a row's id; it comes from an address. */
const isRowId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);
