/**
 * Verifies access tokens that Entra issued for our registration: signature, issuer, audience and times. The caller checks
 * the claims.
 */
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import * as oidc from "openid-client";
import * as z from "zod";
import type { Unproven } from "../../ports/unproven.ts";
import { boundedFetch } from "../wire/body.ts";
import { sharedAnswers } from "../wire/sharedAnswers.ts";

const CLOCK_TOLERANCE_SECONDS = 60;
const DEADLINE_SECONDS = 10;
/** Discovery documents and key sets are a few kilobytes, so this is ample. */
const MAX_BYTES = 1_000_000;

export interface BearerTokensOptions {
  /** Origin of the sign-in authority, such as https://login.microsoftonline.com. */
  readonly authority: string;
  readonly tenantId: string;
  /** Client id of our registration. */
  readonly clientId: string;
  readonly now: () => Date;
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>;
}

/** The issuers and audiences that a token may name. */
export interface Expected {
  readonly issuer: string[];
  readonly audience: string[];
}

/**
 * Returns the token's claims, or why the token proves nothing. Keys are kept; a token with an unknown key makes them be read
 * again, at most once every half minute.
 * @throws when the keys cannot be read
 */
export function bearerTokens(
  options: BearerTokensOptions,
  expected: Expected,
): (token: string) => Promise<JWTPayload | Unproven> {
  const discovered = sharedAnswers(Number.POSITIVE_INFINITY, options.now, () => discover(options));
  const keys = () => discovered.of(options.authority);

  return async (token) => {
    try {
      const published: JWTVerifyGetKey = async (header, jws) => (await keys())(header, jws);
      const { payload, protectedHeader } = await jwtVerify(token, published, {
        ...expected,
        algorithms: ["RS256"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: options.now(),
        requiredClaims: ["exp", "nbf"],
      });
      if (isForeignKey((await keys()).jwks(), protectedHeader.kid, options)) return "foreign-key";
      return payload;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
  };
}

type PublishedKeys = ReturnType<typeof createRemoteJWKSet>;

async function discover(options: BearerTokensOptions): Promise<PublishedKeys> {
  const { clientId } = options;
  const ask = boundedFetch(
    (url: string, init: object) => (options.fetch ?? fetch)(url, init as RequestInit),
    MAX_BYTES,
  );
  const config = await oidc.discovery(new URL(issuer(options)), clientId, undefined, oidc.None(), {
    timeout: DEADLINE_SECONDS,
    [oidc.customFetch]: ask,
  });
  const { jwks_uri: uri } = config.serverMetadata();
  if (uri === undefined) throw new Error("The sign-in authority names no keys.");
  return createRemoteJWKSet(new URL(uri), {
    timeoutDuration: DEADLINE_SECONDS * 1000,
    [customFetch]: ask,
  });
}

const issuer = ({ authority, tenantId }: BearerTokensOptions) => `${authority}/${tenantId}/v2.0`;

/**
 * A tenant's key set may hold keys that sign for another issuer only, such as that of personal accounts; each says so
 * (https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer).
 */
function isForeignKey(
  published: ReturnType<PublishedKeys["jwks"]>,
  kid: string | undefined,
  options: BearerTokensOptions,
): boolean {
  const key = z.object({ issuer: z.string() }).safeParse(published?.keys.find((one) => one.kid === kid));
  return key.success && key.data.issuer.replace("{tenantid}", options.tenantId) !== issuer(options);
}

/** Why the token is refused; undefined when the fault is not the token's. */
function refusalOf(error: unknown): Unproven | undefined {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIMS[error.claim] ?? "malformed";
  if (error instanceof errors.JOSEError) return FAULTS[error.code];
  return undefined;
}

const CLAIMS: Readonly<Record<string, Unproven>> = {
  iss: "issuer",
  aud: "audience",
  nbf: "not-yet-valid",
};

const FAULTS: Readonly<Record<string, Unproven>> = {
  [errors.JOSEAlgNotAllowed.code]: "algorithm",
  [errors.JWSSignatureVerificationFailed.code]: "signature",
  [errors.JWKSNoMatchingKey.code]: "unknown-key",
  [errors.JWKSMultipleMatchingKeys.code]: "unknown-key",
  [errors.JOSENotSupported.code]: "malformed",
  [errors.JWSInvalid.code]: "malformed",
  [errors.JWTInvalid.code]: "malformed",
};
