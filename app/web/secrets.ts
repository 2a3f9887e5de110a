/** Unguessable values and what is kept of them. */
import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, base64url: a `state`, a verifier, a cookie. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** Whether a text can be one of them. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** What the store knows of a secret: enough to recognise it, not to use it. Base64url SHA-256. */
export const hashed = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
