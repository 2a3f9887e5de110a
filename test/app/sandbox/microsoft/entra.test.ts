import * as oidc from "openid-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MicrosoftStandIn } from "../../../../app/sandbox/microsoft/start.ts";
import { GLOBAL_ADMINISTRATOR } from "../../../../app/sandbox/microsoft/people.ts";
import { Browser } from "./browser.ts";
import {
  CLIENT,
  EXCHANGE,
  field,
  graphToken,
  hospital,
  IDENTITY,
  identityToken,
  proof,
  REDIRECT,
  TENANT,
  tokenRequest,
  type Clock,
} from "./hospital.ts";

const VERIFIER = "v".repeat(64);
const CHALLENGE = await oidc.calculatePKCECodeChallenge(VERIFIER);
let clock: Clock;
let microsoft: MicrosoftStandIn;
beforeEach(async () => {
  clock = { now: new Date() };
  microsoft = await hospital({}, { clock });
});
afterEach(() => microsoft.stop());

function authorizeUrl(change: Readonly<Record<string, string>> = {}): string {
  const url = new URL(`${microsoft.pages}/${TENANT}/oauth2/v2.0/authorize`);
  url.search = new URLSearchParams({
    client_id: CLIENT,
    redirect_uri: REDIRECT,
    response_type: "code",
    scope: "openid profile",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    state: "st4te",
    nonce: "n0nce",
    ...change,
  }).toString();
  return url.href;
}

async function signIn(account: string, browser = new Browser()): Promise<URL> {
  const response = await browser.submit(authorizeUrl(), { account });
  return new URL(response.headers.get("location") ?? "");
}

async function redeem(code: string | null, change: Readonly<Record<string, string>> = {}): Promise<Response> {
  return tokenRequest(microsoft, {
    ...(await proof(microsoft)),
    grant_type: "authorization_code",
    code: code ?? "",
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    ...change,
  });
}

/** openid-client as the connector uses it: the real checks of issuer, signature, audience, nonce. */
async function claimsOf(callback: URL) {
  const assertion = await identityToken(microsoft, EXCHANGE);
  const config = await oidc.discovery(new URL(microsoft.issuer), CLIENT, undefined, (_as, _client, body) => {
    for (const [name, value] of Object.entries({
      client_id: CLIENT,
      client_assertion: assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }))
      body.set(name, value);
  });
  const checks = { pkceCodeVerifier: VERIFIER, expectedState: "st4te", expectedNonce: "n0nce" };
  return (await oidc.authorizationCodeGrant(config, callback, checks)).claims();
}

test("a clinician signs in, and the real client takes the tenant's word for who it is", async () => {
  const claims = await claimsOf(await signIn("avery.park@lamna.example"));
  expect(claims).toMatchObject({
    iss: microsoft.issuer,
    aud: CLIENT,
    tid: TENANT,
    oid: "7d0c5a1e-0000-4000-8000-00000000b002",
    name: "Avery Park, MD",
    preferred_username: "avery.park@lamna.example",
  });
  expect(claims).not.toHaveProperty("wids");
});

test("an administrator's token names the directory role or the app role, and whose account it is", async () => {
  const global = await claimsOf(await signIn("sam.brenner@lamna.example"));
  expect(global).toMatchObject({ wids: [GLOBAL_ADMINISTRATOR], acct: 0 });
  const connectors = await claimsOf(await signIn("alex.romero@lamna.example"));
  expect(connectors).toMatchObject({ roles: ["Connector.Admin"], acct: 0 });
});

test("tokens are signed by a new key after a rotation, and the old key's tokens stay good", async () => {
  const before = await proof(microsoft);
  await microsoft.signKeyRotate();
  const wanted = {
    ...before,
    grant_type: "client_credentials",
    scope: "https://graph.microsoft.com/.default",
  };
  expect((await tokenRequest(microsoft, wanted)).status).toBe(200);
  expect((await claimsOf(await signIn("avery.park@lamna.example")))?.["name"]).toBe("Avery Park, MD");
  await microsoft.signKeyRotate();
  expect(await refusal(await tokenRequest(microsoft, wanted))).toBe("invalid_client 700027");
});

async function refusal(response: Response): Promise<string> {
  const body: unknown = await response.json();
  const code = /^AADSTS(\d+): .+ Trace ID: .+ Correlation ID: .+ Timestamp: /.exec(
    field(body, "error_description"),
  )?.[1];
  return `${field(body, "error")} ${code ?? "without a code"}`;
}

test.for([
  ["a secret", { client_secret: "anything" }, "invalid_client 7000215"],
  ["no assertion", { client_assertion: "" }, "invalid_client 700027"],
  ["another way of asserting", { client_assertion_type: "saml" }, "invalid_client 7000218"],
  ["another application", { client_id: IDENTITY.clientId }, "unauthorized_client 700016"],
  ["an unknown grant", { grant_type: "password" }, "unsupported_grant_type 70003"],
  ["a scope that is no resource's default", { scope: "User.Read" }, "invalid_scope 1002012"],
  ["a resource of nobody", { scope: "https://example.org/.default" }, "invalid_resource 500011"],
] as const)("the registration gets no token with %s", async ([, change, refused]) => {
  const good = {
    ...(await proof(microsoft)),
    grant_type: "client_credentials",
    scope: "https://graph.microsoft.com/.default",
  };
  expect((await tokenRequest(microsoft, good)).status).toBe(200);
  expect(await refusal(await tokenRequest(microsoft, { ...good, ...change }))).toBe(refused);
});

test("an assertion counts only as the federated credential says: its audience, its subject, its time, its signature", async () => {
  const asking = async (client_assertion: string) =>
    refusal(
      await tokenRequest(microsoft, {
        ...(await proof(microsoft)),
        client_assertion,
        grant_type: "client_credentials",
        scope: "https://graph.microsoft.com/.default",
      }),
    );
  expect(await asking(await identityToken(microsoft, "https://vault.azure.net"))).toBe(
    "invalid_client 700212",
  );
  expect(await asking(await graphToken(microsoft))).toBe("invalid_client 700213");
  const good = await identityToken(microsoft, EXCHANGE);
  expect(await asking(good.slice(0, -8) + "AAAAAAAA")).toBe("invalid_client 700027");
  const late = { ...(await proof(microsoft)), client_assertion: good };
  clock.now = new Date(clock.now.getTime() + 25 * 3_600_000);
  const scope = "https://graph.microsoft.com/.default";
  expect(
    await refusal(await tokenRequest(microsoft, { ...late, grant_type: "client_credentials", scope })),
  ).toBe("invalid_client 700024");
});

test("a federated credential for another principal lets nobody in", async () => {
  const foreign = await hospital({
    registration: {
      clientId: CLIENT,
      redirectUris: [REDIRECT],
      grantedRoles: [],
      federatedCredentials: [
        { issuer: "https://login.example/v2.0", subject: "somebody", audience: EXCHANGE },
      ],
    },
  });
  const form = {
    ...(await proof(foreign)),
    grant_type: "client_credentials",
    scope: "https://graph.microsoft.com/.default",
  };
  expect(await refusal(await tokenRequest(foreign, form))).toBe("invalid_client 700211");
  await foreign.stop();
});

test("a code is good once, for ten minutes, for its verifier and its address", async () => {
  const code = async () => (await signIn("avery.park@lamna.example")).searchParams.get("code");
  const once = await code();
  expect((await redeem(once)).status).toBe(200);
  expect(await refusal(await redeem(once))).toBe("invalid_grant 54005");
  expect(await refusal(await redeem(await code(), { code_verifier: "w".repeat(64) }))).toBe(
    "invalid_grant 501481",
  );
  expect(await refusal(await redeem(await code(), { redirect_uri: REDIRECT + "/" }))).toBe(
    "invalid_grant 500112",
  );
  const old = await code();
  clock.now = new Date(clock.now.getTime() + 10 * 60_000);
  expect(await refusal(await redeem(old))).toBe("invalid_grant 70008");
});

test.for([
  ["an unregistered address", { redirect_uri: REDIRECT + "/" }, "AADSTS50011"],
  ["an unknown application", { client_id: IDENTITY.clientId }, "AADSTS700016"],
] as const)("%s is told to the person, and nothing is sent there", async ([, change, code]) => {
  const response = await new Browser().open(authorizeUrl(change));
  expect(response.status).toBe(400);
  expect(response.headers.get("location")).toBeNull();
  expect(await response.text()).toContain(code);
});

test.for([
  ["no PKCE", { code_challenge_method: "plain" }, "invalid_request"],
  ["a scope it does not know", { scope: "openid everything" }, "invalid_scope"],
  ["another response type", { response_type: "id_token" }, "unsupported_response_type"],
  ["nobody signed in and no page wanted", { prompt: "none" }, "login_required"],
] as const)("the application hears of %s, with its state", async ([, change, error]) => {
  const response = await new Browser().open(authorizeUrl(change));
  const back = new URL(response.headers.get("location") ?? "");
  expect(back.origin + back.pathname).toBe(REDIRECT);
  expect([back.searchParams.get("error"), back.searchParams.get("state")]).toEqual([error, "st4te"]);
});

test("a browser stays signed in, is asked again only when the application wants it, and may go back", async () => {
  const browser = new Browser();
  await signIn("jordan.ortega@lamna.example", browser);
  const silent = new URL(
    (await browser.open(authorizeUrl({ prompt: "none" }))).headers.get("location") ?? "",
  );
  expect(silent.searchParams.get("code")).not.toBeNull();
  const picker = await browser.text(authorizeUrl({ prompt: "select_account" }));
  expect(picker).toMatch(/Jordan Ortega, NP.+Signed in.+Use another account/s);
  expect((await signIn("cancel", browser)).searchParams.get("error")).toBe("access_denied");
});

test("a person of another organization is stopped, or comes back in a token of the other tenant where the switch says so", async () => {
  const refused = await new Browser().submit(authorizeUrl(), { account: "casey.meyer@contoso.example" });
  expect([refused.status, refused.headers.get("location")]).toEqual([400, null]);
  expect(await refused.text()).toContain("AADSTS50020");
  microsoft.faults.set({ foreignSignIn: "token" });
  const callback = await signIn("casey.meyer@contoso.example");
  await expect(claimsOf(callback)).rejects.toMatchObject({ code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED" });
});

test("tokens travel by https only", async () => {
  const plain = await fetch(`${microsoft.pages}/${TENANT}/oauth2/v2.0/token`, { method: "POST" });
  expect(plain.status).toBe(403);
  expect((await fetch(`${microsoft.pages}/v1.0/users/x`)).status).toBe(403);
  expect((await fetch(`${microsoft.pages}/keys/fhir?api-version=7.6`)).status).toBe(403);
});

test("a tenant nobody knows has no sign-in", async () => {
  const response = await fetch(`${microsoft.backChannel}/contoso/v2.0/.well-known/openid-configuration`);
  expect(await refusal(response)).toBe("invalid_tenant 90002");
});

test("the identity endpoint answers its own site only", async () => {
  const ask = async (query: string, header = microsoft.identity.header) =>
    (await fetch(`${microsoft.identity.endpoint}?${query}`, { headers: { "x-identity-header": header } }))
      .status;
  const good = `api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&client_id=${IDENTITY.clientId}`;
  expect(await ask(good)).toBe(200);
  expect(await ask(good, "guess")).toBe(401);
  expect(await ask(good, "0".repeat(microsoft.identity.header.length))).toBe(401);
  expect(await ask(good.replace(IDENTITY.clientId, CLIENT))).toBe(400);
  expect(await ask(good.replace("2019-08-01", "2017-09-01"))).toBe(400);
});
