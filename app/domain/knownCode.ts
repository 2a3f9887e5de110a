/**
 * A vendor's error code in a form that may be logged: a registered code, or that there was another one, or none. An
 * unregistered code may be anything, a person's name included.
 */
export function knownCode<K extends string>(code: unknown, registered: readonly K[]): K | "other" | "none" {
  if (code === undefined || code === null || code === "") return "none";
  return registered.find((known) => known === code) ?? "other";
}

/**
 * The error codes registered for OAuth and OpenID Connect
 * (https://www.iana.org/assignments/oauth-parameters/oauth-parameters.xhtml#extensions-error).
 */
export const OAUTH_ERRORS = [
  "access_denied",
  "account_selection_required",
  "consent_required",
  "insufficient_scope",
  "interaction_required",
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "invalid_request_object",
  "invalid_request_uri",
  "invalid_scope",
  "invalid_target",
  "invalid_token",
  "login_required",
  "registration_not_supported",
  "request_not_supported",
  "request_uri_not_supported",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unmet_authentication_requirements",
  "unsupported_grant_type",
  "unsupported_response_type",
  "unsupported_token_type",
] as const;
