/** A server that throws each problem at the address of its name, and shows it in the words of a flow. */
import type { Traces } from "../../app/records/traces.ts";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express from "express";
import { providerFaults } from "../../app/flows/provider/faults.tsx";
import { clinicianPages } from "../../app/flows/provider/pages.ts";
import { jsonLog } from "../../app/log.ts";
import { readAssets } from "../../app/web/assets.ts";
import { Fault, type CommonProblem, type Problem } from "../../app/web/fault.ts";
import { faultPages, nothingHere, type FaultWords } from "../../app/web/faults.ts";
import { pageRenderer, type RenderPage } from "../../app/web/page.tsx";

/** The words of the clinicians' flow for somebody who has no session yet. */
export const clinicianWords = (renderPage: RenderPage) =>
  providerFaults(clinicianPages(renderPage, "Lamna Healthcare"), () =>
    Promise.resolve({ isTest: false, now: new Date(0) }),
  );

export interface Faulty {
  readonly url: string;
  readonly logged: readonly string[];
  text(path: string, init?: RequestInit): Promise<string>;
  json(path: string): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

/** The problems for which every flow has words. The compiler refuses this table if one is missing. */
const EACH_COMMON: { readonly [K in CommonProblem["kind"]]: { readonly kind: K } } = {
  "not-found": { kind: "not-found" },
  "not-same-origin": { kind: "not-same-origin" },
  "too-many-requests": { kind: "too-many-requests" },
  "request-too-large": { kind: "request-too-large" },
  "request-unreadable": { kind: "request-unreadable" },
  unexpected: { kind: "unexpected" },
};
export const COMMON: readonly CommonProblem[] = Object.values(EACH_COMMON);

export async function serveFaults<P extends Problem>(
  problems: readonly Problem[],
  words: (renderPage: RenderPage) => FaultWords<P>,
): Promise<Faulty> {
  const logged: string[] = [];
  const log = jsonLog(
    (line) => void logged.push(line),
    () => new Date(0),
  );
  const renderPage = pageRenderer(
    readAssets(fileURLToPath(new URL("../../app/public", import.meta.url))),
    "production",
  );
  const app = express();
  for (const problem of problems)
    app.get("/" + problem.kind, () => {
      throw new Fault(problem);
    });
  app.get("/bug", () => {
    throw new TypeError("cannot read 'name' of undefined");
  });
  app.get("/of/:name", () => undefined);
  app.post("/form", express.urlencoded({ limit: 10 }));
  app.use(nothingHere, faultPages(words(renderPage), { log, traces: UNTRACED, caller: () => "" }));
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = "http://127.0.0.1:" + String((server.address() as AddressInfo).port);
  return {
    url,
    logged,
    text: async (path, init = {}) => (await fetch(url + path, init)).text(),
    json: async (path) =>
      (await (await fetch(url + path, { headers: { accept: "application/json" } })).json()) as Record<
        string,
        string
      >,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Traces that keep nothing. */
export const UNTRACED: Traces = {
  note: () => undefined,
  during: (act) => act(),
  about: () => undefined,
  keep: () => Promise.resolve(),
  of: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
};
