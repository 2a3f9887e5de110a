/** The hospital's key vault. Private keys never leave it. */
export interface Vault {
  /** Signs with the key's current version. `kid` names the version as it stands in {@link Vault.publicKeys}. */
  sign(key: string, algorithm: "RS384" | "ES384", data: Uint8Array): Promise<Signature>;
  /** Public part of every version that a verifier may meet: the one in use and, while rotating, its neighbours. */
  publicKeys(key: string, algorithm: "RS384" | "ES384"): Promise<readonly PublicKey[]>;
  /** RSA-OAEP-256 with the current version. */
  wrap(key: string, data: Uint8Array): Promise<Wrapped>;
  /** With the version that wrapped it, which works after that version has expired, too. */
  unwrap(key: string, wrapped: Wrapped): Promise<Uint8Array>;
  /** Throws {@link VaultFault} when there is none of that name. */
  secret(name: string): Promise<string>;
}

export interface Signature {
  readonly kid: string;
  readonly value: Uint8Array;
}
export interface Wrapped {
  readonly version: string;
  readonly value: Uint8Array;
}
/** A JWK with `kty, kid, use, alg` and the public members only. */
export type PublicKey = { readonly kid: string; readonly kty: string } & {
  readonly [member: string]: string;
};

/** The vault refused or did not answer. The message names the key or secret and what to do, and is for administrators. */
export class VaultFault extends Error {
  override readonly name = "VaultFault";
}
