/**
 * The address to which Microsoft Graph sends notifications of what happens in meetings. A program calls it and expects 202
 * within 3 seconds; slow endpoints get their notifications delayed, and then dropped
 * (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks). So an item is kept as it is, and read later. A
 * forged call is answered 202 like any other, and its sender learns nothing; what could not be kept, is out of time by our
 * clock, or is signed by a key that we do not know yet, is answered 503, and Graph sends it again.
 */
import { Router, type ErrorRequestHandler, type RequestHandler } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { atMost } from "../../domain/few.ts";
import { bodyStatus } from "../../web/bodyStatus.ts";
import { openOutage } from "../../web/floods.ts";
import { parametersOf } from "../../web/parameters.ts";
import { notificationBody } from "./body.ts";
import { batchIn, itemsIn, type Items } from "./items.ts";
import { takeLifecycle } from "./lifecycle.ts";
import type { PresencePicks } from "./parts.ts";
import { refusals, type Refused } from "./refusals.ts";

const TRY_AGAIN_SECONDS = "5";
/** A validation token. The length is far above what Graph sends; text that a browser would read as a page is no token. */
const HANDSHAKE = /^[^<>]{1,2000}$/;

/** How many items of a batch are kept at the same time: one after another, a large batch would take longer than Graph waits. */
const KEPT_AT_ONCE = 20;

export function callEventRoutes(parts: PresencePicks): Router {
  const refused = refusals(parts.log);
  const router = Router();
  router.post(PATHS.callEvents, handshake, ...notificationBody, take(parts, refused));
  router.all(PATHS.callEvents, (_request, response) => {
    response.status(405).set("allow", "POST").end();
  });
  router.use(PATHS.callEvents, unreadable(parts, refused));
  return router;
}

/**
 * Answers Graph's validation request, which checks the endpoint before a subscription is made
 * (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks).
 */
const handshake: RequestHandler = (request, response, next) => {
  const token = parametersOf(request).get("validationToken");
  if (token === null) next();
  else if (HANDSHAKE.test(token)) response.status(200).type("text/plain").send(token);
  else response.status(400).end();
};

/**
 * Refusals that may pass, so that Graph has to send once more what came with the token. If its times alone are wrong, it is
 * our clock that may be wrong; an unknown key may be one that the directory published since its keys were read.
 */
const PASSING: ReadonlySet<string> = new Set(["expired", "not-yet-valid", "unknown-key"]);

function take(parts: PresencePicks, refused: Refused): RequestHandler {
  const keeping = openOutage(parts.log, "presence.not_kept");
  return async (request, response) => {
    if (request.body === undefined) {
      refused("content-type");
      response.status(415).end();
      return;
    }
    const batch = batchIn(request.body);
    if (batch === undefined) {
      refused("no-list");
      response.status(202).end();
      return;
    }
    try {
      const { tokens, value } = batch;
      const refusal = await whyRefused(parts, tokens);
      if (refusal !== undefined) refused(refusal, value.length);
      if (refusal !== undefined && PASSING.has(refusal)) {
        response.status(503).set("retry-after", TRY_AGAIN_SECONDS).end();
        return;
      }
      if (refusal === undefined) {
        await keep(parts, itemsIn(value, tokens.length === 0 ? "lifecycle" : "all"), tokens, refused);
        keeping.worked();
      }
      response.status(202).end();
    } catch (error) {
      keeping.failed(error);
      response.status(503).set("retry-after", TRY_AGAIN_SECONDS).end();
    }
  };
}

/**
 * Each token must be Graph's.
 * @returns the reason to log if one is not; undefined if all are
 * @throws when the directory's keys cannot be read
 */
async function whyRefused(
  { graphCallers, callEvents }: PresencePicks,
  tokens: readonly string[],
): Promise<string | undefined> {
  if (callEvents === undefined) return "off";
  for (const token of tokens) {
    const recognized = await graphCallers.recognize(token);
    if (recognized !== "graph") return recognized;
  }
  return undefined;
}

/**
 * Takes each item, whatever becomes of the others. Encrypted items come with tokens; lifecycle notifications come without,
 * and their `clientState`, with their subscription, is the proof (https://learn.microsoft.com/graph/change-notifications-lifecycle-events).
 * @throws the first error of the store; Graph then sends the whole batch again, which is harmless
 */
async function keep(
  parts: PresencePicks,
  { items, unreadable }: Items,
  tokens: readonly string[],
  refused: Refused,
): Promise<void> {
  const { clientStates, notifications } = parts;
  const failures: unknown[] = [];
  let foreign = 0;
  let anothers = 0;
  const one = async (item: Items["items"][number]) => {
    const visit = clientStates.visitOf(item.clientState);
    try {
      if (visit === undefined) foreign += 1;
      else if (item.kind === "lifecycle") {
        if ((await takeLifecycle(parts, visit, item)) === "another's") anothers += 1;
      } else await notifications.keep(visit, item.subscription, item.encrypted);
    } catch (error) {
      failures.push(error);
    }
  };
  const inTurn = atMost(KEPT_AT_ONCE);
  await Promise.all(items.map((item) => inTurn(() => one(item))));
  if (foreign > 0) refused("client-state", foreign);
  if (anothers > 0) refused("subscription", anothers);
  if (unreadable > 0) refused(tokens.length === 0 ? "no-token" : "unreadable", unreadable);
  if (failures.length > 0) throw failures[0];
}

/** The body parser's errors quote the body, so they are not logged. */
function unreadable({ log }: PresencePicks, refused: Refused): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = bodyStatus(error);
    if (status !== undefined) {
      refused("body");
      response.status(status).end();
      return;
    }
    log.error("presence.failed", error, { status: 503 });
    response.status(503).set("retry-after", TRY_AGAIN_SECONDS).end();
  };
}
