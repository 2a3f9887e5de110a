/** An OAuth refusal: the standard code, and Oracle's own URN for the page at `error_uri`. */
export class OAuthRefusal extends Error {
  override readonly name = "OAuthRefusal";
  readonly error: string;
  readonly urn: string;

  constructor(error: string, rule: string, options?: ErrorOptions) {
    const urn = rule.startsWith("urn:") ? rule : `urn:cerner:error:authorization-server:oauth2:${rule}`;
    super(`${error}: ${urn}`, options);
    this.error = error;
    this.urn = urn;
  }
}
