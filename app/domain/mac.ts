/** Message authentication codes (HMAC-SHA-256, RFC 2104) with keys that are prepared once. */
import { hash } from "node:crypto";

/** Computes the authentication code, 32 bytes, of a message under a prepared key. */
export type Mac = (message: Uint8Array) => Buffer;

const BLOCK_BYTES = 64;
const CODE_BYTES = 32;

/** HMAC-SHA-256 under a prepared key, for messages of any length. */
export function hmacSha256OfAny(key: Uint8Array): Mac {
  if (key.length > BLOCK_BYTES) throw new RangeError("the key is longer than a block");
  const inner = padded(key, 0x36, 0);
  const outer = padded(key, 0x5c, CODE_BYTES);
  return (message) => {
    outer.write(hash("sha256", Buffer.concat([inner, message]), "binary"), BLOCK_BYTES, "binary");
    return hash("sha256", outer, "buffer");
  };
}

/**
 * HMAC-SHA-256 (RFC 2104) with its key prepared once, for messages of one length: two one-shot hashes cost a fraction of
 * an Hmac object, and a patient's link is checked on every tap.
 */
export function hmacSha256(key: Uint8Array, messageBytes: number): Mac {
  if (key.length > BLOCK_BYTES) throw new RangeError("the key is longer than a block");
  const inner = padded(key, 0x36, messageBytes);
  const outer = padded(key, 0x5c, CODE_BYTES);
  return (message) => {
    if (message.length !== messageBytes) throw new RangeError("the message has another length");
    inner.set(message, BLOCK_BYTES);
    outer.write(hash("sha256", inner, "binary"), BLOCK_BYTES, "binary");
    return hash("sha256", outer, "buffer");
  };
}

function padded(key: Uint8Array, pad: number, room: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + room, 0);
  for (let at = 0; at < BLOCK_BYTES; at++) block[at] = (key[at] ?? 0) ^ pad;
  return block;
}
