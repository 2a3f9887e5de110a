/**
 * The authorize page. A clinician whose PowerChart is open passes without a page; anybody else picks a person. Without a
 * browser, POST the same parameters as a form, with `practitioner=<id>` (or `decision=deny`); the answer is the redirect.
 */
import express, { type Request, type Response, type Router } from "express";
import { randomUUID } from "node:crypto";
import { send } from "../board/frame.tsx";
import type { PowerChart } from "../board/sessions.ts";
import { ErrorPage, SignInPage } from "../board/signInPages.tsx";
import type { Domain } from "../domain.ts";
import type { FaultMenu } from "../faults.ts";
import type { RegisteredClient } from "../options.ts";
import { PATHS } from "./addresses.ts";
import {
  readAuthorizeRequest,
  returnAddress,
  type AuthorizeRequest,
  type Parameters,
} from "./authorizeRequest.ts";
import type { Grants } from "./grants.ts";
import { OAuthRefusal } from "./oauthError.ts";

export interface AuthorizeDeps {
  readonly domain: (tenant: string | undefined) => Domain | undefined;
  readonly clients: () => readonly RegisteredClient[];
  readonly grants: Grants;
  readonly faults: FaultMenu;
  readonly powerChart: PowerChart;
}

export function authorizePage(deps: AuthorizeDeps): Router {
  const router = express.Router();
  router.get(PATHS.authorize, (request, response) => {
    authorize(deps, request, response, onlyStrings(request.query));
  });
  router.post(
    PATHS.authorize,
    express.urlencoded({ extended: false, limit: "64kb" }),
    (request, response) => {
      authorize(deps, request, response, onlyStrings(request.body));
    },
  );
  router.get(PATHS.error, (request, response) => {
    send(response, 200, <ErrorPage urn={request.params.urn} instance={request.params.instance} />);
  });
  return router;
}

function authorize(deps: AuthorizeDeps, request: Request, response: Response, sent: Parameters): void {
  const domain = deps.domain(parameter(request, "tenant"));
  let asking: ReturnType<typeof returnAddress> | undefined;
  try {
    if (domain === undefined) throw new OAuthRefusal("invalid_request", "grant:unknown-tenant");
    asking = returnAddress(deps.clients(), domain.tenant.id, sent);
    if (asking.client.persona !== parameter(request, "persona"))
      throw new OAuthRefusal("unauthorized_client", "grant:client-persona-mismatch");
    const asked = readAuthorizeRequest(
      domain.at,
      deps.grants,
      deps.faults.isOn("pkceRequired"),
      asking,
      sent,
    );
    if (deps.faults.isOn("signInRefused") || sent["decision"] === "deny")
      throw new OAuthRefusal("access_denied", "grant:access-denied");
    const practitionerId = whoSignsIn(deps, domain, request, asked, sent);
    if (practitionerId === undefined) {
      send(response, 200, <SignInPage domain={domain} request={asked} sent={sent} />);
      return;
    }
    if (sent["practitioner"] !== undefined)
      deps.powerChart.signIn(response, domain.tenant.id, practitionerId);
    goBack(response, asking.returnTo, { code: grantCode(deps, domain, asked, practitionerId) });
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    const instance = randomUUID();
    if (asking === undefined || domain === undefined)
      send(response, 400, <ErrorPage urn={error.urn} instance={instance} />);
    else
      goBack(response, asking.returnTo, {
        error: error.error,
        error_uri: domain.at.error(error.urn, instance, asking.client),
      });
  }
}

/** Who signs in. A launch belongs to the clinician from whose chart it came, and nobody else may use it. */
function whoSignsIn(
  deps: AuthorizeDeps,
  domain: Domain,
  request: Request,
  asked: AuthorizeRequest,
  sent: Parameters,
): string | undefined {
  const picked = sent["practitioner"];
  const expected = asked.launch?.context.practitionerId;
  if (picked !== undefined) {
    const isKnown = domain.clinic.clinicians.some((clinician) => clinician.id === picked);
    if (!isKnown || (expected !== undefined && picked !== expected))
      throw new OAuthRefusal("access_denied", "grant:another-user");
    return picked;
  }
  const session = deps.powerChart.session(request);
  if (session?.tenant !== domain.tenant.id) return undefined;
  return expected === undefined || session.practitionerId === expected ? session.practitionerId : undefined;
}

function grantCode(
  deps: AuthorizeDeps,
  domain: Domain,
  asked: AuthorizeRequest,
  practitionerId: string,
): string {
  if (asked.launch !== undefined) deps.grants.useLaunch(asked.launch.value);
  return deps.grants.code({
    redirectUri: asked.redirectUri,
    challenge: asked.challenge,
    grant: {
      id: randomUUID(),
      tenant: domain.tenant.id,
      clientId: asked.client.clientId,
      practitionerId,
      scopes: granted(deps.faults, asked),
      ...(asked.launch === undefined ? {} : { launch: asked.launch.context }),
      ...(asked.nonce === undefined ? {} : { nonce: asked.nonce }),
    },
  });
}

function granted(faults: FaultMenu, asked: AuthorizeRequest): string[] {
  return asked.scopes.filter(
    (scope) =>
      asked.client.scopes.includes(scope) &&
      !(faults.isOn("openidMissing") && scope === "openid") &&
      !(faults.isOn("scopesTrimmed") && scope.includes("/")),
  );
}

function goBack(response: Response, to: AuthorizeRequest["returnTo"], answer: Record<string, string>): void {
  const url = new URL(to.uri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (to.state !== undefined) url.searchParams.set("state", to.state);
  response.set({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  response.status(302).location(url.href).end();
}

function parameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === "string" ? value : "";
}

/** The parameters, without any that was sent twice, so that no rule can be met by one of two values. */
function onlyStrings(sent: unknown): Parameters {
  if (typeof sent !== "object" || sent === null) return {};
  return Object.fromEntries(
    Object.entries(sent).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}
