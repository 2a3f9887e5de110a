/**
 * ECDSA over a digest that was made elsewhere. The vault is given digests, and node:crypto signs only what it hashes itself.
 */
import { p256, p384 } from "@noble/curves/nist.js";

export type Curve = "P-256" | "P-384";

const CURVES = { "P-256": p256, "P-384": p384 } as const;

/**
 * The digest is signed as it is. Signatures whose `s` is in the upper half are allowed, because Node and other vendors make
 * and accept them.
 */
const AS_THE_VAULT_DOES = { prehash: false, lowS: false } as const;

/** Signs with `d`, the JWK's private scalar. The signature is r and s side by side, as in a JWS. */
export const signDigest = (curve: Curve, d: string, digest: Buffer): Buffer =>
  Buffer.from(CURVES[curve].sign(digest, Buffer.from(d, "base64url"), AS_THE_VAULT_DOES));

/** Verifies. The public key is computed from `d`, because the vault holds the private key anyway. */
export function verifyDigest(curve: Curve, d: string, digest: Buffer, signature: Buffer): boolean {
  const { verify, getPublicKey } = CURVES[curve];
  return verify(signature, digest, getPublicKey(Buffer.from(d, "base64url")), AS_THE_VAULT_DOES);
}
