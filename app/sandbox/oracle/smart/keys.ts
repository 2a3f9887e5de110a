import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from "jose";
import { randomUUID } from "node:crypto";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Oracle publishes several keys, old and new, of several kinds: only the `kid` says which one signed. */
export interface SigningKeys {
  /** Signs id_tokens (RS256). */
  readonly idToken: SigningKey;
  /** Signs access tokens (ES256). */
  readonly accessToken: SigningKey;
  /** Signs like {@link idToken} and under its `kid`, but is not published. */
  readonly stranger: () => Promise<SigningKey>;
  readonly published: { readonly keys: readonly JWK[] };
}

export async function makeSigningKeys(now: Date): Promise<SigningKeys> {
  const day = now.toISOString().slice(0, 10);
  const [former, idToken, accessToken, spare] = await Promise.all([
    make("RS256", day),
    make("RS256", day),
    make("ES256", day),
    make("ES384", day),
  ]);
  const keys = await Promise.all([
    published(former, "RS256"),
    published(spare, "ES384"),
    published(idToken, "RS256"),
    published(accessToken, "ES256"),
  ]);
  // Made when it is first asked for: an RSA key takes its time, and hardly anybody asks.
  let unpublished: Promise<SigningKey> | undefined;
  const stranger = async () => ({ ...(await (unpublished ??= make("RS256", day))), kid: idToken.kid });
  return { idToken, accessToken, stranger, published: { keys } };
}

async function make(algorithm: string, day: string): Promise<SigningKey> {
  const pair = await generateKeyPair(algorithm);
  return { ...pair, kid: `${day}-${algorithm.toLowerCase()}-${randomUUID().slice(0, 8)}` };
}

async function published(key: SigningKey, alg: string): Promise<JWK> {
  return { ...(await exportJWK(key.publicKey)), kid: key.kid, use: "sig", alg };
}
