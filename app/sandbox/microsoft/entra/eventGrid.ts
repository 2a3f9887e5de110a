/** Tokens of Event Grid's service principal in the tenant, which holds the registration's role for webhooks. */
import type { OtherClaims } from "./apiTokens.ts";
import type { TokenVersion } from "../options.ts";
import { versioned, type Tenant } from "./tenant.ts";

const EVENT_GRID = {
  appId: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
  objectId: "c0ffee00-0000-4000-8000-0000000000e1",
} as const;
const ROLE = "AzureEventGridSecureWebhookSubscriber";
const LIFETIME_SECONDS = 3600;

/**
 * The token that Entra gives Event Grid for a delivery to a registration.
 * @param other claims that replace the token's own
 */
export function eventGridToken(
  tenant: Tenant,
  clientId: string,
  version: TokenVersion = "2.0",
  other: OtherClaims = {},
): Promise<string> {
  const { tenantId } = tenant.options;
  const about = { tid: tenantId, oid: EVENT_GRID.objectId, sub: EVENT_GRID.objectId, roles: [ROLE] };
  const api = { asked: "api://" + clientId, clientId };
  const by = { clientId: EVENT_GRID.appId, proof: "2" } as const;
  return tenant.tokens.issue(
    { ...about, ...versioned(tenant, version, api, by), ...other },
    LIFETIME_SECONDS,
  );
}
