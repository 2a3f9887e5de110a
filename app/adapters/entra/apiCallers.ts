/**
 * Entra's tokens for the connector's own API. They have version 2, which the registration asks for. A token is either a
 * person's, obtained by a program that may request the scope (the Azure CLI is pre-authorized), or an application's own by
 * client credentials. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
import type { JWTPayload } from "jose";
import { z } from "zod";
import { API_SCOPE } from "../../domain/portalRights.ts";
import type { ApiCaller, ApiCallers, NotRecognized } from "../../ports/apiCallers.ts";
import { bearerTokens, type BearerTokensOptions } from "./bearerTokens.ts";

export function apiCallers(options: BearerTokensOptions): ApiCallers {
  const { authority, tenantId, clientId } = options;
  const proved = bearerTokens(options, {
    issuer: [`${authority}/${tenantId}/v2.0`],
    audience: [clientId],
  });
  return {
    async recognize(token) {
      const payload = await proved(token);
      return typeof payload === "string" ? payload : caller(payload, tenantId);
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

function caller(payload: JWTPayload, tenantId: string): ApiCaller | NotRecognized {
  const said = claims.safeParse(payload);
  if (!said.success) return "malformed";
  const { ver, tid, oid, idtyp, scp, acct, roles } = said.data;
  if (tid.toLowerCase() !== tenantId.toLowerCase()) return "tenant";
  if (ver !== "2.0") return "version";
  const known = { objectId: oid.toLowerCase(), appRoles: roles };
  if (idtyp === "app") return scp === undefined ? { kind: "application", ...known } : "malformed";
  if (scp?.split(" ").includes(API_SCOPE) !== true) return "scope";
  return String(acct) === "0" ? { kind: "person", ...known } : "guest";
}
