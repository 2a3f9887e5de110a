/** How often a sign-in or its answer is tried: bounds what one caller can make the store and the vendors do. */
import type { Request, RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import type { CallerAddress } from "./callerAddress.ts";
import { refusal } from "./fault.ts";
import { parametersOf } from "./parameters.ts";
import { hashed } from "./secrets.ts";

const MINUTE_MS = 60_000;

/** A whole hospital comes from one address: ten a second for a minute are more than its clinicians open. */
export const FROM_ONE_ADDRESS = { limit: 600, windowMs: MINUTE_MS };
/** A state works once; a person reloads a few times before they read the page. */
export const WITH_ONE_STATE = { limit: 5, windowMs: 10 * MINUTE_MS };

export function limitByAddress(caller: CallerAddress): RequestHandler {
  return limited(FROM_ONE_ADDRESS, caller);
}

/** For the addresses that a sign-in returns to. What has no state, or several, leads nowhere and needs no count. */
export function limitByState(): RequestHandler {
  const byState = limited(WITH_ONE_STATE, (request) => hashed(stateOf(request) ?? ""));
  return (request, response, next) => {
    if (stateOf(request) === undefined) next();
    else void byState(request, response, next);
  };
}

/** The one `state` of an answer. */
export function stateOf(request: Request): string | undefined {
  const [state, ...more] = parametersOf(request).getAll("state");
  return state === "" || more.length > 0 ? undefined : state;
}

function limited(
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
  keyGenerator: (request: Request) => string,
): RequestHandler {
  return rateLimit({
    limit,
    windowMs,
    keyGenerator,
    // Nobody needs to know how close they are.
    legacyHeaders: false,
    standardHeaders: false,
    validate: false,
    handler: (_request, response, next) => {
      response.set("Retry-After", String(windowMs / 1000));
      next(refusal({ kind: "too-many-requests" }));
    },
  });
}
