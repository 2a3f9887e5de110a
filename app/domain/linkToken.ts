/**
 * The token in a link. It says which visit, person and generation it is for, and which record of that visit, and it proves
 * that the connector made it. It can therefore be checked before the store is asked, and making it again gives the same
 * token.
 *
 * 28 bytes as 38 base64url characters: visit id (12), key version (1), person (1), generation (1), epoch (3), MAC (10). The
 * last one is A, Q, g or w, because the bytes leave four of its bits empty: a program that finds links in a text takes a
 * hyphen or an underline at the end for no part of the link.
 */
import { timingSafeEqual } from "node:crypto";
import { hmacSha256, type Mac } from "./mac.ts";

/** Keyed hash of connection and appointment, 96 bits as 16 base64url characters. */
export type VisitId = string & { readonly __brand: "VisitId" };

/** Whether a text that somebody sent has the form of a visit id: 96 bits, base64url. */
export const isVisitId = (text: string): text is VisitId => /^[\w-]{16}$/.test(text);
export type LinkToken = string & { readonly __brand: "LinkToken" };

export interface LinkKeys {
  /** The version of the key that new tokens are made with. */
  readonly current: number;
  /** One prepared key ({@link linkKey}) for each version that is still accepted. */
  readonly byVersion: ReadonlyMap<number, LinkKey>;
}

/** A key, prepared for each form that a token can have. */
export interface LinkKey {
  readonly whole: Mac;
  readonly withoutEpoch: Mac;
}

export interface LinkClaims {
  readonly visit: VisitId;
  /** 0 is the patient; others count from 1. Past {@link LAST_GENERATION} somebody gets another number. */
  readonly person: number;
  /** Raised to revoke only that person's link. */
  readonly generation: number;
  /** The random number of the visit's record. A record that is made anew accepts no older link. */
  readonly epoch?: number;
}

/** A generation fits one byte; past the last one a person needs a new number in the visit. */
export const LAST_GENERATION = 255;
/** The number of a person fits one byte, too; past the last one nobody is invited any more. */
export const LAST_NUMBER = 255;
/** Epochs count from 0 to this, 24 bits. */
export const LAST_EPOCH = 0xff_ff_ff;
const VISIT_BYTES = 12;
const EPOCH_BYTES = 3;
const MAC_BYTES = 10;
const EARLY_CLAIM_BYTES = 15;
const CLAIM_BYTES = EARLY_CLAIM_BYTES + EPOCH_BYTES;
/** The number of characters of a token. */
export const TOKEN_LENGTH = 38;
/** The length of tokens for visits whose record was made before records had an epoch. Such records are no longer made. */
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
  // The last character has bits that the bytes do not hold, so only the spelling that we make is accepted as a token.
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
