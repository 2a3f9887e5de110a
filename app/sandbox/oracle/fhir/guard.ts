/**
 * What every request to the chart passes before it is answered: ids, formats, faults that are on, the token and its
 * scopes.
 */
import type { Request, RequestHandler } from "express";
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Domain } from "../domain.ts";
import type { FaultMenu } from "../faults.ts";
import { allows } from "../smart/scopes.ts";
import { readAccessToken, type Bearer, type TokenDeps } from "../smart/tokens.ts";
import { insufficientScopes, notSignedIn, outcome, Refusal, throttled } from "./outcomes.ts";

/** Puts ids on every answer, by which Oracle's support finds a request. */
export const requestIds: RequestHandler = (_request, response, next) => {
  response.set({
    "x-request-id": randomUUID(),
    "opc-request-id": `/${randomBytes(16).toString("hex").toUpperCase()}/${randomBytes(16).toString("hex").toUpperCase()}`,
    vary: "Origin",
    "cache-control": "no-store",
  });
  next();
};

/** Refuses every format but JSON, without a body. */
export function refuseOtherMedia(request: Request): void {
  if (request.accepts(["application/fhir+json", "application/json"]) === false) throw new Refusal(406, "");
}

/** Refuses a `_format` that does not name JSON, by word or by media type. */
export function refuseOtherFormat(format: unknown): void {
  if (!["json", "application/json", "application/fhir+json"].includes(String(format)))
    throw new Refusal(406, "");
}

/** Applies the faults that affect every use of the chart. */
export async function sufferFaults(faults: FaultMenu): Promise<void> {
  await wait(faults.seconds("slow") * 1000, undefined, { ref: false });
  if (faults.isOn("throttled")) throw throttled();
  if (faults.isOn("throttledWithRetryAfter")) throw throttled(faults.seconds("throttledWithRetryAfter"));
  if (faults.isOn("forbidden")) throw insufficientScopes();
  if (faults.isOn("serverError"))
    throw new Refusal(500, {
      resourceType: "OperationOutcome",
      issue: [{ severity: "fatal", code: "required", location: ["/f:Appointment/f:status"] }],
    });
  if (faults.isOn("outcomeInPlace")) throw outcome(200, "processing", "The request could not be processed");
  if (faults.isOn("badGateway")) throw new Refusal(502, "Bad Gateway");
  if (faults.isOn("unavailable")) throw outcome(503, "transient", "Service unavailable");
}

/** Applies the fault that affects appointments which are asked for by their ids. */
export function sufferById(faults: FaultMenu, type: string): void {
  if (type === "Appointment" && faults.isOn("byIdFails"))
    throw outcome(500, "exception", "The record could not be shown");
}

/** The bearer of a token of this tenant that has not expired. @throws Refusal for any other token */
export async function bearerOf(deps: TokenDeps, domain: Domain, request: Request): Promise<Bearer> {
  const token = /^Bearer (\S+)$/iu.exec(request.get("authorization") ?? "")?.[1];
  const bearer = token === undefined ? undefined : await readAccessToken(deps, domain.at, token);
  if (bearer?.tenant !== domain.tenant.id) throw notSignedIn(domain.at.fhirBase);
  return bearer;
}

/** Refuses a token without the scopes that the request needs. A PATCH reads what it changes, so it needs both. */
export function demandScopes(bearer: Bearer, resource: string, method: string): void {
  const needed = method === "PATCH" ? (["read", "write"] as const) : (["read"] as const);
  if (!needed.every((access) => allows(bearer.scopes, resource, access))) throw insufficientScopes();
}
