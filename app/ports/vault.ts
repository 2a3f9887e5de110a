/** The hospital's key vault. Private keys never leave it. */
export interface Vault {
  /**
   * Signs what `dataFor` makes for the `kid` of the version that will sign, because a JWS names it in its header. {@link
   * Vault.publicKeys} uses the same `kid`. The value is a JWS signature (for ES384: r and s, not DER).
   */
  sign(key: string, algorithm: "RS384" | "ES384", dataFor: (kid: string) => Uint8Array): Promise<Signature>;
  /**
   * The public parts of every version that a verifier may meet: the version in use and, during a rotation, the ones before
   * and after it.
   */
  publicKeys(key: string, algorithm: "RS384" | "ES384"): Promise<readonly PublicKey[]>;
  /** Wraps by RSA-OAEP-256 with the current version. */
  wrap(key: string, data: Uint8Array): Promise<Wrapped>;
  /** Unwraps with the version that wrapped, even after that version has expired. */
  unwrap(key: string, wrapped: Wrapped): Promise<Uint8Array>;
  /** Throws {@link VaultFault} when there is none of that name. */
  secret(name: string): Promise<string>;
}

/** Tells how old the vault's keys are. */
export interface KeyAges {
  /** When the newest version that a verifier may meet was created. @throws VaultFault */
  madeAt(key: string): Promise<Date>;
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
export type PublicKey = { readonly kid: string; readonly kty: string } & Readonly<Record<string, string>>;

/** The vault refused or did not answer. The message names the key or secret and what to do, and is for administrators. */
export class VaultFault extends Error {
  override readonly name = "VaultFault";
}
