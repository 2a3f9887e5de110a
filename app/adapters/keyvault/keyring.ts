/** The connector's own keys: made once, kept as one document that only the vault can open, never changed afterwards. */
import { z } from "zod";
import type { Keyring } from "../../ports/keyring.ts";
import { StoreConflict, type Item, type Store, type Stored } from "../../ports/store.ts";
import { VaultFault, type Vault, type Wrapped } from "../../ports/vault.ts";
import { keyring, newKeySet, openKeySet, sealKeySet, type RandomBytes } from "./keySet.ts";

export interface KeyringOptions {
  readonly vault: Vault;
  readonly store: Store;
  /** Name of the vault key that wraps. */
  readonly wrappingKey: string;
  readonly random: RandomBytes;
  /** Told why the keys could not be wrapped anew with the vault key's current version. They work on without. */
  readonly onStillWrappedByOldVersion: (fault: VaultFault) => void;
}

/** Everything of the document. The vault wraps one small key; that key seals the set. */
const documentSchema = z.object({
  version: z.string().min(1),
  wrappedKey: z.base64url(),
  keySet: z.string().min(1),
});
const WHERE = { container: "keys", partition: "keyring", id: "keyring" } as const;
const WRAPPED_KEY_BYTES = 32;

/**
 * Reads the keys, or makes them at the very first start; of several that start at once, one makes them and all read the
 * same. Where the vault key has a newer version, wraps them with it: no hash, seal or link changes.
 * @throws VaultFault when the vault does not unwrap them.
 */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const stored = await readOrMake(options);
  const { wrapped, sealed } = parsed(stored);
  const wrappedKey = await options.vault.unwrap(options.wrappingKey, wrapped);
  const keys = openKeySet(wrappedKey, sealed);
  await rewrap(options, stored, wrapped, wrappedKey);
  return keyring(keys, options.random);
}

async function readOrMake(options: KeyringOptions): Promise<Stored> {
  return (await readStored(options.store)) ?? (await make(options));
}

async function readStored(store: Store): Promise<Stored | undefined> {
  return store.read(WHERE.container, WHERE.partition, WHERE.id);
}

async function make({ vault, store, wrappingKey, random }: KeyringOptions): Promise<Stored> {
  const wrappedKey = random(WRAPPED_KEY_BYTES);
  const keySet = sealKeySet(wrappedKey, newKeySet(random), random);
  const wrapped = await vault.wrap(wrappingKey, wrappedKey);
  try {
    return await store.create(WHERE.container, item(wrapped, keySet));
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
    // Another instance was first: its keys are the keys.
    const winners = await readStored(store);
    if (winners === undefined) throw error;
    return winners;
  }
}

/** Wrapping is how one learns which version is current, so it is asked at every start. */
async function rewrap(
  options: KeyringOptions,
  stored: Stored,
  old: Wrapped,
  wrappedKey: Uint8Array,
): Promise<void> {
  try {
    const wrapped = await options.vault.wrap(options.wrappingKey, wrappedKey);
    if (wrapped.version === old.version) return;
    await options.store.replace(WHERE.container, item(wrapped, parsed(stored).sealed), stored.etag);
  } catch (error) {
    if (error instanceof StoreConflict) return; // Another instance has wrapped them.
    if (!(error instanceof VaultFault)) throw error;
    options.onStillWrappedByOldVersion(error);
  }
}

function item(wrapped: Wrapped, keySet: string): Item {
  const wrappedKey = Buffer.from(wrapped.value).toString("base64url");
  return {
    partition: WHERE.partition,
    id: WHERE.id,
    body: { version: wrapped.version, wrappedKey, keySet },
  };
}

function parsed(stored: Stored): { readonly wrapped: Wrapped; readonly sealed: string } {
  const { version, wrappedKey, keySet } = documentSchema.parse(stored.body);
  return { wrapped: { version, value: Buffer.from(wrappedKey, "base64url") }, sealed: keySet };
}
