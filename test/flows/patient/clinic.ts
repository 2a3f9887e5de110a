import { createSecretKey } from "node:crypto";
/** A hospital with one department and one visit, behind the patient's routes over real HTTP. */
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express from "express";
import type { Department } from "../../../app/domain/hospital.ts";
import {
  makeLinkToken,
  readLinkToken,
  type LinkClaims,
  type LinkToken,
  type VisitId,
} from "../../../app/domain/linkToken.ts";
import type { Visit } from "../../../app/domain/visit.ts";
import { jsonLog } from "../../../app/log.ts";
import { patientRoutes } from "../../../app/patient/routes.ts";
import type { Hospital } from "../../../app/ports/hospital.ts";
import type { Visits } from "../../../app/ports/visits.ts";
import { readAssets } from "../../../app/web/assets.ts";
import { faultPages, nothingHere } from "../../../app/web/faults.tsx";
import { standardHeaders } from "../../../app/web/headers.ts";
import { pageRenderer } from "../../../app/web/page.tsx";
import { sameOriginWrites } from "../../../app/web/sameOrigin.ts";

const KEYS = { current: 1, byVersion: new Map([[1, createSecretKey(Buffer.alloc(32, 7))]]) };

export const START = new Date("2026-08-04T19:30:00Z");
const END = new Date("2026-08-04T20:00:00Z");

export const CARDIOLOGY: Department = {
  id: "cardiology",
  name: "Cardiology <West> & Heart",
  phone: "(312) 555-0142",
  timeZone: "America/Chicago",
  connection: "lamna",
  locations: ["32216061"],
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  lobby: "staff",
};

export const VISIT: Visit = {
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: START,
  end: END,
  state: "open",
  organizer: CARDIOLOGY.organizer,
  meeting: { id: "meeting", joinUrl: "https://teams.example/l/meetup-join/19%3ameeting?p=1" },
  people: [
    { number: 0, role: "patient", generation: 0 },
    { number: 1, role: "interpreter", generation: 0 },
    { number: 2, role: "relative", generation: 0 },
  ],
};

export function tokenFor(claims: Partial<LinkClaims> = {}): LinkToken {
  return makeLinkToken(KEYS, { visit: VISIT.id, person: 0, generation: 0, ...claims });
}

export interface Clinic {
  readonly url: string;
  readonly logged: string[];
  /** How often visits were asked for. */
  readonly reads: () => number;
  stop(): Promise<void>;
}

export interface ClinicState {
  readonly visit?: Visit | "store is down";
  readonly departments?: readonly Department[];
  /** Minutes from the visit's start. */
  readonly minutes?: number;
}

export async function openClinic(state: ClinicState = {}): Promise<Clinic> {
  const { visit = VISIT, departments = [CARDIOLOGY], minutes = 0 } = state;
  let reads = 0;
  const visits: Visits = {
    ...unused("open", "openConsult", "find", "cancel", "end", "reopen", "invite", "renewLink"),
    token: (of, { number, generation }) => tokenFor({ visit: of.id, person: number, generation }),
    claims: (token) => readLinkToken(KEYS, token),
    byId: (id) => {
      reads++;
      if (visit === "store is down") return Promise.reject(new Error("the store does not answer"));
      return Promise.resolve(id === visit.id ? visit : undefined);
    },
  };
  const hospital: Hospital = {
    ...unused("connections", "connection", "connectionByUrl", "departments"),
    organization: { name: "Lamna Healthcare", phone: "+1 312 555 0100" },
    visitRules: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
    department: (id) => Promise.resolve(departments.find((department) => department.id === id)),
  };
  const logged: string[] = [];
  const now = () => new Date(START.getTime() + minutes * 60_000);
  const log = jsonLog((line) => void logged.push(line), now);
  const publicUrl = "https://visits.lamna.example";
  const assets = readAssets(fileURLToPath(new URL("../../../app/public", import.meta.url)));
  const renderPage = pageRenderer(assets);
  const app = express();
  app.use(standardHeaders({ publicUrl, formTargets: ["https://login.example"] }));
  app.use(patientRoutes({ visits, hospital, now, publicUrl, renderPage, log }));
  app.use(assets.serve, sameOriginWrites(publicUrl), nothingHere, faultPages({ renderPage, log }));

  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: "http://127.0.0.1:" + String(port),
    logged,
    reads: () => reads,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Methods that a patient's pages have no business calling. */
function unused<N extends string>(...names: readonly N[]): Record<N, () => never> {
  const refuse = (name: N) => () => {
    throw new Error("a patient's page called " + name);
  };
  return Object.fromEntries(names.map((name) => [name, refuse(name)])) as Record<N, () => never>;
}
