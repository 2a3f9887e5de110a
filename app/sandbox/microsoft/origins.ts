import type { NextFunction, Request, Response } from "express";

/** Tokens travel by https only, as at Microsoft's. */
export function backChannelOnly(request: Request, response: Response, next: NextFunction): void {
  if (request.secure) next();
  else response.status(403).json({ error: { code: "HttpsRequired", message: "This address is for https." } });
}

/** What people open, and the managed identity's endpoint, are on the plain origin. */
export function pagesOnly(request: Request, response: Response, next: NextFunction): void {
  if (request.secure) response.status(404).type("text").send("This page is on the http address.");
  else next();
}

/** No other site's page posts our forms. Programs send no Sec-Fetch-Site. */
export function refuseForeignForms(request: Request, response: Response, next: NextFunction): void {
  const from = request.get("sec-fetch-site") ?? "none";
  if (request.method === "GET" || from === "none" || from === "same-origin") next();
  else response.status(403).type("text").send("Forms come from our own pages only.");
}
