/** Proves who signed in, by the id_token's signature, audience, times, issuer and nonce. */
import {
  compactVerify,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  UnsecuredJWT,
  type JWTClaimVerificationOptions,
  type JWTPayload,
} from "jose";
import { isFhirId } from "../../domain/fhirId.ts";
import { EhrFault, type SignInCheck, type SignInEndpoints } from "../../ports/ehr.ts";
import { minutesOf } from "../wire/clocks.ts";
import { present } from "../wire/members.ts";
import type { KeySets } from "./keySets.ts";

const ALGORITHMS = ["RS256", "RS384", "ES256", "ES384"];
const CLOCK_TOLERANCE_SECONDS = 60;

export interface IdTokenChecks {
  readonly endpoints: SignInEndpoints;
  readonly clientId: string;
  readonly nonce: string;
  readonly base: string;
  readonly now: Date;
  /** How far the sign-in's clock is ahead of ours, in milliseconds, when that is enough to matter. */
  readonly clockAheadMs: number | undefined;
}

/**
 * The `fhirUser` of a proved id_token, as an absolute URL below the base.
 * @throws EhrFault "sign-in-unproven", "clocks-differ", "not-staff", and what the key set's server does
 */
export async function provenUser(keys: KeySets, token: string, checks: IdTokenChecks): Promise<string> {
  const issuer = issuerOf(
    readable(() => claimsIn(token)),
    checks.endpoints,
  );
  const payload = await verified(keys, token, issuer, checks);
  checkParties(payload, checks);
  return staffMember(checks.base, payload);
}

/**
 * Decodes a token. The library's errors for what is not a token are of several types and may quote it, so none is kept as a
 * cause.
 */
function readable<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw unproven("signature", "the id_token is no signed token");
  }
}

/**
 * The token's issuer, if it is acceptable. Oracle's id_token names `{issuer}/oidc/idsps/{tenant}/` and not the discovered
 * issuer, which a strict OpenID library refuses. Accepted is the discovered issuer itself or an address below it, so the
 * same origin and tenant.
 */
function issuerOf({ iss }: JWTPayload, endpoints: SignInEndpoints): string {
  if (typeof iss !== "string") throw unproven("issuer", "the id_token has no issuer");
  const url = URL.parse(iss);
  // Only a normalized spelling is accepted: `…/tenants/a/../b` would otherwise pass for an address below `a`.
  if (url?.href.replace(/\/$/, "") !== iss.replace(/\/$/, ""))
    throw unproven("issuer", "the id_token's issuer is no plain URL");
  const expected = endpoints.issuer;
  const known =
    expected === undefined
      ? url.origin === new URL(endpoints.tokenEndpoint).origin
      : iss === expected || iss.startsWith(expected + "/");
  if (!known) throw unproven("issuer", "the id_token is from another issuer");
  return iss;
}

async function verified(
  keys: KeySets,
  token: string,
  issuer: string,
  checks: IdTokenChecks,
): Promise<JWTPayload> {
  const uri = checks.endpoints.jwksUri ?? (await keys.uriOf(issuer));
  const { kid } = readable(() => decodeProtectedHeader(token));
  if (kid !== undefined && typeof kid !== "string") throw unproven("signature", "the id_token names no key");
  const set = await keys.having(uri, kid);
  const options = {
    audience: checks.clientId,
    issuer,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: checks.now,
    requiredClaims: ["exp", "sub"],
  };
  try {
    await compactVerify(token, createLocalJWKSet(set), { algorithms: ALGORITHMS });
    const claims = checkedClaims(token, options);
    checkIssuedBy(claims, checks.now);
    return claims;
  } catch (error) {
    throw checkFailed(error, checks);
  }
}

/**
 * The claims of a token whose signature has been verified, by the library's own checks. It reads only whole tokens, and some
 * servers write null for what they do not say, so it gets the claims without that, as a token that has no signature any more.
 */
const checkedClaims = (token: string, options: JWTClaimVerificationOptions): JWTPayload =>
  UnsecuredJWT.decode(new UnsecuredJWT(claimsIn(token)).encode(), options).payload;

/** As in every answer, null and "" say nothing. */
function claimsIn(token: string): JWTPayload {
  const claims = Object.entries(decodeJwt(token)).map(([name, claim]) => [name, present(claim)] as const);
  return Object.fromEntries(claims.filter(([, claim]) => claim !== undefined));
}

/** Refuses a token issued in the future: its issuer's clock, or ours, is wrong. */
function checkIssuedBy(payload: JWTPayload, now: Date): void {
  const latest = now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS;
  if (payload.iat !== undefined && !(payload.iat <= latest))
    throw new errors.JWTClaimValidationFailed("from the future", payload, "iat", "check_failed");
}

/**
 * The fault for a failed check. A key that cannot be used fails with an error of Node's cryptography and not of the library.
 */
function checkFailed(error: unknown, { clockAheadMs }: IdTokenChecks): EhrFault {
  const code = error instanceof errors.JOSEError ? error.code : "a published key cannot be used";
  const claim = claimOf(error);
  const words = `the id_token failed a check: ${[code, claim].filter((word) => word !== undefined).join(" ")}`;
  if (clockAheadMs !== undefined && claim !== undefined && CHECKS[claim] === "times")
    return new EhrFault({ kind: "clocks-differ", minutes: minutesOf(clockAheadMs) }, words);
  return unproven(claim === undefined ? "signature" : CHECKS[claim], words);
}

const CHECKS = {
  aud: "audience",
  exp: "times",
  iat: "times",
  iss: "issuer",
  nbf: "times",
  sub: "person",
} as const satisfies Readonly<Record<string, SignInCheck>>;
const CLAIMS = Object.keys(CHECKS) as (keyof typeof CHECKS)[];

function claimOf(error: unknown): keyof typeof CHECKS | undefined {
  if (!(error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired))
    return undefined;
  return CLAIMS.find((claim) => claim === error.claim);
}

/**
 * The checks of parties and nonce that the library leaves to us: OpenID Connect Core 1.0, 3.1.3.7
 * (https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation).
 */
function checkParties(payload: JWTPayload, { clientId, nonce }: IdTokenChecks): void {
  const { aud, azp, sub } = payload as JWTPayload & { azp?: unknown };
  if (typeof sub !== "string") throw unproven("person", "the id_token names nobody (sub)");
  if (Array.isArray(aud) && new Set(aud).size > 1 && azp === undefined)
    throw unproven("audience", "the id_token is for several, and does not say for whom it was made (azp)");
  if (azp !== undefined && azp !== clientId)
    throw unproven("audience", "the id_token was made for another (azp)");
  // We always send a nonce, and a server that returns one must return the same. For a server that returns none, PKCE gives
  // the protection.
  if (payload["nonce"] !== undefined && payload["nonce"] !== nonce)
    throw unproven("nonce", "the id_token is for another sign-in");
}

/**
 * Whom an id_token names that came with a renewed token: the staff member, or "nobody-of-staff". Undefined where it says
 * nothing that can be compared. Its signature is not checked: what it says can only end a session.
 */
export function userNamed(token: string, base: string): string | undefined {
  try {
    return staffMember(base, claimsIn(token));
  } catch (error) {
    return error instanceof EhrFault && error.problem.kind === "not-staff" ? "nobody-of-staff" : undefined;
  }
}

const USER = /^(?:(.+)\/)?(Practitioner|PractitionerRole|Person|Patient|RelatedPerson)\/([^/]+)$/;

/** The staff member's own resource on this server. The claim must be a reference to that resource and nothing else. */
function staffMember(base: string, payload: JWTPayload): string {
  const claim = [payload["fhirUser"], payload["profile"]].find((said) => said !== undefined);
  if (typeof claim !== "string")
    throw unproven("person", "the id_token does not say who signed in (fhirUser)");
  const [, server, type = "", id = ""] = USER.exec(claim) ?? [];
  if (!isFhirId(id)) throw unproven("person", "fhirUser is no reference to a person");
  if (server !== undefined && canonical(server) !== base)
    throw unproven("person", "fhirUser is outside the base URL");
  if (type === "Patient" || type === "RelatedPerson")
    throw new EhrFault({ kind: "not-staff" }, "who signed in is a patient or a relative");
  return [base, type, id].join("/");
}

function canonical(server: string): string | undefined {
  const url = URL.parse(server);
  if (url === null || url.username + url.password + url.search + url.hash !== "") return undefined;
  return url.origin + url.pathname.replace(/\/$/, "");
}

const unproven = (check: SignInCheck, message: string) =>
  new EhrFault({ kind: "sign-in-unproven", check }, message);
