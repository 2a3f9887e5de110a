/**
 * The key for which Microsoft Graph encrypts. Its private part never leaves the vault, and each of its versions has a
 * certificate.
 */
export interface NotificationKey {
  /** The certificate of the newest version: self-signed, in DER, named after the version. @throws VaultFault */
  certificate(): Promise<{ readonly version: string; readonly der: Uint8Array }>;
  /**
   * Unwraps by RSA-OAEP with SHA-1, which Graph uses, with the version for which it was wrapped.
   * @throws VaultFault, WrappedForAnother
   */
  unwrap(version: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

/** The key has no such version, or the data was not wrapped for it. */
export class WrappedForAnother extends Error {
  override readonly name = "WrappedForAnother";
}
