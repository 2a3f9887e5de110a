/**
 * Why a sign-in failed. The messages name codes only, because Entra's descriptions may hold the account's name. Codes:
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
import * as oidc from "openid-client";
import * as z from "zod";
import { knownCode, OAUTH_ERRORS } from "../../domain/knownCode.ts";
import { StaffSignInFault } from "../../ports/staffSignIn.ts";
import { isNotNow } from "../wire/status.ts";

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
/** The person did not consent. Without a code, they went back. */
const DECLINED = new Set(["", "AADSTS65004"]);
/** Nobody has consented to what is asked for, or only an administrator may. */
const NO_CONSENT = new Set(["AADSTS65001", "AADSTS90094", "AADSTS90095"]);
/** It is the account that cannot sign in: unknown, locked, expired, disabled, or with a wrong password. */
const ACCOUNT_AT_FAULT = new Set([50034, 50053, 50055, 50057, 50126].map((code) => "AADSTS" + String(code)));
const TRY_LATER = new Set(["temporarily_unavailable", "server_error"]);
/** Errors that mean the attempt itself is at fault: an old or foreign code, or a rule of the directory. */
const ATTEMPT_AT_FAULT = new Set(["invalid_grant", "interaction_required", "login_required"]);

function refusedAtThePage(error: oidc.AuthorizationResponseError): StaffSignInFault {
  const code = aadCode(error.error_description);
  const words = `Microsoft's sign-in page answered ${[coded(error.error), code].join(" ").trim()}`;
  if (error.error === "access_denied" && DECLINED.has(code)) return refused("declined", words, error, code);
  // A person was refused by a rule of the directory, and did not go back.
  if (error.error === "access_denied" && !NO_CONSENT.has(code) && !OTHER_TENANT.has(code))
    return refused("invalid", words, error, code);
  return refused(reasonOf(error.error, code), words, error, code);
}

function refusedAtRedemption(error: oidc.ResponseBodyError): StaffSignInFault {
  const code = aadCode(error.error_description);
  const words = `Microsoft's token endpoint answered ${[coded(error.error), code].join(" ").trim()}`;
  const reason = isNotNow(error.status) ? "unavailable" : reasonOf(error.error, code);
  return refused(reason, words, error, code);
}

/** Every error that says neither to come back later nor that this attempt was wrong concerns the connector's registration. */
function reasonOf(error: string, code: string): StaffSignInFault["reason"] {
  if (OTHER_TENANT.has(code)) return "other-tenant";
  if (TRY_LATER.has(error)) return "unavailable";
  if (ACCOUNT_AT_FAULT.has(code)) return "invalid";
  return ATTEMPT_AT_FAULT.has(error) && !NO_CONSENT.has(code) ? "invalid" : "registration";
}

const CHECK = "; see the app registration: its federated credential, redirect URIs, consent and client id.";

function refused(
  reason: StaffSignInFault["reason"],
  words: string,
  cause: Error,
  code: string,
): StaffSignInFault {
  const message = words + (reason === "registration" ? CHECK : ".");
  return new StaffSignInFault(reason, message, { cause, ...(code !== "" && { code }) });
}

/** Entra's own code, such as AADSTS700016; "" where the description has none. */
export const aadCode = (description = "") => /\bAADSTS\d{4,8}\b/.exec(description)?.[0] ?? "";

/**
 * The error code if it is a known one:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-codes-for-authorization-endpoint-errors
 */
export const coded = (error: string) => knownCode(error, [...OAUTH_ERRORS, "invalid_resource"]);

const entrasError = z.object({ error: z.string(), error_description: z.string() });

/**
 * The error for a failed question for Entra's addresses. Entra answers 400 and a code of its own where it knows no such
 * directory (AADSTS90002). An answer without such a code is not Entra's, but a proxy's or a firewall's, and says nothing about
 * the directory.
 */
export async function discoveryFault(error: unknown): Promise<unknown> {
  if (!(error instanceof oidc.ClientError) || !(error.cause instanceof Response)) return error;
  const { status } = error.cause;
  if (status < 400 || isNotNow(status)) return error;
  const told = entrasError.safeParse(parsed(await error.cause.text()));
  const code = aadCode(told.data?.error_description);
  if (told.success && code !== "") {
    const words = `Microsoft's sign-in answered ${code} instead of its addresses`;
    const reason = TRY_LATER.has(told.data.error) ? "unavailable" : "registration";
    const check = reason === "registration" ? "; see the tenant's id." : ".";
    return new StaffSignInFault(reason, words + check, { cause: error, code });
  }
  return new StaffSignInFault(
    "unavailable",
    `Something else than Microsoft's sign-in answered ${String(status)} in its stead, such as a proxy: let the connector reach it.`,
    { cause: error },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

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
  if (error instanceof z.ZodError) return true;
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
