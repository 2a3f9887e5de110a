/** The documents by which a client finds the tenant: where its endpoints are, which clouds there are, and its keys. */
import { Router } from "express";
import { answerAadError, AadError } from "./aadError.ts";
import { issuer, type Tenant } from "./tenant.ts";

/** Microsoft's other clouds, which an authority names beside its own hosts. */
const OTHER_CLOUDS = ["login.partner.microsoftonline.cn", "login.microsoftonline.us"].map((host) => ({
  preferred_network: host,
  preferred_cache: host,
  aliases: [host],
}));

/**
 * What Entra announces of every tenant. The stand-in signs people in with a code and PKCE alone, and Entra announces no
 * PKCE, though it demands it of some clients and accepts it from all.
 */
const ANNOUNCED = {
  token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
  response_modes_supported: ["query", "fragment", "form_post"],
  response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
  scopes_supported: ["openid", "profile", "email", "offline_access"],
  claims_supported: [
    "sub",
    "iss",
    "cloud_instance_name",
    "cloud_instance_host_name",
    "cloud_graph_host_name",
    "msgraph_host",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "nonce",
    "preferred_username",
    "name",
    "tid",
    "ver",
    "at_hash",
    "c_hash",
    "email",
  ],
  request_uri_parameter_supported: false,
  http_logout_supported: true,
  frontchannel_logout_supported: true,
  tenant_region_scope: "NA",
  cloud_instance_name: "microsoftonline.com",
  cloud_graph_host_name: "graph.windows.net",
  msgraph_host: "graph.microsoft.com",
  rbac_url: "https://pas.windows.net",
};

/** The documents that clients read from an authority first. */
export function discovery(tenant: Tenant): Router {
  const router = Router();
  const { tenantId } = tenant.options;

  router.get(["/common/discovery/instance", `/${tenantId}/discovery/instance`], (_request, response) => {
    const { host } = new URL(tenant.origins().backChannel);
    response.json({
      tenant_discovery_endpoint: issuer(tenant) + "/.well-known/openid-configuration",
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }, ...OTHER_CLOUDS],
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
      device_authorization_endpoint: `${backChannel}/${tenantId}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${pages}/${tenantId}/oauth2/v2.0/logout`,
      jwks_uri: `${backChannel}/${tenantId}/discovery/v2.0/keys`,
      ...ANNOUNCED,
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
