/** The key that Microsoft Graph encrypts for: it never leaves the vault, and each of its versions has a certificate. */
export interface NotificationKey {
  /** Of the newest version: self-signed, in DER, under the version's name. @throws VaultFault */
  certificate(): Promise<{ readonly version: string; readonly der: Uint8Array }>;
  /**
   * By RSA-OAEP with SHA-1, as Graph wraps; with the version that it was wrapped for. @throws VaultFault, WrappedForAnother
   */
  unwrap(version: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

/** There is no such version of the key, or what is wrapped was not wrapped for it. */
export class WrappedForAnother extends Error {
  override readonly name = "WrappedForAnother";
}
