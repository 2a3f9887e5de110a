import type { Request, RequestHandler } from "express";
import { refusal } from "./fault.ts";

/**
 * Lets a write through only when the browser says that one of our own pages sent it. Browsers without Sec-Fetch-Site
 * say so by Origin. Programs, which prove themselves otherwise, have no such page and no such check.
 */
export function sameOriginWrites(publicUrl: string): RequestHandler {
  return (request, _response, next) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead && !isOwnPages(request, publicUrl)) throw refusal({ kind: "not-same-origin" });
    next();
  };
}

function isOwnPages(request: Request, publicUrl: string): boolean {
  const site = request.get("Sec-Fetch-Site");
  return site === undefined ? request.get("Origin") === publicUrl : site === "same-origin";
}
