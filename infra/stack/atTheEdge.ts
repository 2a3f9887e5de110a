/**
 * Patterns for the addresses that the firewall treats separately. What Front Door calls a request's URI consists of scheme,
 * host, port, path and query, so each pattern matches it from beginning to end: an address that has such a path only in its
 * query does not match.
 */
import { LAUNCH_ID, PATHS, pathPattern } from "../../app/domain/addresses.ts";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../../app/domain/linkToken.ts";

const exactly = (path: string, rest = "") => "^https://[^/?#]+" + path + rest + "$";
/** Texts write an underline as `%5F`, and the firewall sees an address as it was sent. */
const TOKEN = [TOKEN_LENGTH, EARLY_TOKEN_LENGTH]
  .map((length) => `(?:[A-Za-z0-9_-]|%5[Ff]){${String(length)}}`)
  .join("|");

/** The address to which Event Grid delivers reports and replies, without a query. */
export const EVENTS = exactly(pathPattern(PATHS.events));
/** The address to which Graph reports who joins and leaves, with at most the one query parameter of its handshake. */
export const CALL_EVENTS = exactly(pathPattern(PATHS.callEvents), "(?:\\?validationToken=[^&#]*)?");
/** A patient's or guest's link. */
export const LINKS = exactly(pathPattern(PATHS.link), "/(?:" + TOKEN + ")(?:\\?[^#]*)?");
/** The addresses at which an open page receives, or asks, who waits. */
export const WAITING = exactly(
  pathPattern(PATHS.visits) + "/" + LAUNCH_ID + pathPattern(PATHS.waiting),
  "(?:/stream)?",
);
