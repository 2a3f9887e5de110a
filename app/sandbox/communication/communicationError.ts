/** A refusal in Communication Services' own words. */
export class CommunicationError extends Error {
  override readonly name = "CommunicationError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  body(): object {
    return { error: { code: this.code, message: this.message } };
  }
}

export const badRequest = (message: string) => new CommunicationError(400, "BadRequest", message);
export const notFound = (message: string) => new CommunicationError(404, "NotFound", message);
export const conflict = (message: string) => new CommunicationError(409, "Conflict", message);
