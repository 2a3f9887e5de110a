/** Why nobody is signed in: what Microsoft says, what the library says, and what a person is told by it. */
import * as oidc from "openid-client";
import { expect, test } from "vitest";
import * as z from "zod";
import { discoveryFault, signInFault } from "../../../../app/adapters/entra/signInFault.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";

const atThePage = (error: string, description = "") =>
  new oidc.AuthorizationResponseError("refused", {
    cause: new URLSearchParams({ error, error_description: description }),
  });
const atRedemption = (error: string, description = "", status = 400) =>
  new oidc.ResponseBodyError("refused", {
    cause: { error, error_description: description },
    response: new Response(null, { status }),
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
const CHECK = "; see the app registration: its federated credential, redirect URIs, consent and client id.";
const answering = (status: number, code = "OAUTH_RESPONSE_IS_NOT_CONFORM") =>
  clientError(code, { cause: new Response(null, { status }) });

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
    atThePage("access_denied", "AADSTS53003: Blocked by Conditional Access"),
    "invalid",
    "Microsoft's sign-in page answered access_denied AADSTS53003.",
  ],
  [
    atThePage("access_denied", "AADSTS90094: The grant requires admin permission"),
    "registration",
    "Microsoft's sign-in page answered access_denied AADSTS90094" + CHECK,
  ],
  [
    atThePage("temporarily_unavailable"),
    "unavailable",
    "Microsoft's sign-in page answered temporarily_unavailable.",
  ],
  [atThePage("server_error"), "unavailable", "Microsoft's sign-in page answered server_error."],
  [atThePage("invalid_request"), "registration", "Microsoft's sign-in page answered invalid_request" + CHECK],
  [
    atThePage("invalid_resource", "XAADSTS50020 AADSTS123 AADSTS123456789"),
    "registration",
    "Microsoft's sign-in page answered invalid_resource" + CHECK,
  ],
  [atThePage("login_required"), "invalid", "Microsoft's sign-in page answered login_required."],
  [
    atRedemption("invalid_grant", "AADSTS50020: no"),
    "other-tenant",
    "Microsoft's token endpoint answered invalid_grant AADSTS50020.",
  ],
  ...["invalid_grant", "interaction_required", "login_required"].map((code): [unknown, "invalid", string] => [
    atRedemption(code, "AADSTS70008: The code has expired"),
    "invalid",
    `Microsoft's token endpoint answered ${code} AADSTS70008.`,
  ]),
  [
    atRedemption("invalid_grant", "AADSTS65001: The user or administrator has not consented"),
    "registration",
    "Microsoft's token endpoint answered invalid_grant AADSTS65001" + CHECK,
  ],
  [
    atRedemption("consent_required", ""),
    "registration",
    "Microsoft's token endpoint answered consent_required" + CHECK,
  ],
  [
    atRedemption("temporarily_unavailable", "AADSTS90033: A transient error has occurred"),
    "unavailable",
    "Microsoft's token endpoint answered temporarily_unavailable AADSTS90033.",
  ],
  [
    atRedemption("invalid_request", "AADSTS90055: Too many requests", 429),
    "unavailable",
    "Microsoft's token endpoint answered invalid_request AADSTS90055.",
  ],
  [answering(400), "unavailable", "Microsoft's sign-in could not be asked."],
  [answering(404), "unavailable", "Microsoft's sign-in could not be asked."],
  [answering(503), "unavailable", "Microsoft's sign-in could not be asked."],
  [answering(400, "OAUTH_RESPONSE_IS_NOT_JSON"), "unavailable", "Microsoft's sign-in could not be asked."],
  [
    atRedemption("invalid_client", "AADSTS700213: No matching federated identity record"),
    "registration",
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
  expect(fault.code).toBe(/AADSTS\d+/.exec(fault.message)?.[0]);
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

const atDiscovery = (status: number, body: string) =>
  clientError("OAUTH_RESPONSE_IS_NOT_CONFORM", { cause: new Response(body, { status }) });
const entras = (error: string, description: string) =>
  JSON.stringify({ error, error_description: description });

test.each<
  [status: number, body: string, reason: StaffSignInFault["reason"], words: string, code: string | undefined]
>([
  [
    400,
    entras("invalid_tenant", "AADSTS90002: Tenant not found."),
    "registration",
    "Microsoft's sign-in answered AADSTS90002 instead of its addresses; see the tenant's id.",
    "AADSTS90002",
  ],
  [
    499,
    entras("temporarily_unavailable", "AADSTS90033: Later."),
    "unavailable",
    "Microsoft's sign-in answered AADSTS90033 instead of its addresses.",
    "AADSTS90033",
  ],
  ...["<html>Blocked</html>", "{}", entras("blocked", "by the firewall")].map(
    (body): [number, string, "unavailable", string, undefined] => [
      403,
      body,
      "unavailable",
      "Something else than Microsoft's sign-in answered 403 in its stead, such as a proxy: let the connector reach it.",
      undefined,
    ],
  ),
])("addresses that are answered with %i %s are told as %s", async (status, body, reason, words, code) => {
  const error = atDiscovery(status, body);
  const fault = (await discoveryFault(error)) as StaffSignInFault;
  expect([fault.reason, fault.message, fault.code, fault.cause]).toEqual([reason, words, code, error]);
});

test("addresses for which Microsoft asks to come later, or that fail otherwise, say nothing of the directory", async () => {
  const later = entras("invalid_tenant", "AADSTS90002: Tenant not found.");
  for (const status of [200, 399, 429, 500, 503]) {
    const error = atDiscovery(status, later);
    expect(await discoveryFault(error), String(status)).toBe(error);
  }
  for (const error of [new Error("no"), clientError("OAUTH_TIMEOUT"), new oidc.ClientError("no")])
    expect(await discoveryFault(error)).toBe(error);
});
