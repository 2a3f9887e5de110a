/** The connector's own keys: made once, kept as one document that only the vault can open, never changed afterwards. */
import {
  KeysUnusable,
  SealBroken,
  type KeptKeys,
  type KeptKeySet,
  type Keyring,
} from "../../ports/keyring.ts";
import { VaultFault, type Vault } from "../../ports/vault.ts";
import { keyring, newKeySet, openKeySet, sealKeySet, type KeySet, type RandomBytes } from "./keySet.ts";

export interface KeyringOptions {
  readonly vault: Vault;
  readonly kept: KeptKeys;
  /** Name of the vault key that wraps. */
  readonly wrappingKey: string;
  readonly random: RandomBytes;
  /** Told why the keys could not be wrapped anew with the vault key's current version. They work on without. */
  readonly onStillWrappedByOldVersion: (fault: VaultFault) => void;
}

const WRAPPED_KEY_BYTES = 32;

/**
 * Reads the keys, or makes them at the very first start; of several that start at once, one makes them and all read the
 * same. Where the vault key has a newer version, wraps them with it: no hash, seal or link changes.
 * @throws VaultFault when the vault does not unwrap them, KeysUnusable when they are lost or damaged.
 */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const kept = (await options.kept.read()) ?? (await make(options));
  const { version, wrappedKey: value } = kept;
  const wrappedKey = await options.vault.unwrap(options.wrappingKey, { version, value });
  const keys = opened(wrappedKey, kept.keySet, options.kept.place);
  await rewrap(options, kept, wrappedKey);
  return keyring(keys, options.random);
}

function opened(wrappedKey: Uint8Array, keySet: string, place: string): KeySet {
  try {
    return openKeySet(wrappedKey, keySet);
  } catch (cause) {
    // What the parser says of it would quote keys.
    const why = cause instanceof SealBroken ? cause : undefined;
    throw new KeysUnusable(
      `The vault opened what wraps the connector's own keys, and they are not inside: ${place} is damaged, or was put together from two. Restore it as it was: in Azure from the Cosmos account's point-in-time backup, on a laptop by a copy of the store's file.`,
      why === undefined ? {} : { cause: why },
    );
  }
}

async function make({ vault, kept, wrappingKey, random }: KeyringOptions): Promise<KeptKeySet> {
  const wrappedKey = random(WRAPPED_KEY_BYTES);
  const keySet = sealKeySet(wrappedKey, newKeySet(random), random);
  const wrapped = await vault.wrap(wrappingKey, wrappedKey);
  return kept.keepFirst({ version: wrapped.version, wrappedKey: wrapped.value, keySet });
}

/** Wrapping is how one learns which version is current, so it is asked at every start. */
async function rewrap(options: KeyringOptions, kept: KeptKeySet, wrappedKey: Uint8Array): Promise<void> {
  try {
    const { version, value } = await options.vault.wrap(options.wrappingKey, wrappedKey);
    if (version === kept.version) return;
    await options.kept.replace(kept, { version, wrappedKey: value, keySet: kept.keySet });
  } catch (error) {
    if (!(error instanceof VaultFault)) throw error;
    options.onStillWrappedByOldVersion(error);
  }
}
