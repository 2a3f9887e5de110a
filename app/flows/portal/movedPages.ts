/**
 * Addresses that pages had in the release before. During a swap two releases answer, and there are bookmarks, so such an
 * address is answered for one release more (decision 17).
 */
import type { RequestHandler } from "express";
import { pathPattern, PATHS } from "../../domain/addresses.ts";
import { portalPath } from "./addresses.ts";

/** Linked accounts were called staff links until 0.2. */
const STAFF_LINKS = new RegExp("^" + pathPattern(PATHS.portal + "/staff-links") + "(?=[/?]|$)");

/** Redirects whoever reads a moved page; what a form of it sends is done as before. */
export const movedPages: RequestHandler = (request, response, next) => {
  const url = request.url.replace(STAFF_LINKS, portalPath("linkedAccounts"));
  if (url !== request.url && request.method === "GET") {
    response.redirect(302, url);
    return;
  }
  request.url = url;
  next();
};
