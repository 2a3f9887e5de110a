/**
 * The token in a patient's link. It says which visit, person and generation it is for and proves that the connector
 * made it, so it is checked before the store is asked, and the same one comes out whenever it is made again.
 *
 * 25 bytes as 34 base64url characters: visit id (12), key version (1), person (1), generation (1), MAC (10).
 */
import { timingSafeEqual } from "node:crypto";
import { hmacSha256, type Mac } from "./mac.ts";

/** Keyed hash of connection and appointment, 96 bits as 16 base64url characters. */
export type VisitId = string & { readonly __brand: "VisitId" };
export type LinkToken = string & { readonly __brand: "LinkToken" };

export interface LinkKeys {
  /** Version that new tokens carry. */
  readonly current: number;
  /** One prepared key ({@link linkKey}) per version still honoured. */
  readonly byVersion: ReadonlyMap<number, Mac>;
}

export interface LinkClaims {
  readonly visit: VisitId;
  /** 0 is the patient; guests count from 1. */
  readonly person: number;
  /** Raised to revoke that person's link alone. */
  readonly generation: number;
}

/** Generations fit one byte; past the last a person needs a new place in the visit. */
export const LAST_GENERATION = 255;
const VISIT_BYTES = 12;
const CLAIM_BYTES = 15;
const MAC_BYTES = 10;
const TOKEN = /^[A-Za-z0-9_-]{34}$/;

/** A link key from 32 random bytes. */
export const linkKey = (bytes: Uint8Array): Mac => hmacSha256(bytes, CLAIM_BYTES);

export function makeLinkToken(keys: LinkKeys, claims: LinkClaims): LinkToken {
  const key = keys.byVersion.get(keys.current);
  if (key === undefined) throw new Error("no link key of version " + String(keys.current));
  const bytes = Buffer.alloc(CLAIM_BYTES + MAC_BYTES);
  bytes.write(claims.visit, 0, VISIT_BYTES, "base64url");
  bytes.writeUInt8(keys.current, VISIT_BYTES);
  bytes.writeUInt8(claims.person, VISIT_BYTES + 1);
  bytes.writeUInt8(claims.generation, VISIT_BYTES + 2);
  key(bytes.subarray(0, CLAIM_BYTES)).copy(bytes, CLAIM_BYTES, 0, MAC_BYTES);
  return bytes.toString("base64url") as LinkToken;
}

/** What the token says, or undefined when this connector did not make it. */
export function readLinkToken(keys: LinkKeys, token: string): LinkClaims | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = Buffer.from(token, "base64url");
  // The last character carries two bits that the bytes do not: only the spelling that we make is a token.
  if (bytes.toString("base64url") !== token) return undefined;
  const key = keys.byVersion.get(bytes.readUInt8(VISIT_BYTES));
  if (key === undefined) return undefined;
  const expected = key(bytes.subarray(0, CLAIM_BYTES)).subarray(0, MAC_BYTES);
  if (!timingSafeEqual(expected, bytes.subarray(CLAIM_BYTES))) return undefined;
  return {
    visit: bytes.toString("base64url", 0, VISIT_BYTES) as VisitId,
    person: bytes.readUInt8(VISIT_BYTES + 1),
    generation: bytes.readUInt8(VISIT_BYTES + 2),
  };
}
