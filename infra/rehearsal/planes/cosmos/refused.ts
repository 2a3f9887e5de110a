/** A refusal by the service. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly substatus: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, message: string, substatus?: number, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.substatus = substatus;
    this.headers = headers;
  }
}

/**
 * A refusal of a request that is not implemented here: the adapter made a mistake, or began to use another part of the
 * protocol.
 */
export class Unspoken extends Refused {
  constructor(status: 400 | 404, what: string) {
    super(status, `COSMOS IN MEMORY DOES NOT SPEAK THIS: ${what}`);
  }
}
