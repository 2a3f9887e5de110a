/** Who signed in, proved: signature, audience, time, issuer, nonce. */
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from "jose";
import { z } from "zod";
import { EhrFault, type SignInEndpoints } from "../../ports/ehr.ts";
import type { Send } from "./send.ts";

const ALGORITHMS = ["RS256", "RS384", "ES256", "ES384"];
const CLOCK_TOLERANCE_SECONDS = 60;

export interface IdTokenChecks {
  readonly endpoints: SignInEndpoints;
  readonly clientId: string;
  readonly nonce: string;
  readonly base: string;
  readonly now: Date;
}

/** The `fhirUser` of a proved id_token, as an absolute URL below the base. @throws EhrFault "sign-in-unproven" */
export async function provenUser(keys: KeySets, token: string, checks: IdTokenChecks): Promise<string> {
  try {
    const issuer = issuerOf(token, checks.endpoints);
    const payload = await verified(keys, token, issuer, checks);
    // Sent always; a server that echoes it must echo it right. One that does not is covered by PKCE.
    if (payload["nonce"] !== undefined && payload["nonce"] !== checks.nonce)
      throw unproven("the id_token is for another sign-in");
    return fhirUserBelow(checks.base, payload);
  } catch (error) {
    if (error instanceof errors.JOSEError)
      throw unproven("the id_token failed a check: " + error.code, error);
    throw error;
  }
}

/**
 * Oracle's id_token names `{issuer}/oidc/idsps/{tenant}/` and not the discovered issuer, which a strict
 * OpenID library refuses. Accepted: the discovered issuer itself or an address below it, so same origin and tenant.
 */
function issuerOf(token: string, endpoints: SignInEndpoints): string {
  const { iss } = decodeJwt(token);
  if (iss === undefined) throw unproven("the id_token has no issuer");
  const url = URL.parse(iss);
  // Only a spelling that stays as it is: `…/tenants/a/../b` would pass for something below a.
  if (url?.href.replace(/\/$/, "") !== iss.replace(/\/$/, ""))
    throw unproven("the id_token's issuer is no plain URL");
  const expected = endpoints.issuer;
  const known =
    expected === undefined
      ? url.origin === new URL(endpoints.tokenEndpoint).origin
      : iss === expected || iss.startsWith(expected + "/");
  if (!known) throw unproven("the id_token is from another issuer");
  return iss;
}

async function verified(
  keys: KeySets,
  token: string,
  issuer: string,
  checks: IdTokenChecks,
): Promise<JWTPayload> {
  const uri = checks.endpoints.jwksUri ?? (await keys.uriOf(issuer));
  const { kid } = decodeProtectedHeader(token);
  const options = {
    algorithms: ALGORITHMS,
    audience: checks.clientId,
    issuer,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: checks.now,
    requiredClaims: ["exp", "sub"],
  };
  const { payload } = await jwtVerify(token, createLocalJWKSet(await keys.having(uri, kid)), options);
  return payload;
}

function fhirUserBelow(base: string, payload: JWTPayload): string {
  const claim = payload["fhirUser"] ?? payload["profile"];
  if (typeof claim !== "string") throw unproven("the id_token does not say who signed in (fhirUser)");
  const user = URL.parse(claim, base + "/")?.href;
  if (user === undefined || !isBelow(base, user)) throw unproven("fhirUser is outside the base URL");
  return user;
}

/** Whether an absolute URL lies below the base: the only places a token may go. */
export function isBelow(base: string, url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null && parsed.username === "" && parsed.password === "" && parsed.href.startsWith(base + "/")
  );
}

const jwksSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.string().optional(), kty: z.string() })),
});

/** Published key sets, kept for ten minutes; an unknown `kid` asks again at once, at most every half minute. */
export class KeySets {
  readonly #send: Send;
  readonly #now: () => Date;
  readonly #sets = new Map<string, { readonly set: JSONWebKeySet; readonly at: number }>();

  constructor(send: Send, now: () => Date) {
    this.#send = send;
    this.#now = now;
  }

  async having(uri: string, kid: string | undefined): Promise<JSONWebKeySet> {
    const known = this.#sets.get(uri);
    const age = known === undefined ? Infinity : this.#now().getTime() - known.at;
    const has = kid === undefined || known?.set.keys.some((key) => key.kid === kid) === true;
    if (known !== undefined && age < (has ? 600_000 : 30_000)) return known.set;
    const set = await this.#read(uri, jwksSchema);
    this.#sets.set(uri, { set: set as JSONWebKeySet, at: this.#now().getTime() });
    return set as JSONWebKeySet;
  }

  /** For servers whose discovery names no key set: the OpenID document under the id_token's own issuer. */
  async uriOf(issuer: string): Promise<string> {
    const document = issuer.replace(/\/$/, "") + "/.well-known/openid-configuration";
    const { jwks_uri } = await this.#read(document, z.object({ jwks_uri: z.url() }));
    if (new URL(jwks_uri).origin !== new URL(issuer).origin)
      throw unproven("the key set is on another origin than the issuer");
    return jwks_uri;
  }

  async #read<S extends z.ZodType>(url: string, schema: S): Promise<z.output<S>> {
    const answer = await this.#send({ method: "GET", url, headers: { accept: "application/json" } });
    const parsed = schema.safeParse(answer.status === 200 ? (JSON.parse(answer.body) as unknown) : undefined);
    if (!parsed.success)
      throw new EhrFault({ kind: "chart-unavailable" }, "the published keys could not be read");
    return parsed.data;
  }
}

const unproven = (message: string, cause?: unknown) =>
  new EhrFault({ kind: "sign-in-unproven" }, message, cause === undefined ? {} : { cause });
