/** What the hospital's administrators have consented to for the connector's registration. */
export interface Grants {
  /**
   * Values of the application permissions at Microsoft Graph that the registration asks for and nobody has consented to. A
   * directory that gives no token has told nothing; never fails.
   */
  missing(): Promise<readonly string[] | "not-told">;
}
