/**
 * The token in a link. It says which visit, person and generation it is for, and of which record of that visit, and proves
 * that the connector made it; so it is checked before the store is asked, and the same one comes out whenever it is made again.
 *
 * 28 bytes as 38 base64url characters: visit id (12), key version (1), person (1), generation (1), epoch (3), MAC (10).
 */
import { timingSafeEqual } from "node:crypto";
import { hmacSha256, type Mac } from "./mac.ts";

/** Keyed hash of connection and appointment, 96 bits as 16 base64url characters. */
export type VisitId = string & { readonly __brand: "VisitId" };

/** Whether a text that somebody sent can be one: 96 bits, base64url. */
export const isVisitId = (text: string): text is VisitId => /^[\w-]{16}$/.test(text);
export type LinkToken = string & { readonly __brand: "LinkToken" };

export interface LinkKeys {
  /** Version that new tokens carry. */
  readonly current: number;
  /** One prepared key ({@link linkKey}) per version still honoured. */
  readonly byVersion: ReadonlyMap<number, LinkKey>;
}

/** A key, prepared for each form that a token can have. */
export interface LinkKey {
  readonly whole: Mac;
  readonly withoutEpoch: Mac;
}

export interface LinkClaims {
  readonly visit: VisitId;
  /** 0 is the patient; others count from 1. */
  readonly person: number;
  /** Raised to revoke that person's link alone. */
  readonly generation: number;
  /** Random number of the visit's record: a record that is made anew honours no older link. */
  readonly epoch?: number;
}

/** Generations fit one byte; past the last a person needs a new place in the visit. */
export const LAST_GENERATION = 255;
/** So do the numbers of a visit's people; past the last nobody is invited any more. */
export const LAST_NUMBER = 255;
/** Epochs count from 0 to this, 24 bits. */
export const LAST_EPOCH = 0xff_ff_ff;
const VISIT_BYTES = 12;
const EPOCH_BYTES = 3;
const MAC_BYTES = 10;
const EARLY_CLAIM_BYTES = 15;
const CLAIM_BYTES = EARLY_CLAIM_BYTES + EPOCH_BYTES;
/** Characters of a token. */
export const TOKEN_LENGTH = 38;
/** Tokens of visits whose record was made before records had an epoch. Nobody makes such a record any more. */
export const EARLY_TOKEN_LENGTH = 34;
const TOKEN = new RegExp(
  `^(?:[A-Za-z0-9_-]{${TOKEN_LENGTH.toString()}}|[A-Za-z0-9_-]{${EARLY_TOKEN_LENGTH.toString()}})$`,
);

/** A link key from 32 random bytes. */
export const linkKey = (bytes: Uint8Array): LinkKey => ({
  whole: hmacSha256(bytes, CLAIM_BYTES),
  withoutEpoch: hmacSha256(bytes, EARLY_CLAIM_BYTES),
});

export function makeLinkToken(keys: LinkKeys, claims: LinkClaims): LinkToken {
  const key = keys.byVersion.get(keys.current);
  if (key === undefined) throw new Error("no link key of version " + String(keys.current));
  const { epoch } = claims;
  const claimBytes = epoch === undefined ? EARLY_CLAIM_BYTES : CLAIM_BYTES;
  const bytes = Buffer.alloc(claimBytes + MAC_BYTES);
  bytes.write(claims.visit, 0, VISIT_BYTES, "base64url");
  bytes.writeUInt8(keys.current, VISIT_BYTES);
  bytes.writeUInt8(claims.person, VISIT_BYTES + 1);
  bytes.writeUInt8(claims.generation, VISIT_BYTES + 2);
  if (epoch !== undefined) bytes.writeUIntBE(epoch, EARLY_CLAIM_BYTES, EPOCH_BYTES);
  const mac = epoch === undefined ? key.withoutEpoch : key.whole;
  mac(bytes.subarray(0, claimBytes)).copy(bytes, claimBytes, 0, MAC_BYTES);
  return bytes.toString("base64url") as LinkToken;
}

/** What the token says, or undefined when this connector did not make it. */
export function readLinkToken(keys: LinkKeys, token: string): LinkClaims | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = Buffer.from(token, "base64url");
  // The last character carries bits that the bytes do not: only the spelling that we make is a token.
  if (bytes.toString("base64url") !== token) return undefined;
  const key = keys.byVersion.get(bytes.readUInt8(VISIT_BYTES));
  if (key === undefined) return undefined;
  const isEarly = token.length === EARLY_TOKEN_LENGTH;
  const claimBytes = isEarly ? EARLY_CLAIM_BYTES : CLAIM_BYTES;
  const mac = isEarly ? key.withoutEpoch : key.whole;
  const expected = mac(bytes.subarray(0, claimBytes)).subarray(0, MAC_BYTES);
  if (!timingSafeEqual(expected, bytes.subarray(claimBytes))) return undefined;
  return {
    visit: bytes.toString("base64url", 0, VISIT_BYTES) as VisitId,
    person: bytes.readUInt8(VISIT_BYTES + 1),
    generation: bytes.readUInt8(VISIT_BYTES + 2),
    ...(!isEarly && { epoch: bytes.readUIntBE(EARLY_CLAIM_BYTES, EPOCH_BYTES) }),
  };
}
