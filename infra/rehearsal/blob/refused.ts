/** What the blob service answers instead of doing it (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes). */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A request that nobody taught us: the service may well know it. */
export const unspoken = (what: string): Refused =>
  new Refused(501, "NotImplemented", "The blob service in memory does not speak this: " + what);

export const xml = ({ code, message }: Refused): string =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
