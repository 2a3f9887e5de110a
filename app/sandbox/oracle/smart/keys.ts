/**
 * The signing keys. Oracle publishes several keys, old and new, of several types, and only the `kid` tells which one signed.
 */
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose";
import { randomUUID } from "node:crypto";
import type { Kept } from "../../microsoft/kept.ts";
import type { KeptKey, KeptSigningKeys } from "./kept.ts";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export interface SigningKeys {
  /** The key that signs id_tokens (RS256). */
  readonly idToken: SigningKey;
  /** The key that signs access tokens (ES256). */
  readonly accessToken: SigningKey;
  /** A key that signs like {@link idToken} and under its `kid`, but is not published. */
  readonly stranger: () => Promise<SigningKey>;
  readonly published: { readonly keys: readonly JWK[] };
}

/** The keys that are kept, or new ones, which are kept from then on. */
export async function makeSigningKeys(now: Date, keep: Kept<KeptSigningKeys>): Promise<SigningKeys> {
  const day = now.toISOString().slice(0, 10);
  const known = await keep.read();
  const found = known ?? (await newKeys(day));
  if (known === undefined) await keep.write(found);
  const [former, idToken, accessToken, spare] = await Promise.all(
    [found.former, found.idToken, found.accessToken, found.spare].map(opened),
  );
  if (former === undefined || idToken === undefined || accessToken === undefined || spare === undefined)
    throw new Error("a key of the sign-in is missing");
  const keys = [found.former, found.spare, found.idToken, found.accessToken].map(published);
  // Made when it is first needed: making an RSA key takes long, and it is rarely needed.
  let unpublished: Promise<SigningKey> | undefined;
  const stranger = async () => ({
    ...(await (unpublished ??= make("RS256", day).then(opened))),
    kid: idToken.kid,
  });
  return { idToken, accessToken, stranger, published: { keys } };
}

async function newKeys(day: string): Promise<KeptSigningKeys> {
  const [former, idToken, accessToken, spare] = await Promise.all([
    make("RS256", day),
    make("RS256", day),
    make("ES256", day),
    make("ES384", day),
  ]);
  return { former, idToken, accessToken, spare };
}

async function make(alg: string, day: string): Promise<KeptKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const { kty = "", ...jwk } = await exportJWK(privateKey);
  return { kid: `${day}-${alg.toLowerCase()}-${randomUUID().slice(0, 8)}`, alg, jwk: { kty, ...jwk } };
}

async function opened(key: KeptKey): Promise<SigningKey> {
  const [privateKey, publicKey] = await Promise.all([
    imported(key.jwk, key.alg),
    imported(publicPart(key), key.alg),
  ]);
  return { kid: key.kid, privateKey, publicKey };
}

async function imported(jwk: JWK, alg: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg);
  if (key instanceof Uint8Array) throw new Error("a key of the sign-in is a secret");
  return key;
}

const PUBLIC = ["kty", "n", "e", "crv", "x", "y"];

function publicPart({ jwk }: KeptKey): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => PUBLIC.includes(name)));
}

function published(key: KeptKey): JWK {
  return { ...publicPart(key), kid: key.kid, use: "sig", alg: key.alg };
}
