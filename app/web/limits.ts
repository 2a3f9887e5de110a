/** How often a sign-in or its answer may be tried. This bounds what one caller can make the store and the vendors do. */
import type { Request, RequestHandler, Response } from "express";
import { rateLimit, type Store } from "express-rate-limit";
import type { CallerAddress } from "./callerAddress.ts";
import { refusal } from "./fault.ts";
import { parametersOf } from "./parameters.ts";
import { hashed } from "./secrets.ts";

const MINUTE_MS = 60_000;

/** A whole hospital comes from one address: ten requests a second for a minute are more than its clinicians make. */
export const FROM_ONE_ADDRESS = { limit: 600, windowMs: MINUTE_MS };
/**
 * The forms of one person: two a second for a minute are more than anybody fills in. Each act that is in the audit trail moves its
 * one end, and whoever changes a setting needs a moment in which nobody does.
 */
export const OF_ONE_PERSON = { limit: 120, windowMs: MINUTE_MS };
/** A state works only once, but a person reloads a few times before they read the page. */
export const WITH_ONE_STATE = { limit: 5, windowMs: 10 * MINUTE_MS };

export function limitByAddress(caller: CallerAddress): RequestHandler {
  return limited(FROM_ONE_ADDRESS, caller);
}

/** Does the same for a handler that first checks whether the request is worth counting. @throws Fault */
export function countByAddress(
  caller: CallerAddress,
): (request: Request, response: Response) => Promise<void> {
  const limit = limitByAddress(caller);
  return (request, response) =>
    new Promise((resolve, reject) => {
      void limit(request, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error("the limit failed", { cause: error }));
      });
    });
}

/**
 * For the addresses that a sign-in returns to. An answer with no state, or several, is refused before anybody is asked, and
 * is not counted. A state is counted for each browser: whoever knows it without its cookie uses up their own tries and not
 * its owner's.
 */
export function limitAnswers(
  caller: CallerAddress,
  cookieOf: (request: Request, state: string) => string | undefined,
): RequestHandler[] {
  const byState = limited(WITH_ONE_STATE, (request) => {
    const state = stateOf(request) ?? "";
    return hashed([state, cookieOf(request, state) ?? ""].join(" "));
  });
  return [limitByAddress(caller), byState].map((limit) => (request, response, next) => {
    if (stateOf(request) === undefined) next();
    else void limit(request, response, next);
  });
}

/** The `state` of an answer; undefined where there is none, or several. */
export function stateOf(request: Request): string | undefined {
  const [state, ...more] = parametersOf(request).getAll("state");
  return state === "" || more.length > 0 ? undefined : state;
}

/** @param keyGenerator whose requests are counted together */
export function limited(
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
  keyGenerator: (request: Request) => string,
): RequestHandler {
  return rateLimit({
    limit,
    windowMs,
    keyGenerator,
    store: countsOf(windowMs),
    // Nobody needs to know how close they are to the limit.
    legacyHeaders: false,
    standardHeaders: false,
    validate: false,
    handler: (_request, response, next) => {
      response.set("Retry-After", String(windowMs / 1000));
      next(refusal({ kind: "too-many-requests" }));
    },
  });
}

/**
 * Counts by a clock that only goes forward. The library's own store uses the system clock: after a moment in which that was
 * days ahead, no count would be reset for days.
 */
export function countsOf(windowMs: number, clock: () => number = () => performance.now()): Store {
  type Counts = Map<string, { hits: number; readonly until: number }>;
  let current: Counts = new Map<string, never>();
  let before: Counts = new Map<string, never>();
  let rotatedAt = clock();
  const living = (key: string, at: number) => {
    const count = current.get(key) ?? before.get(key);
    return count !== undefined && count.until > at ? count : undefined;
  };
  return {
    localKeys: true,
    increment(key) {
      const at = clock();
      // What was counted a window before the last one is over, whoever it belonged to.
      if (at - rotatedAt >= windowMs) {
        before = current;
        current = new Map<string, never>();
        rotatedAt = at;
      }
      const count = living(key, at) ?? { hits: 0, until: at + windowMs };
      count.hits++;
      current.set(key, count);
      return { totalHits: count.hits, resetTime: new Date(Date.now() + count.until - at) };
    },
    decrement(key) {
      const count = living(key, clock());
      if (count !== undefined && count.hits > 0) count.hits--;
    },
    resetKey(key) {
      current.delete(key);
      before.delete(key);
    },
  };
}
