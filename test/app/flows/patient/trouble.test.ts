import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { jsonLog } from "../../../../app/log.ts";
import { patientFlow } from "../../../../app/flows/patient/patient.ts";
import { patientTap } from "../../../../app/flows/patient/tap.ts";
import type { Hospital } from "../../../../app/records/hospital.ts";
import type { Visits } from "../../../../app/records/visits.ts";
import { readAssets } from "../../../../app/web/assets.ts";
import { pageRenderer } from "../../../../app/web/page.tsx";

/** A store that does not answer, under links that are good. */
const visits = {
  claims: () => ({ visit: "AAAAAAAAAAAAAAAA" as VisitId, person: 0, generation: 0 }),
  byId: () => Promise.reject(new Error("the store does not answer")),
} as unknown as Visits;
const hospital = {
  organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
  visitRules: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
} as Hospital;

const logged: string[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  const now = () => new Date(0);
  const log = jsonLog((line) => void logged.push(line), now);
  const renderPage = pageRenderer(
    readAssets(fileURLToPath(new URL("../../../../app/public", import.meta.url))),
  );
  const tap = patientTap({ visits, hospital, now }, {});
  const app = express();
  const parts = { visits, hospital, now, log, publicUrl: "https://visits.lamna.example" };
  app.use(patientFlow(parts, { renderPage }).routes);
  server = createServer((request, response) => {
    tap(request, response, () => void app(request, response));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = "http://127.0.0.1:" + String((server.address() as AddressInfo).port);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each(["/j/", "/v/"])(
  "when the store is down, %s tells the patient to try again and whom to call",
  async (path) => {
    const token = "A".repeat(38);
    const answer = await fetch(url + path + token, {
      headers: { "accept-language": "es" },
      redirect: "manual",
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const html = await answer.text();
    expect(html).toContain("No podemos abrir su consulta en este momento");
    expect(html).toContain('href="tel:2025550100"');
    expect(logged.at(-1)).toContain("the store does not answer");
    expect(logged.join()).not.toContain(token);
  },
);
