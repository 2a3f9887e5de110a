/** The token and revocation endpoints. The client is authenticated first, then the request is judged. */
import { createHash } from "node:crypto";
import type { Router } from "express";
import express from "express";
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import type { Domain } from "../domain.ts";
import type { RegisteredClient } from "../options.ts";
import { PATHS } from "./addresses.ts";
import type { ClientAuthentication } from "./clientAuthentication.ts";
import type { Grant, Grants } from "./grants.ts";
import { OAuthRefusal } from "./oauthError.ts";
import { requestedScopes } from "./scopes.ts";
import { accessToken, idToken, TOKEN_LIVES_SECONDS, type TokenDeps } from "./tokens.ts";

export interface TokenEndpointDeps extends TokenDeps {
  readonly domain: (tenant: string | undefined) => Domain | undefined;
  readonly authentication: ClientAuthentication;
  readonly grants: Grants;
}

type Form = Record<string, string>;

/** A parameter that was sent twice is an array, which is refused, because OAuth allows each parameter once. */
const formSchema = z.record(z.string(), z.string());

export function tokenEndpoint(deps: TokenEndpointDeps): Router {
  const router = express.Router();
  router.use(express.urlencoded({ extended: false, limit: "64kb" }));
  router.post(PATHS.token, async (request, response) => {
    await wait(deps.faults.seconds("slow") * 1000, undefined, { ref: false });
    const domain = deps.domain(request.params.tenant);
    response.set({ "cache-control": "no-store", pragma: "no-cache" });
    let clientId = "";
    try {
      if (domain === undefined) throw new OAuthRefusal("invalid_request", "token:unknown-tenant");
      const form = formOf(request.body);
      const client = await deps.authentication.authenticate(
        domain.at.token,
        request.get("authorization"),
        form,
      );
      clientId = client.clientId;
      response.json(await answer(deps, domain, client, form));
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error;
      const uri = domain?.at.error(error.urn, crypto.randomUUID(), { clientId });
      if (error.error === "invalid_client") response.set("www-authenticate", 'Basic realm="localhost"');
      response
        .status(error.error === "invalid_client" ? 401 : 400)
        .json({ error: error.error, error_uri: uri });
    }
  });
  router.post(PATHS.revoke, async (request, response) => {
    const domain = deps.domain(request.params.tenant);
    try {
      if (domain === undefined) throw new OAuthRefusal("invalid_request", "token:unknown-tenant");
      const form = formOf(request.body);
      const client = await authenticateForRevocation(deps, domain, request.get("authorization"), form);
      const token = form["token"] ?? "";
      if (deps.grants.refreshed(token)?.clientId === client.clientId) deps.grants.revoke(token);
      response.status(200).end();
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error;
      response.status(error.error === "invalid_client" ? 401 : 400).json({ error: error.error });
    }
  });
  return router;
}

/**
 * Authenticates for the revocation endpoint. The assertion's audience may be that endpoint or the token endpoint, because
 * RFC 7523 leaves it open.
 */
function authenticateForRevocation(
  deps: TokenEndpointDeps,
  domain: Domain,
  authorization: string | undefined,
  form: Form,
): Promise<RegisteredClient> {
  const { authentication } = deps;
  return authentication
    .authenticate(domain.at.revoke, authorization, form)
    .catch(() => authentication.authenticate(domain.at.token, authorization, form));
}

function formOf(body: unknown): Form {
  const form = formSchema.safeParse(body);
  if (!form.success) throw new OAuthRefusal("invalid_request", "token:form", { cause: form.error });
  return form.data;
}

function answer(
  deps: TokenEndpointDeps,
  domain: Domain,
  client: RegisteredClient,
  form: Form,
): Promise<object> {
  if (deps.faults.isOn("tokenRefused")) throw new OAuthRefusal("invalid_grant", "token:refused");
  switch (form["grant_type"]) {
    case "authorization_code":
      return forCode(deps, domain, client, form);
    case "refresh_token":
      return forRefreshToken(deps, domain, client, form);
    case "client_credentials":
      return forSystemAccount(deps, domain, client, form);
    default:
      throw new OAuthRefusal("unsupported_grant_type", "token:grant-type");
  }
}

async function forCode(deps: TokenEndpointDeps, domain: Domain, client: RegisteredClient, form: Form) {
  const code = deps.grants.redeem(form["code"] ?? "");
  if (code === undefined) throw new OAuthRefusal("invalid_grant", "token:code");
  const { grant } = code;
  if (grant.clientId !== client.clientId || grant.tenant !== domain.tenant.id)
    throw new OAuthRefusal("invalid_grant", "token:code-of-another-client");
  if (form["redirect_uri"] !== code.redirectUri)
    throw new OAuthRefusal("invalid_grant", "token:redirect-uri");
  if (!provesChallenge(form["code_verifier"], code.challenge))
    throw new OAuthRefusal("invalid_grant", "token:pkce");
  const keeps = grant.scopes.includes("online_access") || grant.scopes.includes("offline_access");
  return {
    ...(await userTokens(deps, domain, grant)),
    ...(keeps ? { refresh_token: deps.grants.refreshToken(grant) } : {}),
    ...(grant.scopes.includes("openid")
      ? { id_token: await idToken(deps, domain.at, grant, domain.clinic.clinician(grant.practitionerId)) }
      : {}),
  };
}

/** Answers for a refresh token. Oracle does not rotate it, so it stays valid and is not repeated in the answer. */
function forRefreshToken(deps: TokenEndpointDeps, domain: Domain, client: RegisteredClient, form: Form) {
  const grant = deps.grants.refreshed(form["refresh_token"] ?? "");
  if (grant?.clientId !== client.clientId || grant.tenant !== domain.tenant.id)
    throw new OAuthRefusal("invalid_grant", "token:refresh-token");
  return userTokens(deps, domain, grant);
}

async function userTokens(deps: TokenEndpointDeps, domain: Domain, grant: Grant) {
  const clinician = domain.clinic.clinician(grant.practitionerId);
  const { launch } = grant;
  return {
    access_token: await accessToken(deps, domain.at, grant),
    token_type: "Bearer",
    expires_in: TOKEN_LIVES_SECONDS,
    scope: grant.scopes.join(" "),
    active_ttl: 3600,
    tenant: domain.tenant.id,
    user: clinician.id,
    username: clinician.username,
    ...(launch === undefined
      ? {}
      : {
          patient: launch.patientId,
          ...(launch.encounterId === undefined ? {} : { encounter: launch.encounterId }),
          need_patient_banner: !deps.faults.isOn("noPatientBanner"),
          smart_style_url: domain.at.style,
        }),
  };
}

async function forSystemAccount(
  deps: TokenEndpointDeps,
  domain: Domain,
  client: RegisteredClient,
  form: Form,
) {
  if (client.persona !== "system")
    throw new OAuthRefusal("unauthorized_client", "token:client-persona-mismatch");
  const verdict = requestedScopes(form["scope"], "system");
  if (!verdict.ok) throw new OAuthRefusal("invalid_scope", verdict.urn);
  const isTrimmed = deps.faults.isOn("systemScopesTrimmed");
  const scopes = verdict.scopes.filter(
    (scope) => client.scopes.includes(scope) && (!isTrimmed || scope === "system/Patient.read"),
  );
  if (scopes.length === 0) throw new OAuthRefusal("invalid_scope", "token:empty-scopes");
  const bearer = { tenant: domain.tenant.id, clientId: client.clientId, scopes };
  return {
    access_token: await accessToken(deps, domain.at, bearer),
    token_type: "Bearer",
    expires_in: TOKEN_LIVES_SECONDS,
    scope: scopes.join(" "),
  };
}

/**
 * Whether the verifier matches. A verifier without a challenge is refused too, because the challenge was lost on the way and
 * protects nothing.
 */
function provesChallenge(verifier: string | undefined, challenge: string | undefined): boolean {
  if (verifier === undefined || challenge === undefined) return verifier === challenge;
  return createHash("sha256").update(verifier).digest("base64url") === challenge;
}
