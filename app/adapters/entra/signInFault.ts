/**
 * Why a sign-in failed. The messages name codes only, because Entra's descriptions may hold the account's name. Codes:
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
import * as oidc from "openid-client";
import { z, ZodError } from "zod";
import { knownCode, OAUTH_ERRORS } from "../../domain/knownCode.ts";
import { StaffSignInFault } from "../../ports/staffSignIn.ts";

export function signInFault(error: unknown): StaffSignInFault {
  if (error instanceof StaffSignInFault) return error;
  if (error instanceof oidc.AuthorizationResponseError) return refusedAtThePage(error);
  if (error instanceof oidc.ResponseBodyError) return refusedAtRedemption(error);
  if (isOfSiblingTenant(error))
    return new StaffSignInFault(
      "other-tenant",
      "The account belongs to another directory than the hospital's.",
      {
        cause: error,
      },
    );
  if (provesNothing(error))
    return new StaffSignInFault("invalid", "Microsoft's answer does not prove who signed in.", {
      cause: error,
    });
  return new StaffSignInFault("unavailable", "Microsoft's sign-in could not be asked.", { cause: error });
}

/** The account belongs to another directory and is not a guest in ours. */
const OTHER_TENANT = new Set(["AADSTS50020", "AADSTS51004", "AADSTS90072"]);
const TRY_LATER = new Set(["temporarily_unavailable", "server_error"]);
/**
 * Errors that mean the grant itself is at fault: an old or foreign code. Every other error concerns the connector's
 * registration.
 */
const GRANT_AT_FAULT = new Set([
  "invalid_grant",
  "interaction_required",
  "consent_required",
  "login_required",
]);

function refusedAtThePage(error: oidc.AuthorizationResponseError): StaffSignInFault {
  const code = aadCode(error.error_description);
  const words = `Microsoft's sign-in page answered ${[coded(error.error), code].join(" ").trim()}.`;
  if (OTHER_TENANT.has(code)) return new StaffSignInFault("other-tenant", words, { cause: error });
  if (error.error === "access_denied") return new StaffSignInFault("declined", words, { cause: error });
  if (TRY_LATER.has(error.error)) return new StaffSignInFault("unavailable", words, { cause: error });
  return new StaffSignInFault("invalid", words, { cause: error });
}

function refusedAtRedemption(error: oidc.ResponseBodyError): StaffSignInFault {
  const code = aadCode(error.error_description);
  const answered = `Microsoft's token endpoint answered ${[coded(error.error), code].join(" ").trim()}`;
  if (OTHER_TENANT.has(code)) return new StaffSignInFault("other-tenant", answered + ".", { cause: error });
  if (GRANT_AT_FAULT.has(error.error))
    return new StaffSignInFault("invalid", answered + ".", { cause: error });
  const check = "; see the app registration: its federated credential, redirect URIs and client id.";
  return new StaffSignInFault("unavailable", answered + check, { cause: error });
}

const aadCode = (description = "") => /\bAADSTS\d{4,8}\b/.exec(description)?.[0] ?? "";

/**
 * The error code if it is a known one:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-codes-for-authorization-endpoint-errors
 */
const coded = (error: string) => knownCode(error, [...OAUTH_ERRORS, "invalid_resource"]);

/** The shape of the library's error when the id_token's issuer is not the expected one. */
const issuerDiffers = z.object({
  cause: z.object({
    cause: z.object({
      claim: z.literal("iss"),
      expected: z.string(),
      claims: z.object({ iss: z.string(), tid: z.guid() }),
    }),
  }),
});

/**
 * Whether the issuer is the same authority's for another tenant: that is no forgery, but a person who does not work here.
 */
function isOfSiblingTenant(error: unknown): boolean {
  const shown = issuerDiffers.safeParse(error);
  if (!shown.success) return false;
  const { expected, claims } = shown.data.cause.cause;
  return claims.iss === expected.replace(/[^/]+(?=\/v2\.0$)/, claims.tid);
}

/** Whether an answer came that is not what the protocol requires. Otherwise no answer came, or the server was failing. */
function provesNothing(error: unknown): boolean {
  if (error instanceof ZodError) return true;
  return error instanceof oidc.ClientError && NOT_AS_AGREED.has(error.code ?? "");
}

const NOT_AS_AGREED = new Set([
  "OAUTH_INVALID_RESPONSE",
  "OAUTH_PARSE_ERROR",
  "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
  "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
  "OAUTH_KEY_SELECTION_FAILED",
  "OAUTH_UNSUPPORTED_OPERATION",
]);
