/** A board like PowerChart's: the sign-in, today's visits, a chart with the Teams tile, and the menu of faults. */
import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { clinicDay } from "../clinic/scenarios.ts";
import type { Domain } from "../domain.ts";
import { FAULT_SECONDS, isFaultName, type FaultMenu } from "../faults.ts";
import { isEnabled, type RegisteredClient } from "../options.ts";
import type { Launch } from "../smart/grants.ts";
import { ChartPage } from "./chartPage.tsx";
import { FaultsPage } from "./faultsPage.tsx";
import { send, type Around } from "./frame.tsx";
import { refuseOtherSites } from "./otherSites.ts";
import { book, change, notHere, part } from "./scheduling.ts";
import { PatientsPage, SchedulePage } from "./schedulePage.tsx";
import type { PowerChart } from "./sessions.ts";
import { PowerChartSignIn } from "./signInPages.tsx";
import { participantId } from "./words.ts";

export interface BoardDeps {
  readonly domains: readonly Domain[];
  readonly clients: () => readonly RegisteredClient[];
  readonly powerChart: PowerChart;
  readonly faults: FaultMenu;
  readonly now: () => Date;
  /** The address to which the browser goes to start an application from a chart. */
  readonly launchUrl: (launch: Launch) => string;
}

const DAY_MS = 24 * 3_600_000;

export function board(deps: BoardDeps): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: "16kb" });
  const { faults, powerChart } = deps;

  router.get("/board.css", (_request, response) => {
    response.sendFile(fileURLToPath(new URL("style.css", import.meta.url)));
  });
  router.get("/", (request, response) => {
    if (powerChart.session(request) !== undefined) response.redirect(303, "/schedule");
    else send(response, 200, <PowerChartSignIn domains={deps.domains} faultsOn={faults.on()} />);
  });
  router.use(refuseOtherSites);
  router.post("/sign-in", form, (request, response) => {
    const picked = z.object({ tenant: z.string(), practitioner: z.string() }).safeParse(request.body);
    const domain = deps.domains.find(({ tenant }) => tenant.id === picked.data?.tenant);
    const clinician = domain?.clinic.clinicians.find(({ id }) => id === picked.data?.practitioner);
    if (domain !== undefined && clinician !== undefined)
      powerChart.signIn(response, domain.tenant.id, clinician.id);
    response.redirect(303, "/");
  });
  router.post("/sign-out", (request, response) => {
    powerChart.signOut(request, response);
    response.redirect(303, "/");
  });
  router.get("/faults", (_request, response) => {
    send(response, 200, <FaultsPage faults={faults} />);
  });
  router.post("/faults", form, (request, response) => {
    switchFaults(faults, request.body);
    response.redirect(303, "/faults");
  });

  router.get(
    "/schedule",
    signedIn(deps, async (around, request, response) => {
      const { clinic } = around.domain;
      await clinic.roll();
      const now = deps.now();
      const when = request.query["when"] === "tomorrow" ? "tomorrow" : "today";
      const of = typeof request.query["of"] === "string" ? request.query["of"] : "me";
      const instant = new Date(now.getTime() + (when === "tomorrow" ? DAY_MS : 0));
      const listed = await clinic.day(clinicDay(instant), when === "today" ? now : undefined);
      const visits = listed.filter(
        (visit) =>
          of === "all" ||
          (of === "me"
            ? participantId(visit, "Practitioner") === around.practitionerId
            : participantId(visit, "Location") === of),
      );
      send(
        response,
        200,
        <SchedulePage around={around} shown={{ of, when }} now={now} instant={instant} visits={visits} />,
      );
    }),
  );
  router.get(
    "/patients",
    signedIn(deps, async (around, _request, response) => {
      send(response, 200, <PatientsPage around={around} patients={await around.domain.clinic.patients()} />);
    }),
  );
  router.get(
    "/charts/:patient",
    signedIn(deps, async (around, request, response) => {
      const { clinic, tenant } = around.domain;
      const patient = await clinic.chart.read("Patient", part(request, "patient"));
      if (patient === undefined) {
        notHere(response);
        return;
      }
      const visit = request.query["visit"];
      const encounter = typeof visit === "string" ? await clinic.encounterOf(visit) : undefined;
      const isOurs = encounter?.subject?.reference === `Patient/${patient.id}`;
      const clients = deps
        .clients()
        .filter((each) => each.launchUrl !== undefined && isEnabled(each, tenant.id));
      const visits = await clinic.visitsOf(patient.id);
      const chart = { patient, visits, clients, encounterId: isOurs ? encounter.id : undefined };
      send(response, 200, <ChartPage around={around} chart={chart} now={deps.now()} />);
    }),
  );
  router.post(
    "/charts/:patient/launch",
    form,
    signedIn(deps, async (around, request, response) => {
      const { clinic, tenant } = around.domain;
      const patient = await clinic.chart.read("Patient", part(request, "patient"));
      const asked = z
        .object({ client: z.string(), encounter: z.string().optional() })
        .safeParse(request.body);
      if (patient === undefined || !asked.success) {
        notHere(response);
        return;
      }
      const { client, encounter } = asked.data;
      const launch = {
        tenant: tenant.id,
        clientId: client,
        practitionerId: around.practitionerId,
        patientId: patient.id,
      };
      response.redirect(
        303,
        deps.launchUrl(encounter === undefined ? launch : { ...launch, encounterId: encounter }),
      );
    }),
  );
  router.post("/appointments/:id", form, signedIn(deps, change));
  router.post(
    "/charts/:patient/book",
    form,
    signedIn(deps, (around, request, response) => book(around, deps.now(), request, response)),
  );
  return router;
}

/** Wraps a page that only a signed-in clinician may see; anybody else is sent to the sign-in. */
function signedIn(
  deps: BoardDeps,
  page: (around: Around, request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return async (request, response) => {
    const session = deps.powerChart.session(request);
    const domain = deps.domains.find(({ tenant }) => tenant.id === session?.tenant);
    if (session === undefined || domain === undefined) response.redirect(303, "/");
    else
      await page(
        { domain, practitionerId: session.practitionerId, faultsOn: deps.faults.on() },
        request,
        response,
      );
  };
}

function switchFaults(faults: FaultMenu, body: unknown): void {
  const read = z
    .looseObject({
      fault: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
      clear: z.string().optional(),
    })
    .parse(body ?? {});
  faults.clear();
  if (read.clear !== undefined) return;
  for (const name of read.fault.filter(isFaultName)) {
    const seconds = z.coerce.number().min(0).max(120).safeParse(read[`seconds-${name}`]);
    faults.set(name, FAULT_SECONDS[name] !== undefined && seconds.success ? { seconds: seconds.data } : {});
  }
}
