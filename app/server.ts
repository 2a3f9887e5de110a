/** What the connector answers, in the order it is looked for: the patient's tap first, because it is the one that must be quick. */
import type { RequestListener } from "node:http";
import express from "express";
import { publishedKeys } from "./flows/provider/keySet.ts";
import { eventRoutes, type EventsDeps } from "./flows/webhooks/routes.ts";
import type { Log } from "./log.ts";
import { patientTap, type PatientTap } from "./flows/patient/tap.ts";
import { patientRoutes } from "./flows/patient/routes.ts";
import type { Hospital } from "./records/hospital.ts";
import type { Store } from "./ports/store.ts";
import type { Vault } from "./ports/vault.ts";
import type { LaunchDeps } from "./flows/provider/deps.ts";
import { providerRoutes } from "./flows/provider/routes.ts";
import { clinicianPages } from "./flows/provider/pages.ts";
import { readAssets } from "./web/assets.ts";
import { callerAddress } from "./web/callerAddress.ts";
import { faultPages, nothingHere } from "./web/faults.tsx";
import { standardHeaders, strictTransport } from "./web/headers.ts";
import { pageRenderer } from "./web/page.tsx";
import { sameOriginWrites } from "./web/sameOrigin.ts";

export interface Flows {
  readonly hospital: Hospital;
  readonly vault: Vault;
  readonly store: Store;
  readonly launch: LaunchDeps;
  readonly events: EventsDeps;
}

export interface ServerOptions {
  readonly publicUrl: string;
  readonly packageDigest: string;
  readonly revision: string;
  /** Folder with the stylesheet and scripts. */
  readonly publicFolder: string;
  /** Whether a front end that we run behind says who called, and by https. */
  readonly behindFrontEnd: boolean;
  readonly log: Log;
}

export interface Server {
  /** For Node's HTTP server. */
  readonly app: RequestListener;
  /** Until this is called only the health pages answer; everybody else is asked to come back. */
  readonly open: (flows: Flows) => void;
}

export function buildServer(options: ServerOptions): Server {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  if (options.behindFrontEnd) app.set("trust proxy", 1);
  let flows: Flows | undefined;
  const assets = readAssets(options.publicFolder);
  const renderPage = pageRenderer(assets);
  let tap: PatientTap | undefined;
  app.use(standardHeaders({ publicUrl: options.publicUrl, formTargets: [] }));

  app.get("/healthz", (_request, response) => {
    response.json({ status: "up", package: options.packageDigest, revision: options.revision });
  });
  app.get("/readyz", async (_request, response) => {
    const store = flows !== undefined && (await answers(flows.store, options.log));
    const keys = flows !== undefined;
    response.status(store && keys ? 200 : 503).json({ store, keys });
  });
  app.use((_request, response, next) => {
    if (flows === undefined)
      response.status(503).set("retry-after", "5").type("text").send("Starting; try again in a moment.\n");
    else next();
  });

  return {
    app(request, response) {
      const others = () => void app(request, response);
      if (tap === undefined) others();
      else tap(request, response, others);
    },
    open(opened) {
      const { launch } = opened;
      tap = patientTap(launch, strictTransport(options.publicUrl));
      app.use(
        patientRoutes({
          visits: launch.visits,
          hospital: launch.hospital,
          now: launch.now,
          publicUrl: options.publicUrl,
          renderPage,
          log: options.log,
        }),
      );
      app.use(assets.serve);
      app.use(publishedKeys(opened.hospital, opened.vault));
      app.use(eventRoutes(opened.events));
      app.use(sameOriginWrites(options.publicUrl));
      const pages = clinicianPages(renderPage, launch.hospital.organization.name);
      app.use(providerRoutes(launch, pages, callerAddress(options.behindFrontEnd)));
      app.use(nothingHere);
      app.use(faultPages({ renderPage, log: options.log }));
      flows = opened;
    },
  };
}

async function answers(store: Store, log: Log): Promise<boolean> {
  try {
    await store.ready();
    return true;
  } catch (error) {
    log.error("store.not_ready", error);
    return false;
  }
}
