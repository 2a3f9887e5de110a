/**
 * The address to which Event Grid sends the reports and replies of text messages. It has no page: programs call, and an
 * answer is a status. Event Grid drops what is answered 400, 401, 403 or 413 and tries everything else again
 * (https://learn.microsoft.com/azure/event-grid/delivery-and-retry), so whatever is not the caller's fault is answered 503.
 *
 * Subscriptions use the Event Grid schema, whose handshake is this POST; OPTIONS would be the handshake of CloudEvents,
 * which nobody uses here. The subscriptions' names (`aeg-subscription-name`) are not compared: only somebody with the role
 * can make a subscription that bears our token, so a name would prove nothing more, and a renamed subscription would lose
 * its events.
 */
import express, { Router, type ErrorRequestHandler, type RequestHandler } from "express";
import { PATHS } from "../../domain/addresses.ts";
import type { Parts } from "../../parts.ts";
import type { Refusal } from "../../ports/eventGrid.ts";
import { bodyStatus } from "../../web/bodyStatus.ts";
import { openFloods } from "../../web/floods.ts";
import { eventsIn } from "./events.ts";
import { validationCode } from "./handshake.ts";
import { takeEvents, type TakePicks } from "./takeEvents.ts";

/** The parts that the webhooks pick. */
export type WebhookPicks = Pick<Parts, "eventGrid" | "log"> & TakePicks;

/** An event, and a batch, is up to 1 MB before it is wrapped (https://learn.microsoft.com/azure/event-grid/quotas-limits). */
const LARGEST_BYTES = 2 * 1024 * 1024;
const TRY_AGAIN_SECONDS = "60";

/** Logs a refusal: the first few of a kind in a minute singly, the others as one entry. */
type Note = (refusal: { readonly status: number; readonly reason: string }) => void;

export function eventRoutes(parts: WebhookPicks): Router {
  const floods = openFloods(() => performance.now());
  const refused: Note = (refusal) => {
    const { logged } = floods.next(refusal.reason, "");
    if (logged === "no") return;
    parts.log.warn(logged === "singly" ? "events.refused" : "events.refused.flood", refusal);
  };
  const router = Router();
  router.post(
    PATHS.events,
    onlyEventGrid(parts, refused),
    express.json({ limit: LARGEST_BYTES, type: "application/json" }),
    take(parts, refused),
  );
  router.all(PATHS.events, (_request, response) => {
    response.status(405).set("allow", "POST").end();
  });
  router.use(PATHS.events, unreadable(parts, refused));
  return router;
}

/** The token is checked before a byte of the body is read. */
function onlyEventGrid({ eventGrid, log }: WebhookPicks, refused: Note): RequestHandler {
  return async (request, response, next) => {
    const token = /^Bearer +(\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
    if (token === undefined) {
      refused({ status: 401, reason: "no-token" });
      response.status(401).set("www-authenticate", "Bearer").end();
      return;
    }
    let recognized: "event-grid" | Refusal;
    try {
      recognized = await eventGrid.recognize(token);
    } catch (error) {
      log.error("events.caller_unknown", error, { status: 503 });
      response.status(503).set("retry-after", TRY_AGAIN_SECONDS).end();
      return;
    }
    if (recognized === "event-grid") {
      next();
      return;
    }
    const status = STATUS[recognized];
    refused({ status, reason: recognized });
    if (status === 401) response.set("www-authenticate", 'Bearer error="invalid_token"');
    if (status === 503) response.set("retry-after", TRY_AGAIN_SECONDS);
    response.status(status).end();
  };
}

/**
 * What may pass is answered 503, so that nothing is lost that came with the token: Event Grid comes again with a new one. A
 * token whose times alone are wrong is signed by the directory and meant for us, and it is our clock that may be wrong. An
 * unknown key may be one that the directory published since its keys were read. A token without the role is Event Grid's own,
 * and somebody may give the role back.
 */
const STATUS: Readonly<Record<Refusal, 401 | 403 | 503>> = {
  malformed: 401,
  algorithm: 401,
  signature: 401,
  "unknown-key": 503,
  "foreign-key": 401,
  expired: 503,
  "not-yet-valid": 503,
  issuer: 401,
  tenant: 401,
  audience: 401,
  "other-application": 403,
  "role-missing": 503,
};

function take(parts: WebhookPicks, refused: Note): RequestHandler {
  const { log } = parts;
  return async (request, response) => {
    const kind = request.get("aeg-event-type");
    if (request.body === undefined) {
      refused({ status: 415, reason: "content-type" });
      response.status(415).end();
    } else if (kind === "SubscriptionValidation") {
      const code = validationCode(request.body);
      if (code === undefined) {
        refused({ status: 400, reason: "handshake" });
        response.status(400).end();
        return;
      }
      log.info("events.handshake");
      // 200 and nothing else completes the handshake.
      response.status(200).json({ validationResponse: code });
    } else if (kind === "Notification") {
      const batch = eventsIn(request.body, parts.now());
      if (batch === undefined) {
        refused({ status: 400, reason: "no-list" });
        response.status(400).end();
        return;
      }
      await takeEvents(parts, batch);
      response.status(200).end();
    } else if (kind === "SubscriptionDeletion") {
      log.info("events.subscription_deleted");
      response.status(200).end();
    } else {
      refused({ status: 400, reason: "event-type" });
      response.status(400).end();
    }
  };
}

/** The body parser's errors quote the body, so they are not logged. */
function unreadable({ log }: WebhookPicks, refused: Note): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = bodyStatus(error);
    if (status !== undefined) {
      refused({ status, reason: "body" });
      response.status(status).end();
      return;
    }
    log.error("events.failed", error, { status: 503 });
    response.status(503).set("retry-after", TRY_AGAIN_SECONDS).end();
  };
}
