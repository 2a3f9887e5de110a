/** SMART App Launch, the part after the EHR has called us: authorize, token, refresh. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ConfiguredConnection, Client } from "../../domain/hospital.ts";
import { helpWithinReach } from "../../domain/helpLink.ts";
import { missingScopes, scopesToAsk } from "../../domain/scopes.ts";
import {
  EhrFault,
  type Grant,
  type SignInAnswer,
  type SignInEndpoints,
  type SignInRequest,
} from "../../ports/ehr.ts";
import type { Vault } from "../../ports/vault.ts";
import { proof } from "./clientAuthentication.ts";
import { provenUser, type KeySets } from "./idToken.ts";
import type { Send } from "./send.ts";

export interface SignInDeps {
  readonly send: Send;
  readonly vault: Vault;
  readonly keys: KeySets;
  readonly now: () => Date;
}

/** Renewed when less than this is left; Oracle may throttle whoever refreshes more than once a minute. */
const RENEW_BEFORE_MS = 120_000;
const NOT_AGAIN_BEFORE_MS = 60_000;

const tokenSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().default(300),
  scope: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  patient: z.string().optional(),
  encounter: z.string().optional(),
  need_patient_banner: z.union([z.boolean(), z.stringbool()]).default(true),
});
type TokenAnswer = z.output<typeof tokenSchema>;
const refusalSchema = z.object({ error: z.string(), error_uri: z.string().optional() });

export function signInUrl(
  connection: ConfiguredConnection,
  endpoints: SignInEndpoints,
  request: SignInRequest,
): URL {
  const url = new URL(endpoints.authorizationEndpoint);
  const parameters = {
    response_type: "code",
    client_id: client(connection).clientId,
    redirect_uri: request.redirectUri,
    scope: scopesToAsk(connection).join(" "),
    state: request.state,
    nonce: request.nonce,
    aud: connection.fhirBaseUrl,
    launch: request.launch,
    code_challenge: createHash("sha256").update(request.verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

export async function redeem(
  deps: SignInDeps,
  connection: ConfiguredConnection,
  endpoints: SignInEndpoints,
  answer: SignInAnswer,
): Promise<Grant> {
  const token = await askForToken(deps, connection, endpoints, {
    grant_type: "authorization_code",
    code: answer.code,
    redirect_uri: answer.redirectUri,
    code_verifier: answer.verifier,
  });
  // RFC 6749 5.1: no scope in the answer means all that were asked for.
  const missing = token.scope === undefined ? [] : missingScopes(connection, token.scope.split(" "));
  if (missing.length > 0)
    throw new EhrFault({ kind: "scopes-trimmed", missing }, "the EHR granted fewer scopes than needed");
  if (token.id_token === undefined)
    throw new EhrFault({ kind: "scopes-trimmed", missing: ["openid"] }, "the EHR sent no id_token");
  const fhirUser = await provenUser(deps.keys, token.id_token, {
    endpoints,
    clientId: client(connection).clientId,
    nonce: answer.nonce,
    base: connection.fhirBaseUrl,
    now: deps.now(),
  });
  return {
    ...lifetimes(token, deps.now()),
    ...(token.refresh_token !== undefined && { refreshToken: token.refresh_token }),
    fhirUser,
    ...(token.patient !== undefined && { patient: token.patient }),
    ...(token.encounter !== undefined && { encounter: token.encounter }),
    needPatientBanner: token.need_patient_banner,
  };
}

/** Keeps the refresh token when the answer has no new one, as Oracle's has not. */
export async function renew(
  deps: SignInDeps,
  connection: ConfiguredConnection,
  endpoints: SignInEndpoints,
  grant: Grant,
): Promise<Grant> {
  const now = deps.now().getTime();
  if (grant.expiresAt - now > RENEW_BEFORE_MS) return grant;
  const recent = now - grant.obtainedAt < NOT_AGAIN_BEFORE_MS;
  if (grant.expiresAt > now && (recent || grant.refreshToken === undefined)) return grant;
  if (grant.refreshToken === undefined)
    throw new EhrFault({ kind: "session-over" }, "the access token has expired and cannot be renewed");
  const token = await askForToken(deps, connection, endpoints, {
    grant_type: "refresh_token",
    refresh_token: grant.refreshToken,
  });
  return {
    ...grant,
    ...lifetimes(token, deps.now()),
    refreshToken: token.refresh_token ?? grant.refreshToken,
  };
}

async function askForToken(
  deps: SignInDeps,
  connection: ConfiguredConnection,
  endpoints: SignInEndpoints,
  parameters: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { tokenEndpoint } = endpoints;
  const registration = client(connection);
  const { headers, parameters: proofParameters } = await proof(
    deps.vault,
    registration,
    tokenEndpoint,
    deps.now(),
  );
  const body = new URLSearchParams({ ...parameters, client_id: registration.clientId, ...proofParameters });
  // RFC 6749 2.3: one way of client authentication a request; with Basic the id is in the header.
  if (registration.authentication.method === "client_secret_basic") body.delete("client_id");
  const answer = await deps.send({
    method: "POST",
    url: tokenEndpoint,
    headers: { ...headers, accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: body.toString(),
  });
  if (answer.status >= 500 || answer.status === 429)
    throw new EhrFault({ kind: "chart-unavailable" }, "the token endpoint answered " + String(answer.status));
  const content = parsed(answer.body);
  if (answer.status >= 400) throw refusal(content, endpoints, parameters["grant_type"] === "refresh_token");
  const token = tokenSchema.safeParse(content);
  if (!token.success)
    throw new EhrFault({ kind: "sign-in-unproven" }, "the token answer lacks what OAuth requires");
  return token.data;
}

function refusal(content: unknown, endpoints: SignInEndpoints, renewing: boolean): EhrFault {
  const known = refusalSchema.safeParse(content);
  const code = known.success ? known.data.error.slice(0, 60) : "no OAuth error";
  if (renewing && code === "invalid_grant")
    return new EhrFault({ kind: "session-over" }, "the EHR ended the session");
  const help = known.success
    ? helpWithinReach(known.data.error_uri, [endpoints.authorizationEndpoint, endpoints.tokenEndpoint])
    : undefined;
  return new EhrFault(
    { kind: "sign-in-refused", ...(help !== undefined && { help }) },
    "the token endpoint refused: " + code,
  );
}

function lifetimes(token: TokenAnswer, now: Date): Pick<Grant, "accessToken" | "obtainedAt" | "expiresAt"> {
  return {
    accessToken: token.access_token,
    obtainedAt: now.getTime(),
    expiresAt: now.getTime() + token.expires_in * 1000,
  };
}

function client(connection: ConfiguredConnection): Client {
  if (connection.provider === undefined)
    throw new Error("connection " + connection.id + " has no provider registration");
  return connection.provider;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
