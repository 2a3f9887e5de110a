/** The connector's own keys, as one document. The vault wraps one small key, which seals the whole set. */
import * as z from "zod";
import { KeysUnusable, type KeptKeys, type KeptKeySet, type WrappedKeySet } from "../ports/keyring.ts";
import { StoreConflict, type ContainerName, type Store, type Stored } from "../ports/store.ts";
import {
  FIRST_VERSION,
  membersOf,
  newBody,
  nextBody,
  refuseOtherVersion,
  type RecordKind,
} from "./record.ts";
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

/** Whether a container's rows are worthless without the keys with which they were made. */
const HANGS_ON_KEYS: Readonly<Record<Exclude<ContainerName, "keys">, boolean>> = {
  visits: true,
  // Without the keys, the numbers that want no texts are not recognized any more.
  messages: true,
  // These are numbers about visits that are over.
  usage: false,
  staffAccounts: true,
  sessions: true,
  // They last ten minutes, and the person can begin again.
  signIns: false,
  signInAddresses: false,
  // They name visits, and are kept no longer than those.
  jobs: false,
  ticks: false,
  // Secrets of connections are sealed there.
  settings: true,
  // Whoever was signed in can sign in again.
  portalSessions: false,
};

/**
 * A document that an administrator makes by hand to say that the keys are lost for good, and that all that depends on them
 * may be lost, too.
 */
const BEGIN_ANEW = { partition: WHERE.partition, id: "begin-anew" } as const;

export function keptKeys(store: Store): KeptKeys {
  const location = `the document ${WHERE.id} in the container ${keys.container} of ${store.location}`;
  const stored = () => store.read(keys.container, WHERE.partition, WHERE.id);
  const readAs = (row: Stored): KeptKeySet => {
    refuseOtherVersion(keys, row.body);
    try {
      return keptIn(row);
    } catch (cause) {
      throw new KeysUnusable(`The connector's own keys cannot be read: ${location} is damaged. ${RESTORE}`, {
        cause,
      });
    }
  };
  return {
    location,
    async read() {
      const kept = await stored();
      if (kept !== undefined) return readAs(kept);
      const orphans = await whatHangsOnKeys(store);
      if (orphans.length === 0) return undefined;
      // Another instance may have made the keys, and the first visit, since they were looked for.
      const since = await stored();
      if (since !== undefined) return readAs(since);
      if ((await store.read(keys.container, BEGIN_ANEW.partition, BEGIN_ANEW.id)) !== undefined)
        return undefined;
      throw new KeysUnusable(
        `The connector's own keys are lost: ${location} is missing, and there are ${orphans.join(", ")}. ${RESTORE}`,
      );
    },
    async keepFirst(set) {
      const body = newBody(keys, asMembers(set));
      const kept = keptIn(await createOrRead(store, keys.container, { ...WHERE, body }));
      await forgetBeginAnew(store);
      return kept;
    },
    async replace(read, set) {
      const before = await stored();
      if (before?.etag !== read.etag) return;
      try {
        const body = nextBody(keys, before, asMembers(set));
        await store.replace(keys.container, { ...WHERE, body }, before.etag);
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    },
  };
}

const RESTORE =
  "Restore it: in Azure from the Cosmos account's point-in-time backup, on a laptop by a copy of the store's file. " +
  "Without it every link that was handed out and every linked account is void. To begin anew all the same, move a laptop's file away; " +
  `in Azure create the document {"id": "${BEGIN_ANEW.id}", "partition": "${BEGIN_ANEW.partition}"} in that container, once no document ${WHERE.id} is there.`;

/** The names of the containers that hold something that depends on the keys. */
async function whatHangsOnKeys(store: Store): Promise<readonly string[]> {
  const names = Object.entries(HANGS_ON_KEYS).flatMap(([name, hangs]) =>
    hangs ? [name as ContainerName] : [],
  );
  const found = await Promise.all(names.map(async (name) => (await store.changes(name, 1)).items.length > 0));
  return names.filter((_, index) => found[index]);
}

/** The administrator's document counts for one beginning only. */
async function forgetBeginAnew(store: Store): Promise<void> {
  const word = await store.read(keys.container, BEGIN_ANEW.partition, BEGIN_ANEW.id);
  if (word === undefined) return;
  try {
    await store.remove(keys.container, BEGIN_ANEW.partition, BEGIN_ANEW.id, word.etag);
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
  }
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
