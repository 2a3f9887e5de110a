/** The connector's own keys: random, made once, wrapped by the vault. Rotating the vault's key changes none of them. */
import type { LinkKeys } from "../domain/linkToken.ts";

export interface Keyring {
  readonly links: LinkKeys;
  /**
   * A keyed hash of 128 bits as base64url. It is the same for the same purpose and value, and reveals nothing without the
   * key.
   */
  hash(purpose: string, value: string): string;
  /** Seals by authenticated encryption; opening requires the same `context`. */
  seal(context: string, clear: string): string;
  /** @throws SealBroken when it was sealed by other keys or for another context, or was changed */
  open(context: string, sealed: string): string;
}

export class SealBroken extends Error {
  override readonly name = "SealBroken";
}

/**
 * The keys are lost or damaged while data that depends on them exists. The message says what to do, and is for
 * administrators.
 */
export class KeysUnusable extends Error {
  override readonly name = "KeysUnusable";
}

/** Where the keys are kept, as one document that only the vault can open. */
export interface KeptKeys {
  /** Where the document is, for administrators. */
  readonly location: string;
  /** Undefined before the very first start. @throws KeysUnusable when they are lost or damaged. */
  read(): Promise<KeptKeySet | undefined>;
  /** Keeps these keys unless others are kept already; returns those that are kept. */
  keepFirst(keys: WrappedKeySet): Promise<KeptKeySet>;
  /** Replaces the keys that were read; does nothing when another process has replaced them before. */
  replace(read: KeptKeySet, keys: WrappedKeySet): Promise<void>;
}

export interface WrappedKeySet {
  /** Version of the vault key that wrapped `wrappedKey`. */
  readonly version: string;
  readonly wrappedKey: Uint8Array;
  /** The keys, sealed with the key that is wrapped. */
  readonly keySet: string;
}

export interface KeptKeySet extends WrappedKeySet {
  /** A new value after every replacement. */
  readonly etag: string;
}
