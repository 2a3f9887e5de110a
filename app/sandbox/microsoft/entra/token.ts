/** The token endpoint: tokens for a person by an authorization code, and for an application by itself. */
import { Router, urlencoded } from "express";
import * as z from "zod";
import { CONTOSO, type SandboxPerson } from "../people.ts";
import { AadError, answerAadError } from "./aadError.ts";
import { apiOf, ownToken } from "./apiTokens.ts";
import { proveClient } from "./clientProof.ts";
import type { Codes, Redeemed } from "./codes.ts";
import { GRAPH, scopeOfGraph } from "./graphScope.ts";
import {
  grantedRoles,
  isForeign,
  issuer,
  pairwiseSubject,
  type Tenant,
  type TrustingRegistration,
} from "./tenant.ts";

const tokenForm = z.object({
  grant_type: z.string(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  client_assertion: z.string().optional(),
  client_assertion_type: z.string().optional(),
  scope: z.string().optional(),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
});
type TokenForm = z.output<typeof tokenForm>;

const ACCESS_TOKEN_SECONDS = 3599;

export function token(tenant: Tenant, codes: Codes): Router {
  const router = Router();
  router.post(
    `/${tenant.options.tenantId}/oauth2/v2.0/token`,
    urlencoded({ extended: false }),
    async (request, response) => {
      response.set({ "Cache-Control": "no-store", Pragma: "no-cache" });
      try {
        response.json(await answer(tenant, codes, request.body));
      } catch (error) {
        if (!(error instanceof AadError)) throw error;
        answerAadError(response, error, tenant.now());
      }
    },
  );
  return router;
}

async function answer(tenant: Tenant, codes: Codes, body: unknown): Promise<object> {
  const form = tokenForm.safeParse(body);
  if (!form.success)
    throw new AadError(
      900144,
      "invalid_request",
      "The request body must contain the following parameter: 'grant_type'.",
    );
  const registration = await proveClient(tenant, form.data);
  switch (form.data.grant_type) {
    case "authorization_code":
      return personTokens(tenant, registration, redeem(codes, form.data));
    case "client_credentials":
      return applicationToken(tenant, registration, form.data.scope ?? "");
    default:
      throw new AadError(
        70003,
        "unsupported_grant_type",
        `The app requested an unsupported grant type '${form.data.grant_type}'.`,
      );
  }
}

function redeem(codes: Codes, form: TokenForm): Redeemed {
  const { code, redirect_uri: redirectUri, code_verifier: verifier } = form;
  if (code === undefined || redirectUri === undefined)
    throw new AadError(
      900144,
      "invalid_request",
      "The request body must contain the following parameters: 'code', 'redirect_uri'.",
    );
  if (verifier === undefined)
    throw new AadError(
      50148,
      "invalid_grant",
      "The request body must contain the following parameter: 'code_verifier'.",
    );
  return codes.redeem(code, redirectUri, verifier);
}

async function personTokens(
  tenant: Tenant,
  registration: TrustingRegistration,
  { person, request }: Redeemed,
): Promise<object> {
  const of = isForeign(tenant, person) ? issuer(tenant, person.tid) : issuer(tenant);
  const about = { iss: of, tid: person.tid, oid: person.oid, sub: pairwiseSubject(person, request.clientId) };
  const idToken = await tenant.tokens.issue(
    {
      ...about,
      aud: request.clientId,
      name: person.displayName,
      preferred_username: person.userName,
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
      // The directory that knows a guest; a member's token leaves the claim out.
      ...(person.kind === "guest" && { idp: `https://sts.windows.net/${CONTOSO}/` }),
      ...askedClaims(tenant, registration, person),
    },
    ACCESS_TOKEN_SECONDS,
  );
  const scopes = request.scopes.map((scope) => scopeOfGraph(tenant, scope) ?? scope);
  const accessToken = await tenant.tokens.issue(
    { ...about, aud: GRAPH, azp: request.clientId, scp: scopes.join(" ") },
    ACCESS_TOKEN_SECONDS,
  );
  return { ...answered(accessToken), scope: request.scopes.join(" "), id_token: idToken };
}

/** The claims that the registration asks for and the roles that it offers. Entra leaves out empty claims. */
function askedClaims(
  { faults }: Pick<Tenant, "faults">,
  { idTokenSays, appRoles }: TrustingRegistration,
  person: SandboxPerson,
): object {
  const roles = person.roles.filter((role) => appRoles.includes(role));
  const isListed = idTokenSays.includes("wids") && faults.current().directoryRoles === "listed";
  const wids = isListed ? person.wids : [];
  return {
    // The value is 0 for a member and 1 for a guest.
    ...(idTokenSays.includes("acct") && { acct: person.kind === "guest" ? 1 : 0 }),
    ...(roles.length > 0 && { roles }),
    ...(wids.length > 0 && { wids }),
  };
}

async function applicationToken(
  tenant: Tenant,
  registration: TrustingRegistration,
  scope: string,
): Promise<object> {
  const audience = scope.replace(/\/\.default$/, "");
  if (audience === scope || scope.includes(" "))
    throw new AadError(
      1002012,
      "invalid_scope",
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  const api = apiOf(tenant, audience);
  if (api !== undefined) return answered(await ownToken(tenant, registration, api, audience));
  const isGraph = audience === GRAPH || audience === tenant.origins().backChannel;
  if (!isGraph && !tenant.resources.includes(audience.replace(/\/$/, "")))
    throw new AadError(
      500011,
      "invalid_resource",
      `The resource principal named ${audience} was not found in the tenant named Lamna Healthcare.`,
    );
  const { clientId, servicePrincipalId } = registration;
  const accessToken = await tenant.tokens.issue(
    {
      iss: issuer(tenant),
      tid: tenant.options.tenantId,
      aud: audience,
      sub: servicePrincipalId ?? clientId,
      ...(servicePrincipalId !== undefined && { oid: servicePrincipalId }),
      azp: clientId,
      idtyp: "app",
      ...(isGraph && { roles: grantedRoles(tenant, registration) }),
    },
    ACCESS_TOKEN_SECONDS,
  );
  return answered(accessToken);
}

function answered(accessToken: string): object {
  return {
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    ext_expires_in: ACCESS_TOKEN_SECONDS,
    access_token: accessToken,
  };
}
