/**
 * Refuses the Internet Explorer control that some PowerChart installations still embed: Teams and these pages do not work in
 * it.
 */
import type { RequestHandler } from "express";
import { fault } from "./problems.ts";

export const refuseOldBrowsers: RequestHandler = (request, _response, next) => {
  if (/\bMSIE \d|\bTrident\/\d/.test(request.get("user-agent") ?? ""))
    throw fault({ kind: "browser-too-old" });
  next();
};
