/** The FHIR R4 service root of every tenant, at `/r4/{tenant}`. */
import { OperationOutcomeError } from "@medplum/core";
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import type { Domain } from "../domain.ts";
import { isEnabled, type RegisteredClient } from "../options.ts";
import { smartConfiguration } from "../smart/discovery.ts";
import type { TokenDeps } from "../smart/tokens.ts";
import { capabilityStatement } from "./capability.ts";
import {
  bearerOf,
  demandScopes,
  refuseOtherFormat,
  refuseOtherMedia,
  requestIds,
  sufferById,
  sufferFaults,
} from "./guard.ts";
import { FHIR_JSON, notFound, outcome, Refusal, sendRefusal, tenantNotValid } from "./outcomes.ts";
import { makePaging } from "./paging.ts";
import { etagOf, patched } from "./patchAppointment.ts";
import { asFaultsHaveIt } from "./changedLocation.ts";
import { search, type Served } from "./search.ts";

export interface FhirDeps extends TokenDeps {
  readonly domain: (tenant: string | undefined) => Domain | undefined;
  readonly clients: () => readonly RegisteredClient[];
}

const SERVED: readonly Served[] = ["Appointment", "Encounter", "Patient", "Practitioner", "Location"];

export function fhirRoutes(deps: FhirDeps): Router {
  const router = express.Router();
  const paging = makePaging(deps.faults);
  router.use(requestIds);

  const domainOf = (request: Request): Domain => {
    const domain = deps.domain(pathPart(request, "tenant"));
    if (domain === undefined) throw tenantNotValid();
    return domain;
  };

  router.get("/r4/:tenant/.well-known/smart-configuration", (request, response) => {
    response.json(smartConfiguration(domainOf(request).at));
  });
  router.get("/r4/:tenant/metadata", (request, response) => {
    const { at } = domainOf(request);
    // Only here may the query name the format, and then it takes precedence over the header.
    if (request.query["_format"] === undefined) refuseOtherMedia(request);
    else refuseOtherFormat(request.query["_format"]);
    sendResource(response, capabilityStatement(at, deps.now()));
  });
  router.get("/r4/:tenant/:type", async (request, response) => {
    const { domain, type } = await admit(deps, domainOf(request), request, "GET");
    const sent = new URL(request.originalUrl, domain.at.fhirBase).searchParams;
    const at = paging.continued(sent, domain.tenant.id, type) ?? {
      tenant: domain.tenant.id,
      type,
      query: sent.toString(),
      offset: 0,
    };
    const { fhirBase } = domain.at;
    const query = new URLSearchParams(at.query);
    if (query.has("_id")) sufferById(deps.faults, type);
    const { found, pageSize } = await search(domain.clinic.chart, fhirBase, type, query);
    const size = deps.faults.isOn("smallPages") ? Math.min(5, pageSize) : pageSize;
    const shown = found.flatMap((each) => asFaultsHaveIt(deps.faults, each) ?? []);
    sendResource(response, paging.page(fhirBase, at, shown, size));
  });
  router.get("/r4/:tenant/:type/:id", async (request, response) => {
    const { domain, type } = await admit(deps, domainOf(request), request, "GET");
    sufferById(deps.faults, type);
    const read = await domain.clinic.chart.read(type, pathPart(request, "id"));
    const resource = read && asFaultsHaveIt(deps.faults, read);
    if (resource === undefined) throw notFound();
    response.set({ etag: etagOf(resource), "last-modified": httpDate(resource.meta?.lastUpdated) });
    sendResource(response, resource);
  });

  const body = express.json({ type: "application/json-patch+json", limit: "256kb" });
  const patch = async (request: Request, response: Response) => {
    const { domain, type } = await admit(deps, domainOf(request), request, "PATCH");
    if (type !== "Appointment") throw outcome(405, "not-supported", `${type} cannot be patched here`);
    if (request.is("application/json-patch+json") === false)
      throw outcome(415, "not-supported", "A PATCH is application/json-patch+json");
    const written = await domain.clinic.change(pathPart(request, "id"), (appointment) =>
      patched(deps.faults, appointment, request.get("if-match"), request.body),
    );
    if (written === undefined) throw notFound();
    response.set({ etag: etagOf(written), "last-modified": httpDate(written.meta?.lastUpdated) });
    response.status(200).type("text/html").end();
  };
  router.patch("/r4/:tenant/:type/:id", body, patch);
  // Where a proxy does not pass PATCH, Oracle accepts a POST that says it is one.
  router.post("/r4/:tenant/:type/:id", body, async (request, response) => {
    const said = request.query["_method"] ?? request.get("x-http-method-override");
    if (typeof said !== "string" || said.toLowerCase() !== "patch")
      throw outcome(405, "not-supported", "POST is not supported here");
    await patch(request, response);
  });
  router.use("/r4/:tenant", (request) => {
    domainOf(request);
    throw notFound();
  });
  const nowhere: RequestHandler = (_request, response) => {
    response.status(502).type("text/plain").send("Bad Gateway");
  };
  router.use("/r4", nowhere);
  router.all("/", nowhere);
  router.use(refusals);
  return router;
}

/** The checks that every use of the chart must pass, in Millennium's order. */
async function admit(
  deps: FhirDeps,
  domain: Domain,
  request: Request,
  method: "GET" | "PATCH",
): Promise<{ readonly domain: Domain; readonly type: Served }> {
  refuseOtherMedia(request);
  const bearer = await bearerOf(deps, domain, request);
  const client = deps.clients().find((each) => each.clientId === bearer.clientId);
  if (client === undefined || !isEnabled(client, domain.tenant.id)) throw tenantNotValid();
  await sufferFaults(deps.faults);
  const type = SERVED.find((each) => each === request.params["type"]);
  if (type === undefined) throw notFound();
  demandScopes(bearer, type, method);
  return { domain, type };
}

const refusals: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof Refusal) sendRefusal(response, error);
  else if (error instanceof OperationOutcomeError)
    sendRefusal(response, new Refusal(422, error.outcome, {}, { cause: error }));
  else if (error instanceof SyntaxError)
    sendRefusal(response, outcome(400, "structure", "The body is not JSON"));
  else next(error);
};

function sendResource(response: Response, resource: object): void {
  response.set("content-type", FHIR_JSON).send(JSON.stringify(resource));
}

function pathPart(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === "string" ? value : "";
}

function httpDate(instant: string | undefined): string {
  return new Date(instant ?? 0).toUTCString();
}
