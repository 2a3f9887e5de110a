/**
 * The connector's own keys. They are made once, kept as one document that only the vault can open, and never changed
 * afterwards.
 */
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
  /** Name of the vault key that wraps the connector's keys. */
  readonly wrappingKey: string;
  readonly random: RandomBytes;
  /**
   * Called with the reason why the keys could not be wrapped again with the vault key's current version. The keys remain
   * usable.
   */
  readonly onStillWrappedByOldVersion: (fault: VaultFault) => void;
}

const WRAPPED_KEY_BYTES = 32;

/**
 * Reads the keys, or makes them at the very first start. When several processes start at once, one makes them and all read
 * the same. Where the vault key has a newer version, the keys are wrapped again with it; no hash, seal or link changes.
 * @throws VaultFault when the vault does not unwrap them, KeysUnusable when they are lost or damaged
 */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const kept = (await options.kept.read()) ?? (await make(options));
  const { version, wrappedKey: value } = kept;
  const wrappedKey = await options.vault.unwrap(options.wrappingKey, { version, value });
  const keys = opened(wrappedKey, kept.keySet, options.kept.location);
  await rewrap(options, kept, wrappedKey);
  return keyring(keys, options.random);
}

function opened(wrappedKey: Uint8Array, keySet: string, location: string): KeySet {
  try {
    return openKeySet(wrappedKey, keySet);
  } catch (cause) {
    // The parser's error would quote keys, so it is not kept as a cause.
    const why = cause instanceof SealBroken ? cause : undefined;
    throw new KeysUnusable(
      `The vault opened what wraps the connector's own keys, and they are not inside: ${location} is damaged, or was put together from two. Restore it as it was: in Azure from the Cosmos account's point-in-time backup, on a laptop by a copy of the store's file.`,
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

/** Wraps the keys again if needed. Only wrapping tells which version is current, so it is done at every start. */
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
