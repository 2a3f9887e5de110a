import type { Request } from "express";

const AHEAD = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/**
 * Whether a browser says that it opens the address as a page, for a person (https://www.w3.org/TR/fetch-metadata/). Link
 * previews and scanners of mail say no such thing; a browser that loads a page ahead says that it does.
 */
export function isNavigation(request: Pick<Request, "method" | "headers">): boolean {
  const { method, headers } = request;
  const isPage = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return method === "GET" && isPage && AHEAD.every((name) => headers[name] === undefined);
}
