import { createHash } from "node:crypto";

/** The same words give the same id, in the form of a version 5 UUID (RFC 9562 section 5.5, hashed by SHA-256). */
export function guidOf(words: string): string {
  const hex = createHash("sha256").update(words).digest("hex");
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    "5" + hex.slice(13, 16),
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join("-");
}
