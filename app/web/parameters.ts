/** The query as it came, with repeated parameters, whatever form the request's address has. */
import type { Request } from "express";

export function parametersOf({ originalUrl }: Pick<Request, "originalUrl">): URLSearchParams {
  const at = originalUrl.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : originalUrl.slice(at + 1));
}
