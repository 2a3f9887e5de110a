/** A refusal in the vault's own words. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly status: number;
  readonly code: string;
  readonly inner: string | undefined;
  constructor(status: number, code: string, message: string, inner?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.inner = inner;
  }

  body(): object {
    const inner = this.inner === undefined ? {} : { innererror: { code: this.inner } };
    return { error: { code: this.code, message: this.message, ...inner } };
  }
}
