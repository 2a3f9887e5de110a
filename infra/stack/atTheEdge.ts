/**
 * The addresses that the firewall treats apart. What Front Door calls a request's URI has scheme, host, port and query, so all
 * of it is said, from its beginning to its end: an address that only has such a path in its query is another one.
 */
import { LAUNCH_ID, PATHS, pathPattern } from "../../app/domain/addresses.ts";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../../app/domain/linkToken.ts";

const exactly = (path: string, rest = "") => "^https://[^/?#]+" + path + rest + "$";
const TOKEN = [TOKEN_LENGTH, EARLY_TOKEN_LENGTH]
  .map((length) => `[A-Za-z0-9_-]{${String(length)}}`)
  .join("|");

/** Where Event Grid brings reports and replies, without a query. */
export const EVENTS = exactly(pathPattern(PATHS.events));
/** Where Graph tells who comes and goes, with at most the one parameter of its handshake. */
export const CALL_EVENTS = exactly(pathPattern(PATHS.callEvents), "(?:\\?validationToken=[^&#]*)?");
/** A patient's or guest's link. */
export const LINKS = exactly(pathPattern(PATHS.link), "/(?:" + TOKEN + ")(?:\\?[^#]*)?");
/** Where an open page is told, or asks, who waits. */
export const WAITING = exactly(
  pathPattern(PATHS.visits) + "/" + LAUNCH_ID + pathPattern(PATHS.waiting),
  "(?:/stream)?",
);
