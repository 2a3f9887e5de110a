/**
 * A version's public part as a JWK (RFC 7517). The vault's id of the version is its `kid`: it is unique in the vault, and
 * known when signing without fetching the key.
 */
import type { KeyVaultKey } from "@azure/keyvault-keys";
import { VaultFault, type PublicKey } from "../../ports/vault.ts";

export function publicKey(key: KeyVaultKey, algorithm: "RS384" | "ES384"): PublicKey {
  const kid = key.properties.version;
  if (kid === undefined) throw new VaultFault(`The vault answered for ${key.name} without a version.`);
  const common = { kid, use: "sig", alg: algorithm };
  const { n, e, x, y, crv } = key.key ?? {};
  if (algorithm === "RS384" && n && e) return { kty: "RSA", n: base64url(n), e: base64url(e), ...common };
  if (algorithm === "ES384" && x && y && crv === "P-384")
    return { kty: "EC", crv, x: base64url(x), y: base64url(y), ...common };
  const fitting = algorithm === "RS384" ? "an RSA key" : "an EC key on P-384";
  throw new VaultFault(
    `The vault key ${key.name} cannot sign with ${algorithm}: make it ${fitting}, or correct the connection's algorithm.`,
  );
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
