import type { Request, RequestHandler } from "express";
import { refusal } from "./fault.ts";

export interface WritesFrom {
  readonly fromOwnPagesOf: string;
  /** How the addresses begin at which a session is nothing, and only a token counts, which no browser adds by itself. */
  readonly byTokenAt?: string;
}

/**
 * Lets a write through only when the browser says that one of our own pages sent it. Browsers without Sec-Fetch-Site
 * say so by Origin. Programs, which prove themselves otherwise, have no such page and no such check.
 */
export function sameOriginWrites({ fromOwnPagesOf, byTokenAt }: WritesFrom): RequestHandler {
  return (request, _response, next) => {
    const path = (request.baseUrl + request.path).toLowerCase();
    const isProgram = byTokenAt !== undefined && path.startsWith(byTokenAt);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead && !isProgram && !isOwnPages(request, fromOwnPagesOf))
      throw refusal({ kind: "not-same-origin" });
    next();
  };
}

function isOwnPages(request: Request, publicUrl: string): boolean {
  const site = request.get("Sec-Fetch-Site");
  return site === undefined ? request.get("Origin") === publicUrl : site === "same-origin";
}
