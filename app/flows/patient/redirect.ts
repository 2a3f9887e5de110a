import type { ServerResponse } from "node:http";

/** The headers of every redirect: a link is a key, so it is neither cached nor passed on. */
const HEADERS = { "Content-Length": "0", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" };

export function redirect(
  response: ServerResponse,
  location: string,
  more: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(302, { Location: location, ...HEADERS, ...more }).end();
}
