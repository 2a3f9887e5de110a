/** Millennium's refusals, in each of their forms. */
import type { OperationOutcome, OperationOutcomeIssue } from "@medplum/fhirtypes";
import type { Response } from "express";

export const FHIR_JSON = "application/fhir+json; charset=utf-8";

/** An answer of Millennium that is not the chart's content, in one of several forms. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly body: OperationOutcome | { readonly code: number; readonly message: string } | string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    body: Refusal["body"],
    headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(typeof body === "string" ? body : JSON.stringify(body), options);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function sendRefusal(response: Response, { status, body, headers }: Refusal): void {
  response.status(status).set(headers);
  if (typeof body === "string") response.type("text/plain").send(body);
  else if ("resourceType" in body) response.set("content-type", FHIR_JSON).send(JSON.stringify(body));
  else response.json(body);
}

export function outcome(
  status: number,
  code: OperationOutcomeIssue["code"],
  text: string,
  location?: string,
): Refusal {
  return new Refusal(status, {
    resourceType: "OperationOutcome",
    issue: [
      {
        severity: "error",
        code,
        details: { text },
        ...(location === undefined ? {} : { location: [location] }),
      },
    ],
  });
}

/** The outcome that Millennium puts among the results of a search that left something out. */
export const warning = (): OperationOutcome => ({
  resourceType: "OperationOutcome",
  issue: [{ severity: "warning", code: "suppressed", details: { text: "Some results are not shown" } }],
});

export const notFound = (): Refusal => outcome(404, "not-found", "Resource not found");

export const tenantNotValid = (): Refusal => new Refusal(403, "Tenant not valid or accessible");

export const noSearchParameters = (): Refusal => new Refusal(400, "no supported search parameters provided");

/** Tells a caller without a valid token so, in FHIR and in the header of RFC 6750, whose realm is the chart system's host. */
export function notSignedIn(fhirBase: string): Refusal {
  const diagnostics = `Bearer realm="${new URL(fhirBase).hostname}", error="invalid_token"`;
  const issue = { severity: "error", code: "login", diagnostics, location: ["http.Authorization"] } as const;
  return new Refusal(
    401,
    { resourceType: "OperationOutcome", issue: [{ ...issue, location: [...issue.location] }] },
    { "www-authenticate": diagnostics },
  );
}

/** The refusal for a missing scope, the only one that is JSON and not FHIR. */
export function insufficientScopes(): Refusal {
  const message =
    'code="urn:cerner:error:oauth2:resource-access:insufficient-scopes", error="insufficient_scope", subcode="no_scope_for_resource_path"';
  return new Refusal(403, { code: 403, message });
}

export function throttled(retryAfterSeconds?: number): Refusal {
  return new Refusal(
    429,
    {
      resourceType: "OperationOutcome",
      issue: [{ severity: "error", code: "throttled", diagnostics: "Too Many Requests" }],
    },
    retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
  );
}
