/** Whether a request is a person's, or a program's that opens links before anybody does. */
import type { IncomingMessage } from "node:http";

const AHEAD = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/**
 * Whether a browser says that it opens the address as a page, for a person (https://www.w3.org/TR/fetch-metadata/). Link
 * previews and mail scanners do not say so, and a browser that loads a page ahead says that it does that.
 */
export function isNavigation(request: Pick<IncomingMessage, "method" | "headers">): boolean {
  const { method, headers } = request;
  const isPage = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return method === "GET" && isPage && AHEAD.every((name) => headers[name] === undefined);
}

/** Programs that open links with a whole browser, and identify themselves. */
const PROGRAM =
  /bot\b|bot\/|crawl|spider|preview|facebookexternalhit|facebot|whatsapp|headless|slurp|scanner|safelinks|mimecast|proofpoint|barracuda|lighthouse|electron|curl|wget|python|okhttp/i;

/**
 * Whether a person opens the address, as far as that can be told. When in doubt it is not counted, so that no program is
 * taken for a person.
 */
export function isPersons(request: Pick<IncomingMessage, "method" | "headers">): boolean {
  return isNavigation(request) && !PROGRAM.test(request.headers["user-agent"] ?? "bot");
}
