/** The hospital's key vault. Private keys never leave it. */
export interface Vault {
  /**
   * Signs what `dataFor` makes of the `kid` of the version that will sign (a JWS names it in its header); the same `kid`
   * stands in {@link Vault.publicKeys}. The value is a JWS signature (for ES384: r and s, not DER).
   */
  sign(key: string, algorithm: "RS384" | "ES384", dataFor: (kid: string) => Uint8Array): Promise<Signature>;
  /** Public part of every version that a verifier may meet: the one in use and, while rotating, its neighbours. */
  publicKeys(key: string, algorithm: "RS384" | "ES384"): Promise<readonly PublicKey[]>;
  /** RSA-OAEP-256 with the current version. */
  wrap(key: string, data: Uint8Array): Promise<Wrapped>;
  /** With the version that wrapped it, which works after that version has expired, too. */
  unwrap(key: string, wrapped: Wrapped): Promise<Uint8Array>;
  /** Throws {@link VaultFault} when there is none of that name. */
  secret(name: string): Promise<string>;
}

/** How old its keys are. */
export interface KeyAges {
  /** When the newest version that a verifier may meet was made. @throws VaultFault */
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
