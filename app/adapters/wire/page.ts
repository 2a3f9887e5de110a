/**
 * Whether somebody else answered in a vendor's stead. A proxy, a firewall or a gateway that is in the way answers with a web
 * page, whatever its status; no interface that the connector calls does. So such a status decides nothing: the vendor has
 * neither refused nor said that something does not exist. Every adapter asks this file, with the content type where there is
 * one; what was compressed has been decompressed by then (body.ts).
 */
import * as z from "zod";

/** Only so many characters are looked at. Nobody in between has longer comments before a page begins. */
const LOOKED_AT = 8_000;
/** How a page begins. No vendor's error in XML has an element of one of these names. */
const BEGINNING =
  /\s*<(?:!doctype\s+html|html|head|title|body|frameset|meta|link|base|style|script|noscript|iframe|h[1-6]|center|div|span|p|pre|table|form|font|img|br|hr|b|strong|a)(?=[\s/>]|$)/iy;
const PAGES_TYPE = /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i;
/** Some servers call their JSON a page. */
const JSON_BEGINS = /^\s*[[{]/;
/** What is left between a page's characters, and before them, where it is in UTF-16 and was read as UTF-8. */
const OF_UTF_16 = /[\0\uFFFD]/g;

/** @param contentType the answer's, where it has one: in a page that says that it is one, anything may be written */
export function isWebPage(body: string | null | undefined, contentType?: string | null): boolean {
  const start = (body ?? "").slice(0, LOOKED_AT).replaceAll(OF_UTF_16, "");
  if (PAGES_TYPE.test(contentType ?? "")) return start.trim() !== "" && !JSON_BEGINS.test(start);
  BEGINNING.lastIndex = afterPreamble(start);
  return BEGINNING.test(start);
}

/** Where the declarations and comments end that may precede a document. They are passed one by one, in linear time. */
function afterPreamble(start: string): number {
  let at = 0;
  PREAMBLE.lastIndex = at;
  while (PREAMBLE.test(start)) at = PREAMBLE.lastIndex;
  return at;
}

const PREAMBLE = /\s*(?:<!(?=--)[^]*?-->|<\?[^]*?\?>)/y;

/** How a log or an administrator is told of such an answer. */
export const pageWords = (status: number): string =>
  `answered ${String(status)} with a web page, as somebody in between does`;

const answerSchema = z.object({ bodyAsText: z.string(), headers: z.unknown().optional() });

/** The SDK has headers of its own, which are asked by a name. */
function typeOf(headers: unknown): string | undefined {
  const type = areHeaders(headers) ? headers.get("content-type") : undefined;
  return typeof type === "string" ? type : undefined;
}

const areHeaders = (headers: unknown): headers is { get(name: string): unknown } =>
  typeof headers === "object" && headers !== null && "get" in headers && typeof headers.get === "function";

/** The same of an error that an Azure SDK throws for an answer. */
export function isOfWebPage(error: unknown): boolean {
  const response = error instanceof Error && "response" in error ? error.response : undefined;
  const read = answerSchema.safeParse(response);
  return read.success && isWebPage(read.data.bodyAsText, typeOf(read.data.headers));
}
