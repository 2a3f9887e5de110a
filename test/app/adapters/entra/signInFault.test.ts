/** Why nobody is signed in: what Microsoft says, what the library says, and what a person is told by it. */
import * as oidc from "openid-client";
import { expect, test } from "vitest";
import { z } from "zod";
import { signInFault } from "../../../../app/adapters/entra/signInFault.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";

const atThePage = (error: string, description = "") =>
  new oidc.AuthorizationResponseError("refused", {
    cause: new URLSearchParams({ error, error_description: description }),
  });
const atRedemption = (error: string, description = "") =>
  new oidc.ResponseBodyError("refused", {
    cause: { error, error_description: description },
    response: new Response(null, { status: 400 }),
  });
const clientError = (code: string, options: ErrorOptions = {}) =>
  Object.assign(new oidc.ClientError("no", options), { code });
const HOME = "aaaaaaaa-0000-4000-8000-000000000001";
const OTHER = "bbbbbbbb-0000-4000-8000-000000000002";
const issuerOf = (tenant: string) => "https://login.microsoftonline.com/" + tenant + "/v2.0";
const ofIssuer = (claim: string, iss: string, tid: string) =>
  clientError("OAUTH_JWT_CLAIM_COMPARISON_FAILED", {
    cause: new Error("no", { cause: { claim, expected: issuerOf(HOME), claims: { iss, tid } } }),
  });
const CHECK = "; see the app registration: its federated credential, redirect URIs and client id.";

test.each<[error: unknown, reason: StaffSignInFault["reason"], words: string]>([
  [
    atThePage("access_denied", "AADSTS50020: User account 'a@b.example' does not exist in tenant"),
    "other-tenant",
    "Microsoft's sign-in page answered access_denied AADSTS50020.",
  ],
  [
    atThePage("access_denied", "AADSTS51004: no"),
    "other-tenant",
    "Microsoft's sign-in page answered access_denied AADSTS51004.",
  ],
  [
    atThePage("access_denied", "AADSTS90072: no"),
    "other-tenant",
    "Microsoft's sign-in page answered access_denied AADSTS90072.",
  ],
  [
    atThePage("access_denied", "AADSTS65004: User declined"),
    "declined",
    "Microsoft's sign-in page answered access_denied AADSTS65004.",
  ],
  [atThePage("access_denied"), "declined", "Microsoft's sign-in page answered access_denied."],
  [
    atThePage("temporarily_unavailable"),
    "unavailable",
    "Microsoft's sign-in page answered temporarily_unavailable.",
  ],
  [atThePage("server_error"), "unavailable", "Microsoft's sign-in page answered server_error."],
  [atThePage("invalid_request"), "invalid", "Microsoft's sign-in page answered invalid_request."],
  [
    atThePage("invalid_resource", "XAADSTS50020 AADSTS123 AADSTS123456789"),
    "invalid",
    "Microsoft's sign-in page answered invalid_resource.",
  ],
  [
    atRedemption("invalid_grant", "AADSTS50020: no"),
    "other-tenant",
    "Microsoft's token endpoint answered invalid_grant AADSTS50020.",
  ],
  ...["invalid_grant", "interaction_required", "consent_required", "login_required"].map(
    (code): [unknown, "invalid", string] => [
      atRedemption(code, "AADSTS70008: The code has expired"),
      "invalid",
      `Microsoft's token endpoint answered ${code} AADSTS70008.`,
    ],
  ),
  [
    atRedemption("invalid_client", "AADSTS700213: No matching federated identity record"),
    "unavailable",
    "Microsoft's token endpoint answered invalid_client AADSTS700213" + CHECK,
  ],
  [
    ofIssuer("iss", issuerOf(OTHER), OTHER),
    "other-tenant",
    "The account belongs to another directory than the hospital's.",
  ],
  [
    ofIssuer("iss", "https://evil.example/" + OTHER + "/v2.0", OTHER),
    "invalid",
    "Microsoft's answer does not prove who signed in.",
  ],
  [ofIssuer("iss", issuerOf(OTHER), HOME), "invalid", "Microsoft's answer does not prove who signed in."],
  [ofIssuer("aud", issuerOf(OTHER), OTHER), "invalid", "Microsoft's answer does not prove who signed in."],
  [new z.ZodError([]), "invalid", "Microsoft's answer does not prove who signed in."],
  ...[
    "OAUTH_INVALID_RESPONSE",
    "OAUTH_PARSE_ERROR",
    "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
    "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
    "OAUTH_KEY_SELECTION_FAILED",
    "OAUTH_UNSUPPORTED_OPERATION",
  ].map((code): [unknown, "invalid", string] => [
    clientError(code),
    "invalid",
    "Microsoft's answer does not prove who signed in.",
  ]),
  [clientError("OAUTH_TIMEOUT"), "unavailable", "Microsoft's sign-in could not be asked."],
  [new oidc.ClientError("no"), "unavailable", "Microsoft's sign-in could not be asked."],
  [new TypeError("fetch failed"), "unavailable", "Microsoft's sign-in could not be asked."],
])("%#: %s is %s: %s", (error, reason, words) => {
  const fault = signInFault(error);
  expect(fault).toMatchObject({ reason, message: words, cause: error });
  // Entra's descriptions may hold the account's name.
  expect(fault.message).not.toContain("@");
});

test("what is a fault of ours already stays as it is", () => {
  const fault = new StaffSignInFault("declined", "no");
  expect(signInFault(fault)).toBe(fault);
});

test("a code that nobody knows is not repeated", () => {
  expect(signInFault(atThePage("maria_lopez")).message).not.toContain("maria");
  expect(signInFault(atRedemption("maria_lopez")).message).not.toContain("maria");
});
