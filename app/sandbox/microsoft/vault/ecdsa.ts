/**
 * ECDSA over a digest that was made elsewhere (FIPS 186-5 section 6.4): the vault is given digests, and node:crypto signs only
 * what it hashes itself. Points are multiplied by node's own ECDH; verifying uses that the vault holds the private key.
 */
import { createECDH, randomBytes } from "node:crypto";

export type Curve = "P-256" | "P-384";

const ORDERS: Record<Curve, { readonly name: string; readonly bytes: number; readonly order: bigint }> = {
  "P-256": {
    name: "prime256v1",
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  "P-384": {
    name: "secp384r1",
    bytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
};

/** `d` is the JWK's private scalar. The signature is r and s side by side, as JWS wants it. */
export function signDigest(curve: Curve, d: string, digest: Buffer): Buffer {
  const { bytes, order } = ORDERS[curve];
  const secret = number(Buffer.from(d, "base64url"));
  for (;;) {
    const k = number(randomBytes(bytes));
    if (k === 0n || k >= order) continue;
    const r = timesBase(curve, k) % order;
    const s = (inverse(k, order) * (number(digest) + r * secret)) % order;
    if (r !== 0n && s !== 0n) return Buffer.concat([octets(r, bytes), octets(s, bytes)]);
  }
}

export function verifyDigest(curve: Curve, d: string, digest: Buffer, signature: Buffer): boolean {
  const { bytes, order } = ORDERS[curve];
  const r = number(signature.subarray(0, bytes));
  const s = number(signature.subarray(bytes));
  if (signature.length !== 2 * bytes || r === 0n || r >= order || s === 0n || s >= order) return false;
  const w = inverse(s, order);
  const scalar = (number(digest) * w + r * w * number(Buffer.from(d, "base64url"))) % order;
  return scalar !== 0n && timesBase(curve, scalar) % order === r;
}

/** x of scalar times the curve's base point. */
function timesBase(curve: Curve, scalar: bigint): bigint {
  const { name, bytes } = ORDERS[curve];
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(octets(scalar, bytes));
  return number(ecdh.getPublicKey().subarray(1, 1 + bytes));
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

function number(octets: Buffer): bigint {
  return BigInt("0x" + (octets.toString("hex") || "0"));
}

function octets(value: bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * bytes, "0"), "hex");
}
