/** The connector's own keys, as one document. The vault wraps one small key; that key seals the set. */
import { z } from "zod";
import type { KeptKeys, KeptKeySet, WrappedKeySet } from "../ports/keyring.ts";
import { StoreConflict, type Store, type Stored } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { createOrRead } from "./writing.ts";

const members = z.object({
  version: z.string().min(1).meta({ description: "version of the vault key that wrapped" }),
  wrappedKey: z.base64url().meta({ description: "a random key, wrapped by the vault" }),
  keySet: z.string().min(1).meta({
    description: "the connector's random keys for hashes, seals and links, sealed by that key",
  }),
});

export const keys: RecordKind<typeof members> = {
  container: "keys",
  what: "its own keys, wrapped by the hospital's key vault",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const WHERE = { partition: "keyring", id: "keyring" } as const;

export function keptKeys(store: Store): KeptKeys {
  return {
    async read() {
      const stored = await store.read(keys.container, WHERE.partition, WHERE.id);
      return stored && keptIn(stored);
    },
    async keepFirst(set) {
      const body = newBody(keys, asMembers(set));
      return keptIn(await createOrRead(store, keys.container, { ...WHERE, body }));
    },
    async replace(read, set) {
      const stored = await store.read(keys.container, WHERE.partition, WHERE.id);
      if (stored?.etag !== read.etag) return;
      try {
        const body = nextBody(keys, stored, asMembers(set));
        await store.replace(keys.container, { ...WHERE, body }, stored.etag);
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    },
  };
}

const asMembers = ({ version, wrappedKey, keySet }: WrappedKeySet) => ({
  version,
  wrappedKey: Buffer.from(wrappedKey).toString("base64url"),
  keySet,
});

function keptIn(stored: Stored): KeptKeySet {
  const { version, wrappedKey, keySet } = membersOf(keys, stored);
  return { version, wrappedKey: Buffer.from(wrappedKey, "base64url"), keySet, etag: stored.etag };
}
