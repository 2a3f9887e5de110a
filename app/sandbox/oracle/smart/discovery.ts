/** The documents by which a client finds the authorization server. */
import type { Addresses } from "./addresses.ts";
import { SCOPES } from "./scopes.ts";

/** `/.well-known/smart-configuration` as Oracle's live host for clinicians announces it, more than the stand-in serves. */
export function smartConfiguration(at: Addresses): Record<string, unknown> {
  return {
    issuer: at.issuer,
    authorization_endpoint: at.authorize,
    token_endpoint: at.token,
    revocation_endpoint: at.revoke,
    management_endpoint: at.manage,
    introspection_endpoint: at.introspect,
    jwks_uri: at.jwks,
    scopes_supported: SCOPES,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: ["RS384", "ES384"],
    grant_types_supported: ["authorization_code", "client_credentials"],
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
    capabilities: [
      "authorize-post",
      "launch-ehr",
      "launch-standalone",
      "client-public",
      "client-confidential-asymmetric",
      "client-confidential-symmetric",
      "sso-openid-connect",
      "context-banner",
      "context-style",
      "context-ehr-patient",
      "context-ehr-encounter",
      "permission-patient",
      "permission-user",
      "permission-offline",
      "permission-online",
      "permission-v1",
      "permission-v2",
      "health-cards",
    ],
  };
}

/** The OpenID configuration is below the id_token's issuer, and not below the issuer that SMART discovery names. */
export function openidConfiguration(at: Addresses): Record<string, unknown> {
  return {
    issuer: at.idTokenIssuer,
    authorization_endpoint: at.authorize,
    token_endpoint: at.token,
    jwks_uri: at.jwks,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}
