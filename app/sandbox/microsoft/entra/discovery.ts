import { Router } from "express";
import { answerAadError, AadError } from "./aadError.ts";
import { issuer, type Tenant } from "./tenant.ts";

/** The documents that clients read from an authority first. */
export function discovery(tenant: Tenant): Router {
  const router = Router();
  const { tenantId } = tenant.options;

  router.get(["/common/discovery/instance", `/${tenantId}/discovery/instance`], (_request, response) => {
    const { host } = new URL(tenant.origins().backChannel);
    response.json({
      tenant_discovery_endpoint: issuer(tenant) + "/.well-known/openid-configuration",
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    });
  });

  router.get("/:tenant/v2.0/.well-known/openid-configuration", (request, response) => {
    if (request.params.tenant !== tenantId) {
      answerAadError(response, unknownTenant(request.params.tenant), tenant.now());
      return;
    }
    const { pages, backChannel } = tenant.origins();
    response.json({
      issuer: issuer(tenant),
      authorization_endpoint: `${pages}/${tenantId}/oauth2/v2.0/authorize`,
      token_endpoint: `${backChannel}/${tenantId}/oauth2/v2.0/token`,
      jwks_uri: `${backChannel}/${tenantId}/discovery/v2.0/keys`,
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      code_challenge_methods_supported: ["S256"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      claims_supported: [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "nonce",
        "preferred_username",
        "name",
        "tid",
        "oid",
        "ver",
      ],
      request_uri_parameter_supported: false,
      tenant_region_scope: "NA",
    });
  });

  router.get(`/${tenantId}/discovery/v2.0/keys`, (_request, response) => {
    response.json({ keys: tenant.tokens.published().map((key) => ({ ...key, issuer: issuer(tenant) })) });
  });
  return router;
}

export function unknownTenant(name: string): AadError {
  return new AadError(
    90002,
    "invalid_tenant",
    `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  );
}
