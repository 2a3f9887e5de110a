/**
 * What may be asked by which scheme and from which origin: tokens by https alone, pages by http, forms from our own
 * pages.
 */
import type { NextFunction, Request, Response } from "express";

/** Admits https only: as at Microsoft, tokens are never sent by plain http. */
export function backChannelOnly(request: Request, response: Response, next: NextFunction): void {
  if (request.secure) next();
  else response.status(403).json({ error: { code: "HttpsRequired", message: "This address is for https." } });
}

/** Admits plain http only, which serves people's pages and the managed identity's endpoint. */
export function pagesOnly(request: Request, response: Response, next: NextFunction): void {
  if (request.secure) response.status(404).type("text").send("This page is on the http address.");
  else next();
}

/** Refuses forms that another site's page posts. Programs send no Sec-Fetch-Site header. */
export function refuseForeignForms(request: Request, response: Response, next: NextFunction): void {
  const from = request.get("sec-fetch-site") ?? "none";
  if (request.method === "GET" || from === "none" || from === "same-origin") next();
  else response.status(403).type("text").send("Forms come from our own pages only.");
}
