/** SMART App Launch from the authorization request on: authorize, token and refresh. */
import { createHash } from "node:crypto";
import { isYounger } from "../../domain/age.ts";
import type { ConfiguredClient, ConfiguredConnection } from "../../domain/hospital.ts";
import { missingScopes, scopesToAsk } from "../../domain/scopes.ts";
import {
  EhrFault,
  type Grant,
  type SignInAnswer,
  type SignInEndpoints,
  type SignInRequest,
} from "../../ports/ehr.ts";
import { provenUser, userNamed } from "./idToken.ts";
import type { KeySets } from "./keySets.ts";
import { askForToken, LEAST_SECONDS, type TokenAnswer, type TokenDeps } from "./tokenEndpoint.ts";

export interface SignInDeps extends TokenDeps {
  readonly keys: KeySets;
}

/** Whether a record is the same patient's as the one with which the grant's chart was opened, as the chart says. */
export type IsSamePatient = (
  connection: ConfiguredConnection,
  grant: Grant & Required<Pick<Grant, "patient">>,
  other: string,
) => Promise<boolean>;

/**
 * A token is renewed when less than this is left of it. Oracle may throttle clients that refresh more than once a minute.
 */
const RENEW_BEFORE_MS = 120_000;
const NOT_AGAIN_BEFORE_MS = 60_000;

export function signInUrl(
  connection: ConfiguredConnection,
  endpoints: SignInEndpoints,
  request: SignInRequest,
): URL {
  const url = new URL(endpoints.authorizationEndpoint);
  const parameters = {
    response_type: "code",
    client_id: clientOf(connection).clientId,
    redirect_uri: request.redirectUri,
    scope: scopesToAsk(connection).join(" "),
    state: request.state,
    nonce: request.nonce,
    aud: connection.aud,
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
  const token = await askForToken(deps, {
    connection,
    client: clientOf(connection),
    endpoints,
    grant: {
      grant_type: "authorization_code",
      code: answer.code,
      redirect_uri: answer.redirectUri,
      code_verifier: answer.verifier,
    },
  });
  // RFC 6749 5.1: an answer without a scope means that all requested scopes were granted.
  const missing = token.scope === undefined ? [] : missingScopes(connection, token.scope.trim().split(/\s+/));
  if (missing.length > 0)
    throw new EhrFault({ kind: "scopes-trimmed", missing }, "the EHR granted fewer scopes than needed");
  if (token.id_token === undefined)
    throw new EhrFault({ kind: "scopes-trimmed", missing: ["openid"] }, "the EHR sent no id_token");
  const fhirUser = await provenUser(deps.keys, token.id_token, {
    endpoints,
    clientId: clientOf(connection).clientId,
    nonce: answer.nonce,
    base: connection.fhirBaseUrl,
    now: deps.now(),
    clockAheadMs: token.clockAheadMs,
  });
  return {
    ...lifetimes(token, token.refresh_token, deps.now()),
    fhirUser,
    ...(token.patient !== undefined && { patient: token.patient }),
    ...(token.encounter !== undefined && { encounter: token.encounter }),
    needPatientBanner: token.need_patient_banner,
  };
}

/**
 * Renews the token. One for another patient's chart ends the session, unless it is the same patient's by another id: records get
 * combined while a page is open. The refresh token is kept when the answer has no new one, as is the case with Oracle.
 */
export async function renew(
  deps: SignInDeps & { readonly isSamePatient: IsSamePatient },
  connection: ConfiguredConnection,
  endpoints: SignInEndpoints,
  grant: Grant,
  when: "when-due" | "now",
): Promise<Grant> {
  if (when === "when-due" && !isDue(grant, deps.now())) return grant;
  if (grant.refreshToken === undefined) throw notRenewable(grant, deps.now());
  const token = await askForToken(deps, {
    connection,
    client: clientOf(connection),
    endpoints,
    grant: { grant_type: "refresh_token", refresh_token: grant.refreshToken },
  });
  if (isAnotherPersons(token, connection, grant))
    throw new EhrFault({ kind: "session-over" }, "the renewed token is another person's");
  const { patient, ...others } = grant;
  const renewed = { ...others, ...lifetimes(token, token.refresh_token ?? grant.refreshToken, deps.now()) };
  if (patient === undefined) return renewed;
  const theirs = { ...renewed, patient };
  if (token.patient === undefined || token.patient === patient) return theirs;
  if (!(await deps.isSamePatient(connection, theirs, token.patient)))
    throw new EhrFault({ kind: "session-over" }, "the renewed token is another patient's");
  return theirs;
}

/**
 * Whether a renewal says that its token is for somebody else than the launch was (OpenID Connect Core, section 12.2: who
 * signed in stays the same).
 */
function isAnotherPersons(
  { id_token }: TokenAnswer,
  { fhirBaseUrl }: ConfiguredConnection,
  grant: Grant,
): boolean {
  const user = id_token && userNamed(id_token, fhirBaseUrl);
  return user !== undefined && user !== "" && user !== grant.fhirUser;
}

/**
 * The fault when no other token can be had. A token that the chart refuses at once was never good; one that it refuses
 * later, or that has expired, means that the session is over.
 */
function notRenewable(grant: Grant, now: Date): EhrFault {
  const isNew = isYounger(grant.obtainedAt, now, RENEW_BEFORE_MS) && grant.expiresAt > now.getTime();
  return isNew
    ? new EhrFault(
        { kind: "token-refused" },
        "the chart refuses a new access token, and no other is to be had",
      )
    : new EhrFault({ kind: "session-over" }, "the access token is no longer good and cannot be renewed");
}

/**
 * Whether the token is to be renewed now: before it expires, but not more than once a minute; and without a refresh token
 * only once it has expired.
 */
function isDue(grant: Grant, now: Date): boolean {
  if (grant.expiresAt - now.getTime() > RENEW_BEFORE_MS) return false;
  const recent = isYounger(grant.obtainedAt, now, NOT_AGAIN_BEFORE_MS);
  return grant.expiresAt <= now.getTime() || !(recent || grant.refreshToken === undefined);
}

/** A token that can be replaced is used for a minute at least; another one ends when it was said to end. */
function lifetimes(
  token: TokenAnswer,
  refreshToken: string | undefined,
  now: Date,
): Pick<Grant, "accessToken" | "refreshToken" | "obtainedAt" | "expiresAt"> {
  const told = token.expires_in;
  const seconds = refreshToken === undefined ? told : Math.max(told, LEAST_SECONDS);
  return {
    accessToken: token.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    obtainedAt: now.getTime(),
    expiresAt: now.getTime() + seconds * 1000,
  };
}

function clientOf(connection: ConfiguredConnection): ConfiguredClient {
  if (connection.provider === undefined)
    throw new Error("connection " + connection.id + " has no provider registration");
  return connection.provider;
}
