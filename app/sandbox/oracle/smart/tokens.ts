/** The tokens that the authorization server issues: access tokens, which it reads again, and id_tokens. */
import { jwtVerify, SignJWT } from "jose";
import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clinician } from "../clinic/people.ts";
import type { FaultMenu } from "../faults.ts";
import type { Addresses } from "./addresses.ts";
import type { Grant } from "./grants.ts";
import type { SigningKeys } from "./keys.ts";

/** The lifetime of Oracle's access tokens: nine and a half minutes. */
export const TOKEN_LIVES_SECONDS = 570;

const CLAIMS = "urn:cerner:authorization:claims:version:1";

export interface TokenDeps {
  readonly keys: SigningKeys;
  readonly faults: FaultMenu;
  readonly now: () => Date;
}

export interface Bearer {
  readonly tenant: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

const bearerClaims = z.object({
  [CLAIMS]: z.object({
    tenant: z.string(),
    client: z.object({ id: z.string() }),
    scopes: z.array(z.string()),
  }),
});

/** Signs an access token. It is opaque to clients; inside it is an ES256 JWT, as Oracle's are. */
export function accessToken(deps: TokenDeps, at: Addresses, bearer: Bearer): Promise<string> {
  const claims = {
    ver: "1.0",
    tenant: bearer.tenant,
    client: { id: bearer.clientId },
    scopes: bearer.scopes,
  };
  return signed(deps, { [CLAIMS]: claims }, TOKEN_LIVES_SECONDS)
    .setIssuer(at.issuer)
    .setProtectedHeader({ alg: "ES256", kid: deps.keys.accessToken.kid, typ: "JWT" })
    .sign(deps.keys.accessToken.privateKey);
}

/** Reads an access token of this tenant; undefined where it is none, or has expired. */
export async function readAccessToken(
  deps: TokenDeps,
  at: Addresses,
  token: string,
): Promise<Bearer | undefined> {
  try {
    const { payload } = await jwtVerify(token, deps.keys.accessToken.publicKey, {
      algorithms: ["ES256"],
      issuer: at.issuer,
      currentDate: deps.now(),
    });
    const claims = bearerClaims.parse(payload)[CLAIMS];
    return { tenant: claims.tenant, clientId: claims.client.id, scopes: claims.scopes };
  } catch {
    // Whatever is wrong with a token, its bearer is told only that it is not valid.
    return undefined;
  }
}

/** The id_token of a sign-in, changed by the faults that are switched on. */
export async function idToken(
  deps: TokenDeps,
  at: Addresses,
  grant: Grant,
  clinician: Clinician,
): Promise<string> {
  const { faults, keys } = deps;
  const base = faults.isOn("fhirUserElsewhere") ? "https://fhir.elsewhere.example/r4/other" : at.fhirBase;
  const claims = {
    sub: clinician.username,
    ...(grant.scopes.includes("fhirUser") ? { fhirUser: `${base}/Practitioner/${clinician.id}` } : {}),
    ...(grant.scopes.includes("profile")
      ? { name: clinician.display, profile: `${base}/Practitioner/${clinician.id}` }
      : {}),
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
  };
  const key = faults.isOn("idTokenOtherKey") ? await keys.stranger() : keys.idToken;
  return signed(deps, claims, faults.isOn("idTokenExpired") ? -3600 : TOKEN_LIVES_SECONDS)
    .setIssuer(faults.isOn("idTokenWrongIssuer") ? "https://issuer.elsewhere.example/" : at.idTokenIssuer)
    .setAudience(faults.isOn("idTokenWrongAudience") ? "another-application" : grant.clientId)
    .setProtectedHeader({ alg: "RS256", kid: key.kid, typ: "JWT" })
    .sign(key.privateKey);
}

function signed(deps: TokenDeps, claims: Record<string, unknown>, livesSeconds: number): SignJWT {
  const now = Math.floor(deps.now().getTime() / 1000);
  return new SignJWT(claims)
    .setIssuedAt(Math.min(now, now + livesSeconds - TOKEN_LIVES_SECONDS))
    .setExpirationTime(now + livesSeconds)
    .setJti(randomUUID());
}
