/**
 * Whether somebody else answered in a vendor's stead. A proxy, a firewall or a gateway that is in the way answers with a web
 * page, whatever its status; no interface that the connector calls does. So such a status decides nothing: the vendor has
 * neither refused nor said that something does not exist.
 */

/** Only so many characters are looked at. Nobody in between has longer comments before a page begins. */
const LOOKED_AT = 8_000;
/** How a page begins. No vendor's error in XML has an element of one of these names. */
const BEGINNING =
  /\s*<(?:!doctype\s+html|html|head|title|body|meta|link|base|style|script|noscript|h[1-6]|center|div|p|pre)(?=[\s/>]|$)/iy;

export function isWebPage(body: string | null | undefined): boolean {
  const start = (body ?? "").slice(0, LOOKED_AT);
  const beginning = new RegExp(BEGINNING);
  beginning.lastIndex = afterPreamble(start);
  return beginning.test(start);
}

/** Where the declarations and comments end that may precede a document. They are passed one by one, in linear time. */
function afterPreamble(start: string): number {
  const preamble = /\s*(?:<!(?=--)[^]*?-->|<\?[^]*?\?>)/y;
  let at = 0;
  while (preamble.test(start)) at = preamble.lastIndex;
  return at;
}

/** How a log or an administrator is told of such an answer. */
export const pageWords = (status: number): string =>
  `answered ${String(status)} with a web page, as somebody in between does`;

/** The same of an error that an Azure SDK throws for an answer. */
export function isOfWebPage(error: unknown): boolean {
  const response = error instanceof Error && "response" in error ? error.response : undefined;
  if (typeof response !== "object" || response === null || !("bodyAsText" in response)) return false;
  return typeof response.bodyAsText === "string" && isWebPage(response.bodyAsText);
}
