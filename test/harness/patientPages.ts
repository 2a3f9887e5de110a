/**
 * The patients' flow alone, over real HTTP, with a visit that a test describes: for what depends on day, hour or time zone.
 */
import { UNTRACED } from "./faulty.ts";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express from "express";
import { PATHS } from "../../app/domain/addresses.ts";
import type { Environment } from "../../app/domain/environment.ts";
import type { ConfiguredConnection, Department } from "../../app/domain/hospital.ts";
import type { VisitId } from "../../app/domain/linkToken.ts";
import type { Usage } from "../../app/domain/usage.ts";
import type { Visit } from "../../app/domain/visit.ts";
import { patientFlow } from "../../app/flows/patient/patient.ts";
import { jsonLog } from "../../app/log.ts";
import { openHospital } from "../../app/records/hospital.ts";
import type { TestVisits } from "../../app/records/testVisits.ts";
import type { Watched } from "../../app/records/presenceRow.ts";
import type { Presences } from "../../app/records/presences.ts";
import type { Usages } from "../../app/records/usages.ts";
import type { Visits } from "../../app/records/visits.ts";
import { readAssets } from "../../app/web/assets.ts";
import { pageRenderer } from "../../app/web/page.tsx";

export interface PatientPages {
  readonly url: string;
  /** The link of the patient, who is person 0, or of another person of the visit. */
  readonly link: (person?: number) => string;
  readonly page: (person?: number) => string;
  readonly logged: readonly string[];
  stop(): void;
}

export interface Served {
  /** Changes to the usual visit, which is open, begins at {@link START}, lasts half an hour and has the patient alone. */
  readonly visit?: Partial<Visit>;
  readonly now?: Date;
  readonly departments?: readonly Department[];
  readonly environment?: Environment;
  /** The environment of the visit's connection. */
  readonly chart?: "test" | "production";
  readonly visits?: Partial<Visits>;
  readonly testVisits?: Partial<TestVisits>;
  /** What is known of the visit's meeting. */
  readonly watched?: Watched;
  /** The visits that were counted for the reports, or the error with which reading them fails. */
  readonly usages?: readonly Partial<Usage>[] | Error;
}

/** Saturday, November 28, 2026, 3:50 AM in Chicago. */
export const START = new Date("2026-11-28T09:50:00Z");
export const JOIN_URL = "https://teams.example/l/meetup-join/1";
const MINUTE_MS = 60_000;

export const minutesFromStart = (minutes: number) => new Date(START.getTime() + minutes * MINUTE_MS);

export const FAMILY_MEDICINE: Department = {
  id: "family-medicine",
  name: "Lamna Family Medicine",
  phone: "(202) 555-0142",
  timeZone: "America/Chicago",
  connection: "lamna",
  locations: ["1"],
  organizer: "7d0c5a1e-0000-4000-8000-00000000a002",
  lobby: "staff",
};

export async function servePatientPages(served: Served = {}): Promise<PatientPages> {
  const now = () => served.now ?? START;
  const visit: Visit = {
    id: "AAAAAAAAAAAAAAAA" as VisitId,
    kind: "appointment",
    connectionId: "lamna",
    departmentId: FAMILY_MEDICINE.id,
    start: START,
    end: minutesFromStart(30),
    state: "open",
    organizer: "7d0c5a1e-0000-4000-8000-00000000a002",
    meeting: { id: "1", joinUrl: JOIN_URL },
    people: [{ number: 0, role: "patient", generation: 0 }],
    ...served.visit,
  };
  const visits = {
    claims: (token: string) => ({ visit: visit.id, person: Number(token.at(-1)), generation: 0 }),
    ofLink: () => Promise.resolve(visit),
    noteOpened: () => Promise.resolve(),
    isDeleted: () => Promise.resolve(false),
    ...served.visits,
  } as unknown as Visits;
  const hospital = openHospital({
    organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
    visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
    connections: [
      { id: "lamna", environment: served.chart ?? "production" } as unknown as ConfiguredConnection,
    ],
    departments: served.departments ?? [FAMILY_MEDICINE],
  });
  const logged: string[] = [];
  const log = jsonLog((line) => void logged.push(line), now);
  const assets = readAssets(fileURLToPath(new URL("../../app/public", import.meta.url)));
  const environment = served.environment ?? "production";
  const testVisits: TestVisits = {
    opened: () => Promise.resolve(),
    tapped: () => Promise.resolve(),
    waited: () => Promise.resolve(),
    list: () => Promise.resolve([]),
    ...served.testVisits,
  };
  const publicUrl = "https://visits.lamna.example";
  const presences = { of: () => Promise.resolve(served.watched) } as unknown as Presences;
  const usages = {
    async *between() {
      await Promise.resolve();
      if (served.usages instanceof Error) throw served.usages;
      yield { usages: served.usages ?? [], damaged: 0 };
    },
  } as unknown as Usages;
  const known = { callEvents: undefined, presences, usages, visits, testVisits, hospital, traces: UNTRACED };
  const parts = { ...known, environment, now, log, publicUrl };
  const app = express();
  app.use(assets.serve);
  const flow = patientFlow(parts, { renderPage: pageRenderer(assets, environment), caller: () => "" });
  const door = flow.door({ ofPages: {}, ofRedirects: {} });
  app.use(flow.routes);
  const server = createServer((request, response) => {
    door(request, response, () => void app(request, response));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = "http://127.0.0.1:" + String((server.address() as AddressInfo).port);
  const token = (person: number) => "A".repeat(37) + String(person);
  return {
    url,
    link: (person = 0) => url + PATHS.link + "/" + token(person),
    page: (person = 0) => url + PATHS.linkPage + "/" + token(person),
    logged,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
