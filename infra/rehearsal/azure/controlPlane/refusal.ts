/** A vendor's refusal: a status, the vendor's own code, and a sentence. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Value of the header Retry-After; left out where the vendor sends none. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, sentence: string, retryAfterSeconds?: number) {
    super(sentence);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The refusal as azure-native shows an error of Azure's. */
export const inArmWords = (refusal: Refusal): string =>
  `Status=${String(refusal.status)} Code=${JSON.stringify(refusal.code)} Message=${JSON.stringify(refusal.message)}`;

/** The refusal as azuread shows an error of Graph's. */
export const inGraphWords = (refusal: Refusal): string =>
  `unexpected status ${String(refusal.status)} with error: ${refusal.code}: ${refusal.message}`;

export const notFound = (what: string): Refusal => new Refusal(404, "ResourceNotFound", what);

export const badRequest = (sentence: string, code = "BadRequest"): Refusal =>
  new Refusal(400, code, sentence);

export const conflict = (sentence: string, code = "Conflict"): Refusal => new Refusal(409, code, sentence);

/** The refusal of a request in which an id names a resource that does not exist. */
export const linkedNotFound = (id: string): Refusal =>
  new Refusal(404, "LinkedResourceNotFound", `The resource '${id}' referenced by the request was not found.`);
