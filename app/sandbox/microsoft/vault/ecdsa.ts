/**
 * ECDSA over a digest that was made elsewhere: the vault is given digests, and node:crypto signs only what it hashes itself.
 */
import { p256, p384 } from "@noble/curves/nist.js";

export type Curve = "P-256" | "P-384";

const CURVES = { "P-256": p256, "P-384": p384 } as const;

/**
 * The digest is signed as it is; node and other vendors also accept, and make, signatures whose `s` is in the upper half.
 */
const AS_THE_VAULT_DOES = { prehash: false, lowS: false } as const;

/** `d` is the JWK's private scalar. The signature is r and s side by side, as JWS wants it. */
export const signDigest = (curve: Curve, d: string, digest: Buffer): Buffer =>
  Buffer.from(CURVES[curve].sign(digest, Buffer.from(d, "base64url"), AS_THE_VAULT_DOES));

/** The public key is worked out from `d`, since the vault holds the private key anyway. */
export function verifyDigest(curve: Curve, d: string, digest: Buffer, signature: Buffer): boolean {
  const { verify, getPublicKey } = CURVES[curve];
  return verify(signature, digest, getPublicKey(Buffer.from(d, "base64url")), AS_THE_VAULT_DOES);
}
