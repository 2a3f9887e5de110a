/** What the service answers instead of doing it. */
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

/** A request that nobody taught us: an adapter's mistake, or a part of the protocol it began to use. */
export class Unspoken extends Refused {
  constructor(status: 400 | 404, what: string) {
    super(status, `COSMOS IN MEMORY DOES NOT SPEAK THIS: ${what}`);
  }
}
