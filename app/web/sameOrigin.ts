/**
 * Lets a write through only when the browser says that one of our own pages sent it. Browsers without Sec-Fetch-Site say so
 * with Origin. Programs at `byTokenAt` authenticate by token, have no page, and are not checked here.
 */
import type { Request, RequestHandler } from "express";
import { refusal } from "./fault.ts";

export interface WritesFrom {
  readonly fromOwnPagesOf: string;
  /** The start of the addresses that accept no session, only a token, which no browser adds by itself. */
  readonly byTokenAt?: string;
}

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
