/**
 * The redirect by which a link leads on. It is written to Node's response at once, because this is the answer that
 * people wait for.
 */
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
