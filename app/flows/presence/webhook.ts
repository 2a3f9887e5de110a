/**
 * Where Microsoft Graph brings what happens in meetings. It has no page: a program calls, and wants 202 within 3 seconds; what
 * is slower is delayed, and then dropped (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks). So an item is
 * kept as it is, and read later. Whoever forges something is answered 202 like everybody, and learns nothing; what could not be
 * kept is a 503, and brought again.
 */
import express, { Router, type ErrorRequestHandler, type RequestHandler } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { parametersOf } from "../../web/parameters.ts";
import { itemsIn, type Item } from "./items.ts";
import { takeLifecycle } from "./lifecycle.ts";
import type { PresencePicks } from "./parts.ts";

/** Graph says no limit; a batch of encrypted items is some hundred kilobytes. */
const LARGEST_BYTES = 4 * 1024 * 1024;
const TRY_AGAIN_SECONDS = "5";
/** Far above what Graph sends; what a browser would read as a page is no token. */
const HANDSHAKE = /^[^<>]{1,2000}$/;

export function callEventRoutes(parts: PresencePicks): Router {
  const router = Router();
  router.post(
    PATHS.callEvents,
    handshake,
    express.json({ limit: LARGEST_BYTES, type: () => true }),
    take(parts),
  );
  router.all(PATHS.callEvents, (_request, response) => {
    response.status(405).set("allow", "POST").end();
  });
  router.use(PATHS.callEvents, unreadable(parts));
  return router;
}

/** Graph asks whether somebody is here who wants to be told (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks). */
const handshake: RequestHandler = (request, response, next) => {
  const token = parametersOf(request).get("validationToken");
  if (token === null) next();
  else if (HANDSHAKE.test(token)) response.status(200).type("text/plain").send(token);
  else response.status(400).end();
};

function take(parts: PresencePicks): RequestHandler {
  const { log } = parts;
  return async (request, response) => {
    const batch = itemsIn(request.body);
    if (batch === undefined) {
      log.warn("presence.refused", { reason: "no-list" });
      response.status(202).end();
      return;
    }
    try {
      const refusal = await whyRefused(parts, batch.tokens);
      if (refusal === undefined) await keep(parts, batch.items, batch.unreadable);
      else log.warn("presence.refused", { reason: refusal, count: batch.items.length });
      response.status(202).end();
    } catch (error) {
      log.error("presence.not_kept", error, { status: 503 });
      response.status(503).set("retry-after", TRY_AGAIN_SECONDS).end();
    }
  };
}

/** Each token must be Graph's, and there must be one. @throws when the directory's keys cannot be read */
async function whyRefused(
  { graphCallers, callEvents }: PresencePicks,
  tokens: readonly string[],
): Promise<string | undefined> {
  if (callEvents === undefined) return "off";
  if (tokens.length === 0) return "no-token";
  for (const token of tokens) {
    const recognized = await graphCallers.recognize(token);
    if (recognized !== "graph") return recognized;
  }
  return undefined;
}

async function keep(parts: PresencePicks, items: readonly Item[], unreadable: number): Promise<void> {
  const { clientStates, log, notifications } = parts;
  let foreign = 0;
  for (const item of items) {
    const visit = clientStates.visitOf(item.clientState);
    if (visit === undefined) foreign += 1;
    else if (item.kind === "lifecycle") await takeLifecycle(parts, visit, item.event);
    else await notifications.keep(visit, item.encrypted);
  }
  if (foreign > 0) log.warn("presence.refused", { reason: "client-state", count: foreign });
  if (unreadable > 0) log.warn("presence.refused", { reason: "unreadable", count: unreadable });
}

/** The body parser's errors quote the body, so they are not logged. */
function unreadable({ log }: PresencePicks): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const isTheirs = error instanceof Error && "status" in error && typeof error.status === "number";
    if (isTheirs) log.warn("presence.refused", { reason: "body" });
    else log.error("presence.failed", error, { status: 503 });
    response.status(isTheirs ? 400 : 503).end();
  };
}
