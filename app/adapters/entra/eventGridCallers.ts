/**
 * Verifies Entra's tokens for Event Grid. They are issued to Microsoft's own application for our registration, with the role
 * that the deployment assigned to it (https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery). The handshake
 * and the deliveries carry the same kind of token.
 */
import type { JWTPayload } from "jose";
import * as z from "zod";
import type { EventGridCallers, Refusal } from "../../ports/eventGrid.ts";
import { bearerTokens, type BearerTokensOptions } from "./bearerTokens.ts";

/** Application id of Microsoft.EventGrid, the same in every tenant. */
const EVENT_GRID_APPLICATION = "4962773b-9cdb-44cf-a8bf-237846a00ab7";
/** Name of the app role. Event Grid checks that it exists when somebody creates the subscription. */
const ROLE = "AzureEventGridSecureWebhookSubscriber";

/**
 * The registration decides which version of token Entra issues, and the subscription decides whether it is requested by
 * client id or by URI (https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats). So both issuers and
 * both audiences are accepted.
 */
export function eventGridCallers(options: BearerTokensOptions): EventGridCallers {
  const { authority, tenantId, clientId } = options;
  const proved = bearerTokens(options, {
    issuer: [`${authority}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`],
    audience: [clientId, "api://" + clientId],
  });
  return {
    async recognize(token) {
      const payload = await proved(token);
      return typeof payload === "string" ? payload : caller(payload, tenantId);
    },
  };
}

/** The caller's application id is `azp` in version 2 of the token and `appid` in version 1. */
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
