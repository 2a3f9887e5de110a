import type { LinkKeys } from "../domain/linkToken.ts";

/** The connector's own keys: random, made once, wrapped by the vault. Rotating the vault's key changes none of them. */
export interface Keyring {
  readonly links: LinkKeys;
  /** Keyed hash, 128 bits as base64url: the same for the same purpose and value, and says nothing without the key. */
  hash(purpose: string, value: string): string;
  /** Authenticated encryption; `context` must be the same when it is opened. */
  seal(context: string, clear: string): string;
  /** @throws SealBroken when it was sealed by other keys, for another context, or changed. */
  open(context: string, sealed: string): string;
}

export class SealBroken extends Error {
  override readonly name = "SealBroken";
}

/** The keys are lost or damaged, and what hangs on them is there. The message says what to do, and is for administrators. */
export class KeysUnusable extends Error {
  override readonly name = "KeysUnusable";
}

/** Where the keys are kept, as one document that only the vault can open. */
export interface KeptKeys {
  /** Where the document lies, for administrators. */
  readonly place: string;
  /** Undefined before the very first start. @throws KeysUnusable when they are lost or damaged. */
  read(): Promise<KeptKeySet | undefined>;
  /** Keeps these, unless others are kept already; answers those that are. */
  keepFirst(keys: WrappedKeySet): Promise<KeptKeySet>;
  /** Puts these in the place of what was read; does nothing when somebody else did so before. */
  replace(read: KeptKeySet, keys: WrappedKeySet): Promise<void>;
}

export interface WrappedKeySet {
  /** Version of the vault key that wrapped. */
  readonly version: string;
  readonly wrappedKey: Uint8Array;
  /** The keys, sealed by the wrapped key. */
  readonly keySet: string;
}

export interface KeptKeySet extends WrappedKeySet {
  /** Changes with every replace. */
  readonly etag: string;
}
