/** A refusal in Communication Services' own words. */

interface Details {
  /** The part of the request that the refusal is about. */
  readonly target?: string;
  readonly innererror?: { readonly code: string; readonly message: string };
}

export class CommunicationError extends Error {
  override readonly name = "CommunicationError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #details: Details;
  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: Details = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.#details = details;
  }

  body(): object {
    return { error: { code: this.code, message: this.message, ...this.#details } };
  }
}

export const badRequest = (message: string) => new CommunicationError(400, "BadRequest", message);
export const notFound = (message: string) => new CommunicationError(404, "NotFound", message);
export const conflict = (message: string) => new CommunicationError(409, "Conflict", message);
