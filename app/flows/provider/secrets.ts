/** Unguessable values and what is kept of them. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 random bits, base64url: a `state`, a verifier, a cookie. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** 128 random bits, base64url: part of an address, proves nothing. */
export const newLaunchId = (): string => randomBytes(16).toString("base64url");

/** What the store knows of a secret: enough to recognise it, not to use it. */
export const hashed = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

export function matches(secret: string | undefined, hash: string): boolean {
  return secret !== undefined && timingSafeEqual(Buffer.from(hashed(secret)), Buffer.from(hash));
}
