/** Refuses requests that a page of another site makes the browser send to the chart system's pages. */
import type { RequestHandler } from "express";

export const refuseOtherSites: RequestHandler = (request, response, next) => {
  const site = request.get("sec-fetch-site") ?? "same-origin";
  if (request.method === "POST" && site !== "same-origin" && site !== "none") response.status(403).end();
  else next();
};
