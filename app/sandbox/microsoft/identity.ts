/**
 * The managed-identity endpoint of App Service: plain http on the machine itself, protected by a header that only the site's
 * own processes know (https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference).
 */
import { randomUUID, timingSafeEqual } from "node:crypto";
import { Router, type Request } from "express";
import { issuer, type Tenant } from "./entra/tenant.ts";
import type { ManagedIdentity } from "./options.ts";

const LIFETIME_SECONDS = 24 * 3600;

export function identityEndpoint(tenant: Tenant): Router {
  const router = Router();
  router.get("/msi/token", async (request, response) => {
    response.set("Cache-Control", "no-store");
    const refuse = (statusCode: number, message: string) => {
      response.status(statusCode).json({ statusCode, message, correlationId: randomUUID() });
    };
    if (!knowsHeader(request, tenant.tokens.identityHeader)) {
      refuse(401, "The X-IDENTITY-HEADER is missing or wrong.");
      return;
    }
    const asked = request.query["client_id"];
    const identity = typeof asked === "string" ? tenant.identity(asked) : undefined;
    const resource = request.query["resource"];
    if (request.query["api-version"] !== "2019-08-01") refuse(400, "The api-version is not supported.");
    else if (identity === undefined)
      refuse(
        400,
        "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
      );
    else if (typeof resource !== "string" || !/^(https|api):\/\/./.test(resource))
      refuse(400, "The resource is missing or is none of this directory.");
    else {
      const expires = Math.floor(tenant.now().getTime() / 1000) + LIFETIME_SECONDS;
      response.json({
        access_token: await tenant.tokens.issue(identityClaims(tenant, identity, resource), LIFETIME_SECONDS),
        client_id: identity.clientId,
        expires_on: String(expires),
        resource,
        token_type: "Bearer",
      });
    }
  });
  return router;
}

/** The claims of a managed identity's token. */
export function identityClaims(tenant: Tenant, { clientId, principalId }: ManagedIdentity, resource: string) {
  return {
    iss: issuer(tenant),
    tid: tenant.options.tenantId,
    aud: resource,
    sub: principalId,
    oid: principalId,
    azp: clientId,
    idtyp: "app",
  };
}

function knowsHeader(request: Request, secret: string): boolean {
  const given = Buffer.from(request.get("x-identity-header") ?? "");
  const wanted = Buffer.from(secret);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
