/** Unguessable values, and the hashes that are kept of them. */
import { createHash, randomBytes } from "node:crypto";

/** 256 random bits in base64url, for a `state`, a verifier or a cookie. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** Whether a text has the form of such a secret. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** What the store keeps of a secret: enough to recognize it, but not to use it. SHA-256 in base64url. */
export const hashed = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
