/** The Communication Services stand-in: it sells phone numbers, sends texts and mails, and tells what became of them. */
import express, { json, type Express, type NextFunction, type Request, type Response } from "express";
import { setTimeout as passed } from "node:timers/promises";
import { listen } from "../listen.ts";
import { kept } from "../microsoft/kept.ts";
import type { Hosting, StandIn } from "../standIn.ts";
import { ownersOnly } from "./access.ts";
import { API_VERSION } from "./answers.ts";
import { CommunicationError, notFound } from "./communicationError.ts";
import { openDesk, type Desk } from "./desk.ts";
import { openEvents } from "./events.ts";
import { faultMenu, type FaultMenu } from "./faults.ts";
import { mailRoutes } from "./mailRoutes.ts";
import { expire, type NumberInventory } from "./inventory.ts";
import { advance } from "./operations.ts";
import type { CommunicationOptions } from "./options.ts";
import { phoneRoutes } from "./phone/routes.tsx";
import { purchasedRoutes } from "./purchasedRoutes.ts";
import { reservationRoutes } from "./reservationRoutes.ts";
import { searchRoutes } from "./searchRoutes.ts";
import { ledgerSchema, type Ledger } from "./shapes.ts";
import { textRoutes } from "./textRoutes.ts";
import { versionOnly } from "./version.ts";

/** A resource that is served by whoever opened it. */
export interface CommunicationResource {
  readonly app: Express;
  readonly faults: FaultMenu;
  /** Numbers in E.164 form, in the order in which they were bought. */
  purchased(): readonly string[];
  /** What was sent, and what was answered to it. */
  readonly desk: Desk;
  /** Writes what is kept of it. */
  readonly close: () => Promise<void>;
}

/** The back channel's origin serves as the resource's endpoint. */
export type CommunicationStandIn = StandIn & Omit<CommunicationResource, "app" | "close">;

const EMPTY: Ledger = { purchased: [], searches: [], searchedAt: [], reservations: [], operations: [] };

export async function openCommunication(
  hosting: Pick<Hosting, "dataFolder" | "now">,
  options: CommunicationOptions,
): Promise<CommunicationResource> {
  const file = kept(hosting.dataFolder, "numbers.json", ledgerSchema);
  const ledger = (await file.read()) ?? structuredClone(EMPTY);
  const inventory: NumberInventory = { ledger, options, faults: faultMenu(), now: hosting.now };
  const { faults } = inventory;
  const events = options.events && openEvents(options.events, faults, hosting.now);
  const desk = openDesk({ events, faults, now: hosting.now });
  return {
    app: application(inventory, desk, () => file.write(ledger)),
    faults,
    desk,
    purchased: () => purchasedBy(inventory),
    close: async () => {
      void file.write(ledger);
      await file.close();
    },
  };
}

export async function startCommunication(
  hosting: Hosting,
  options: CommunicationOptions,
): Promise<CommunicationStandIn> {
  const { app, close, ...resource } = await openCommunication(hosting, options);
  const listening = await listen(app, hosting);
  return {
    name: "Communication Services",
    ...listening,
    ...resource,
    stop: async () => {
      await listening.stop();
      await close();
    },
  };
}

const purchasedBy = ({ ledger }: NumberInventory) => ledger.purchased.map(({ id }) => "+" + id);

function application(inventory: NumberInventory, desk: Desk, save: () => Promise<void>): Express {
  const { options } = inventory;
  const app = express();
  app.disable("x-powered-by").disable("etag");
  const phones = phoneRoutes(desk, options);
  // People look at phones over http; programs call over https.
  app.use((request, response, next) => {
    if (request.secure) next();
    else phones(request, response, next);
  });
  app.use((request, _response, next) => {
    if (!request.secure) throw new CommunicationError(403, "HttpsRequired", "This address is for https.");
    next();
  });
  app.use(trouble(inventory.faults));
  app.use(ownersOnly(options, inventory.now));
  app.use(json({ type: ["application/json", "application/merge-patch+json"] }));
  app.use(textRoutes(desk, () => [...(options.numbers ?? []), ...purchasedBy(inventory)], options));
  app.use(mailRoutes(desk, options));
  app.use(versionOnly(API_VERSION));
  app.use((_request, response, next) => {
    expire(inventory);
    advance(inventory);
    response.once("finish", () => void save());
    next();
  });
  app.use(cutPurchase(inventory.faults));
  app.use(searchRoutes(inventory), reservationRoutes(inventory), purchasedRoutes(inventory));
  app.use(() => {
    throw notFound("There is no such resource.");
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else if (error instanceof CommunicationError)
      response.status(error.status).set(error.headers).json(error.body());
    else response.status(400).json({ error: { code: "BadRequest", message: String(error) } });
  });
  return app;
}

/** Applies the faults that are switched on, before anything else. */
function trouble(faults: FaultMenu) {
  return async (_request: Request, _response: Response, next: NextFunction) => {
    const { slowMilliseconds, throttled, retryAfterSeconds, failsAt, unavailable } = faults.current();
    if (slowMilliseconds > 0) await passed(slowMilliseconds, undefined, { ref: false });
    if (throttled > 0) {
      faults.set({ throttled: throttled - 1 });
      throw new CommunicationError(429, "TooManyRequests", "Too many requests.", {
        ...(retryAfterSeconds !== undefined && { "Retry-After": String(retryAfterSeconds) }),
      });
    }
    if (unavailable > 0) {
      faults.set({ unavailable: unavailable - 1 });
      throw new CommunicationError(503, "ServiceUnavailable", "The service is not available.");
    }
    if (failsAt !== undefined) {
      faults.set({ failsAt: failsAt === 1 ? undefined : failsAt - 1 });
      if (failsAt === 1) throw new CommunicationError(500, "InternalServerError", "An error has occurred.");
    }
    next();
  };
}

/** Accepts the purchase and breaks the connection, so the buyer gets no answer. */
function cutPurchase(faults: FaultMenu) {
  return (request: Request, response: Response, next: NextFunction) => {
    if (faults.current().cutsPurchase && request.method === "POST" && request.path.endsWith("/:purchase")) {
      response.end = () => {
        faults.set({ cutsPurchase: false });
        request.socket.destroy();
        return response;
      };
    }
    next();
  };
}
