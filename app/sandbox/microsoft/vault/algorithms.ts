/** The vault's algorithms for signing and for wrapping keys. */
import {
  constants,
  createPrivateKey,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { signDigest, verifyDigest, type Curve } from "./ecdsa.ts";
import { VaultError } from "./vaultError.ts";

// RFC 8017, section 9.2, note 1: the bytes before a digest in an RSA signature.
const DIGEST_INFO = {
  RS256: { prefix: "3031300d060960864801650304020105000420", bytes: 32 },
  RS384: { prefix: "3041300d060960864801650304020205000430", bytes: 48 },
  RS512: { prefix: "3051300d060960864801650304020305000440", bytes: 64 },
} as const;
const CURVES = { ES256: { curve: "P-256", bytes: 32 }, ES384: { curve: "P-384", bytes: 48 } } as const;
const OAEP = { "RSA-OAEP": "sha1", "RSA-OAEP-256": "sha256" } as const;

/** Signs a digest, as the vault does; the data itself is never sent to the vault. */
export function sign(jwk: JsonWebKey, algorithm: string, digest: Buffer): Buffer {
  const curve = curveFor(jwk, algorithm, digest);
  if (curve !== undefined) return signDigest(curve, jwk.d ?? "", digest);
  return privateEncrypt(
    { key: privateKey(jwk), padding: constants.RSA_PKCS1_PADDING },
    digestInfo(jwk, algorithm, digest),
  );
}

export function verify(jwk: JsonWebKey, algorithm: string, digest: Buffer, signature: Buffer): boolean {
  const curve = curveFor(jwk, algorithm, digest);
  if (curve !== undefined) return verifyDigest(curve, jwk.d ?? "", digest, signature);
  const expected = digestInfo(jwk, algorithm, digest);
  try {
    return publicDecrypt({ key: privateKey(jwk), padding: constants.RSA_PKCS1_PADDING }, signature).equals(
      expected,
    );
  } catch {
    // OpenSSL throws when the bytes cannot be a signature of this key.
    return false;
  }
}

export function encrypt(jwk: JsonWebKey, algorithm: string, clear: Buffer): Buffer {
  return publicEncrypt({ key: privateKey(jwk), oaepHash: oaepHash(jwk, algorithm) }, clear);
}

export function decrypt(jwk: JsonWebKey, algorithm: string, sealed: Buffer): Buffer {
  const oaep = { key: privateKey(jwk), oaepHash: oaepHash(jwk, algorithm) };
  try {
    return privateDecrypt(oaep, sealed);
  } catch {
    throw new VaultError(
      400,
      "BadParameter",
      "The parameter is incorrect: the value was not encrypted with this key.",
    );
  }
}

function curveFor(jwk: JsonWebKey, algorithm: string, digest: Buffer): Curve | undefined {
  if (jwk.kty !== "EC") return undefined;
  const known = algorithm === "ES256" || algorithm === "ES384" ? CURVES[algorithm] : undefined;
  if (known === undefined || known.curve !== jwk.crv) throw unfit(algorithm);
  if (digest.length !== known.bytes) throw wrongLength(algorithm, known.bytes);
  return known.curve;
}

function digestInfo(jwk: JsonWebKey, algorithm: string, digest: Buffer): Buffer {
  if (jwk.kty !== "RSA" || (algorithm !== "RS256" && algorithm !== "RS384" && algorithm !== "RS512"))
    throw unfit(algorithm);
  const { prefix, bytes } = DIGEST_INFO[algorithm];
  if (digest.length !== bytes) throw wrongLength(algorithm, bytes);
  return Buffer.concat([Buffer.from(prefix, "hex"), digest]);
}

function oaepHash(jwk: JsonWebKey, algorithm: string): string {
  if (jwk.kty !== "RSA" || (algorithm !== "RSA-OAEP" && algorithm !== "RSA-OAEP-256")) throw unfit(algorithm);
  return OAEP[algorithm];
}

function privateKey(jwk: JsonWebKey): KeyObject {
  return createPrivateKey({ key: jwk, format: "jwk" });
}

function unfit(algorithm: string): VaultError {
  return new VaultError(400, "BadParameter", `Key and algorithm '${algorithm}' are incompatible.`);
}

function wrongLength(algorithm: string, bytes: number): VaultError {
  return new VaultError(
    400,
    "BadParameter",
    `Invalid length of 'value': ${algorithm} takes a digest of ${String(bytes)} bytes.`,
  );
}
