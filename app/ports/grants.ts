/** What the hospital's administrators have consented to for the connector's registration. */
export interface Grants {
  /**
   * Values of Microsoft Graph's application permissions that the registration asks for and nobody has consented to;
   * "not-told" where the directory gives no token. Never rejects.
   */
  missing(): Promise<readonly string[] | "not-told">;
  /** Somebody has consented just now, so what was known is looked up anew, and used from the next request on. */
  changed(): void;
}
