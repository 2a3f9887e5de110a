/**
 * Entra's tokens for the connector's own API. They have version 2, which the registration asks for; one of version 1 is
 * recognized only to say so, because Entra issues it to everybody where the registration asks for nothing. A token is either a
 * person's, obtained by a program that may request the scope (the Azure CLI is pre-authorized), or an application's own by
 * client credentials. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
import type { JWTPayload } from "jose";
import * as z from "zod";
import { API_SCOPE } from "../../domain/portalRights.ts";
import type { ApiCaller, ApiCallers, NotRecognized } from "../../ports/apiCallers.ts";
import { bearerTokens, type BearerTokensOptions } from "./bearerTokens.ts";

export function apiCallers(options: BearerTokensOptions): ApiCallers {
  const { authority, tenantId, clientId } = options;
  const proved = bearerTokens(options, {
    issuer: [`${authority}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`],
    audience: [clientId, "api://" + clientId],
  });
  return {
    async recognize(token) {
      const payload = await proved(token);
      return typeof payload === "string" ? payload : caller(payload, options);
    },
  };
}

const claims = z.object({
  ver: z.string().optional(),
  tid: z.guid(),
  oid: z.guid(),
  /** `app` when no person stands behind the token. It is an optional claim, which the registration asks for. */
  idtyp: z.string().optional(),
  /** Present in a person's token only. */
  scp: z.string().optional(),
  acct: z.union([z.string(), z.number()]).optional(),
  roles: z.array(z.string()).default([]),
});

function caller(
  payload: JWTPayload,
  { authority, tenantId, clientId }: BearerTokensOptions,
): ApiCaller | NotRecognized {
  const said = claims.safeParse(payload);
  if (!said.success) return "malformed";
  const { ver, tid, oid, idtyp, scp, acct, roles } = said.data;
  if (tid.toLowerCase() !== tenantId.toLowerCase()) return "tenant";
  if (ver !== "2.0" || payload.iss !== `${authority}/${tenantId}/v2.0`) return "version";
  if (payload.aud !== clientId) return "audience";
  const known = { objectId: oid.toLowerCase(), appRoles: roles };
  if (idtyp === "app") return scp === undefined ? { kind: "application", ...known } : "malformed";
  if (scp?.split(" ").includes(API_SCOPE) !== true) return "scope";
  return String(acct) === "0" ? { kind: "person", ...known } : "guest";
}
