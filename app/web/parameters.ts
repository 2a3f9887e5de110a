/** The query as it came, with repeated parameters, whatever form the request's address has. */
import type { IncomingMessage } from "node:http";

/** @param request of Express, which keeps the address as it came, or of Node */
export function parametersOf(
  request: Pick<IncomingMessage, "url"> & { readonly originalUrl?: string },
): URLSearchParams {
  const address = request.originalUrl ?? request.url ?? "";
  const at = address.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : address.slice(at + 1));
}
