/**
 * Verifies the tokens inside a notification. Entra issues them for our registration to the application by which Microsoft
 * Graph publishes changes (https://learn.microsoft.com/graph/change-notifications-with-resource-data).
 */
import * as z from "zod";
import type { GraphCallers } from "../../ports/graphCallers.ts";
import { bearerTokens, type BearerTokensOptions } from "./bearerTokens.ts";

/** Application id of Microsoft Graph Change Tracking, the same in every tenant. */
const CHANGE_TRACKING = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/** The caller's application id is `azp` in version 2 of the token and `appid` in version 1. */
const claims = z.object({ tid: z.string(), azp: z.string().optional(), appid: z.string().optional() });

export function graphCallers(options: BearerTokensOptions): GraphCallers {
  const { authority, tenantId, clientId } = options;
  const proved = bearerTokens(options, {
    issuer: [`${authority}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`],
    audience: [clientId, "api://" + clientId],
  });
  return {
    async recognize(token) {
      const payload = await proved(token);
      if (typeof payload === "string") return payload;
      const said = claims.safeParse(payload);
      if (!said.success) return "malformed";
      const { tid, azp, appid } = said.data;
      if (tid !== tenantId) return "tenant";
      return (azp ?? appid) === CHANGE_TRACKING ? "graph" : "other-application";
    },
  };
}
