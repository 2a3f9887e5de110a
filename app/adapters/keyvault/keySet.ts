/**
 * The operations of the connector's own keys, without I/O: to hash, to seal and open, and to be sealed and opened
 * themselves.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import * as z from "zod";
import { linkKey } from "../../domain/linkToken.ts";
import { hmacSha256OfAny, type Mac } from "../../domain/mac.ts";
import { SealBroken, type Keyring } from "../../ports/keyring.ts";

/** Makes that many random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

export interface KeySet {
  readonly hash: Uint8Array;
  readonly seal: Uint8Array;
  readonly links: { readonly current: number; readonly byVersion: ReadonlyMap<number, Uint8Array> };
}

const KEY_BYTES = 32;
const HASH_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The first byte of everything sealed, so that another way of sealing can be introduced later. */
const SEAL_VERSION = 1;
const KEY_SET_CONTEXT = "key set";

export function newKeySet(random: RandomBytes): KeySet {
  return {
    hash: random(KEY_BYTES),
    seal: random(KEY_BYTES),
    links: { current: 1, byVersion: new Map([[1, random(KEY_BYTES)]]) },
  };
}

export function keyring(keys: KeySet, random: RandomBytes): Keyring {
  // Given as bytes, a key is prepared anew at each use, which takes several times as long as to open something.
  const sealing = createSecretKey(keys.seal);
  return {
    links: {
      current: keys.links.current,
      byVersion: new Map([...keys.links.byVersion].map(([version, bytes]) => [version, linkKey(bytes)])),
    },
    hash: purposeHash(keys.hash),
    seal: (context, clear) => seal(sealing, context, clear, random),
    open: (context, sealed) => open(sealing, context, sealed),
  };
}

/** Hashes with a separate key for each purpose, so that no other pair of purpose and value gives the same input. */
function purposeHash(key: Uint8Array): Keyring["hash"] {
  const purposeKey = hmacSha256OfAny(key);
  // Purposes are a few fixed words of ours, so the map stays small.
  const hashes = new Map<string, Mac>();
  const hashOf = (purpose: string) => {
    const made = hashes.get(purpose) ?? hmacSha256OfAny(purposeKey(Buffer.from(purpose)));
    hashes.set(purpose, made);
    return made;
  };
  return (purpose, value) => hashOf(purpose)(Buffer.from(value)).toString("base64url", 0, HASH_BYTES);
}

/**
 * Seals as version, nonce, ciphertext and tag (AES-256-GCM). Random nonces are safe for about four thousand million seals
 * with one key.
 */
function seal(key: KeyObject, context: string, clear: string, random: RandomBytes): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(
    Buffer.from(context),
  );
  const text = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(SEAL_VERSION), nonce, text, cipher.getAuthTag()]).toString("base64url");
}

function open(key: KeyObject, context: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const textAt = 1 + NONCE_BYTES;
  // Decoding tolerates stray characters, so only the exact spelling that `seal` produces is accepted.
  if (
    bytes.toString("base64url") !== sealed ||
    bytes.length < textAt + TAG_BYTES ||
    bytes[0] !== SEAL_VERSION
  )
    throw new SealBroken("This was not sealed by the connector.");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, textAt), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(textAt, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch (cause) {
    throw new SealBroken("This was sealed by other keys or for another context, or was changed.", { cause });
  }
}

const key = z.base64url().transform((text, context) => {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== KEY_BYTES) context.addIssue("must hold 32 bytes");
  return new Uint8Array(bytes);
});
const keySetSchema = z.object({
  hash: key,
  seal: key,
  links: z.object({
    current: z.int(),
    byVersion: z.array(z.tuple([z.int().min(0).max(255), key])).transform((pairs) => new Map(pairs)),
  }),
});

/** Seals the key set with one 32-byte key, which is small enough for the vault to wrap. */
export function sealKeySet(wrappedKey: Uint8Array, keys: KeySet, random: RandomBytes): string {
  const { hash, seal: sealing, links } = keys;
  const written = {
    hash: text(hash),
    seal: text(sealing),
    links: {
      current: links.current,
      byVersion: [...links.byVersion].map(([version, link]) => [version, text(link)]),
    },
  };
  return seal(createSecretKey(wrappedKey), KEY_SET_CONTEXT, JSON.stringify(written), random);
}

/** @throws SealBroken when `wrappedKey` is not the key that sealed it. */
export function openKeySet(wrappedKey: Uint8Array, sealed: string): KeySet {
  return keySetSchema.parse(JSON.parse(open(createSecretKey(wrappedKey), KEY_SET_CONTEXT, sealed)));
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
