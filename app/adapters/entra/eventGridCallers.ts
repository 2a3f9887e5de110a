/**
 * Entra's tokens for Event Grid: issued to Microsoft's own application for our registration, with the role that the
 * deployment assigned to it (https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery). The handshake and the
 * deliveries carry the same kind of token.
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
import { z } from "zod";
import type { EventGridCallers, Refusal } from "../../ports/eventGrid.ts";
import { boundedFetch } from "../wire/body.ts";

/** Microsoft.EventGrid, the same in every tenant. */
const EVENT_GRID_APPLICATION = "4962773b-9cdb-44cf-a8bf-237846a00ab7";
/** Event Grid looks for a role of this name when somebody creates the subscription. */
const ROLE = "AzureEventGridSecureWebhookSubscriber";
const CLOCK_TOLERANCE_SECONDS = 60;
const DEADLINE_SECONDS = 10;
/** Documents and key sets are some kilobytes. */
const MAX_BYTES = 1_000_000;

export interface EventGridCallersOptions {
  /** Origin of the sign-in authority, such as https://login.microsoftonline.com. */
  readonly authority: string;
  readonly tenantId: string;
  /** Of our registration, which the subscription names as the audience. */
  readonly clientId: string;
  readonly now: () => Date;
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>;
}

export function eventGridCallers(options: EventGridCallersOptions): EventGridCallers {
  let discovered: Promise<PublishedKeys> | undefined;

  async function keys(): Promise<PublishedKeys> {
    discovered ??= discover(options);
    try {
      return await discovered;
    } catch (error) {
      discovered = undefined;
      throw error;
    }
  }

  return {
    async recognize(token) {
      try {
        const published: JWTVerifyGetKey = async (header, jws) => (await keys())(header, jws);
        const { payload, protectedHeader } = await jwtVerify(token, published, checks(options));
        if (isForeignKey((await keys()).jwks(), protectedHeader.kid, options)) return "foreign-key";
        return caller(payload, options.tenantId);
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return refusal;
      }
    },
  };
}

type PublishedKeys = ReturnType<typeof createRemoteJWKSet>;

async function discover(options: EventGridCallersOptions): Promise<PublishedKeys> {
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

const issuer = ({ authority, tenantId }: EventGridCallersOptions) => `${authority}/${tenantId}/v2.0`;

/**
 * The registration decides which version Entra issues, and the subscription whether it asks by client id or by URI
 * (https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats): both of both are ours.
 */
function checks(options: EventGridCallersOptions) {
  const { tenantId, clientId, now } = options;
  return {
    algorithms: ["RS256"],
    issuer: [issuer(options), `https://sts.windows.net/${tenantId}/`],
    audience: [clientId, "api://" + clientId],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: now(),
    requiredClaims: ["exp", "nbf"],
  };
}

/**
 * A tenant's key set may hold keys that sign for another issuer only, such as that of personal accounts; each says so
 * (https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer).
 */
function isForeignKey(
  published: ReturnType<PublishedKeys["jwks"]>,
  kid: string | undefined,
  options: EventGridCallersOptions,
): boolean {
  const key = z.object({ issuer: z.string() }).safeParse(published?.keys.find((one) => one.kid === kid));
  return key.success && key.data.issuer.replace("{tenantid}", options.tenantId) !== issuer(options);
}

/** Version 2 of the token says `azp` where version 1 says `appid`. */
const claims = z.object({
  tid: z.string(),
  azp: z.string().optional(),
  appid: z.string().optional(),
  roles: z.array(z.string()).default([]),
});

function caller(payload: JWTPayload, tenantId: string): "event-grid" | Refusal {
  const said = claims.safeParse(payload);
  if (!said.success) return "malformed";
  const { tid, azp, appid, roles } = said.data;
  if (tid !== tenantId) return "tenant";
  if ((azp ?? appid) !== EVENT_GRID_APPLICATION) return "other-application";
  return roles.includes(ROLE) ? "event-grid" : "role-missing";
}

/** undefined: the fault is not the token's. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIMS[error.claim] ?? "malformed";
  if (error instanceof errors.JOSEError) return FAULTS[error.code];
  return undefined;
}

const CLAIMS: Readonly<Record<string, Refusal>> = {
  iss: "issuer",
  aud: "audience",
  nbf: "not-yet-valid",
};

const FAULTS: Readonly<Record<string, Refusal>> = {
  [errors.JOSEAlgNotAllowed.code]: "algorithm",
  [errors.JWSSignatureVerificationFailed.code]: "signature",
  [errors.JWKSNoMatchingKey.code]: "signature",
  [errors.JWKSMultipleMatchingKeys.code]: "signature",
  [errors.JOSENotSupported.code]: "malformed",
  [errors.JWSInvalid.code]: "malformed",
  [errors.JWTInvalid.code]: "malformed",
};
