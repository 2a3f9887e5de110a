/**
 * Names of what holds random text or hashes: cookies, query parameters and fields of forms. A web application firewall
 * takes some of such text for an attack, so the firewall of production leaves exactly these out of the rules that would
 * (infra/stack/leftOut.ts).
 */

/** Of cookies; one that ends with a hyphen is the beginning of a name. */
export const COOKIES = { launch: "launch-", signIn: "signin-", visit: "visit", portal: "portal" } as const;

/** Browsers refuse a cookie with this prefix over plain http. */
export const SECURE_PREFIX = "__Secure-";

/** What sign-ins return with, and the place in a list at which the portal's next page begins. */
export const OPAQUE_PARAMETERS = ["code", "state", "session_state", "after"] as const;

/** Ids, keyed hashes and random text in forms, and the client secrets that the portal is given. */
export const OPAQUE_FIELDS = [
  ...["visit", "text", "mail", "invitation", "shown", "job"],
  ...["providerSecret", "systemSecret"],
] as const;
