import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import { afterAll, afterEach, expect, test } from "vitest";
import {
  application,
  AVERY,
  ec,
  oracleHealth,
  OTHER_ORACLE_TENANT,
  REDIRECT,
  stranger,
  ORACLE_TENANT,
  type Clock,
} from "./oracle.ts";

const clock: Clock = { now: new Date() };
const oracle = await oracleHealth({ clock });
const app = application(oracle, clock);

afterEach(() => {
  oracle.faults.clear();
  clock.now = new Date();
});
afterAll(() => oracle.stop());

const later = (seconds: number) => {
  clock.now = new Date(clock.now.getTime() + seconds * 1000);
};
const errorOf = async (change: Record<string, unknown>) =>
  (await app.signIn(change)).searchParams.get("error");

test("discovery names the authorize page where people are and the rest where programs are", async () => {
  const found = (await (await fetch(`${app.base}/.well-known/smart-configuration`)).json()) as Record<
    string,
    unknown
  >;
  expect(found["authorization_endpoint"]).toBe(app.authorizeUrl);
  expect(found["token_endpoint"]).toBe(app.tokenUrl);
  expect(found["issuer"]).toBe(`${oracle.backChannel}/tenants/${ORACLE_TENANT}`);
  expect(found["code_challenge_methods_supported"]).toEqual(["S256"]);
  const metadata = (await (await fetch(`${app.base}/metadata`)).json()) as Record<string, unknown>;
  expect(metadata).toMatchObject({ resourceType: "CapabilityStatement", fhirVersion: "4.0.1" });
  expect(JSON.stringify(metadata)).toContain("oauth-uris");
});

test("an EHR launch ends with the chart's patient and encounter, for a token of 570 seconds", async () => {
  const body = await app.redeemed();
  const { id } = await oracle.clinic(ORACLE_TENANT).visit("startsSoon");
  expect(body).toMatchObject({
    token_type: "Bearer",
    expires_in: 570,
    patient: "41000001",
    encounter: `5${id.slice(1)}`,
    tenant: ORACLE_TENANT,
    user: "31000001",
    username: "rsample",
    need_patient_banner: true,
    active_ttl: 3600,
  });
});

test("state comes back as it was sent, and a sign-in without state is refused", async () => {
  expect((await app.signIn({ state: "a b&c" })).searchParams.get("state")).toBe("a b&c");
  expect(await errorOf({ state: undefined })).toBe("invalid_request");
});

test("the id_token's issuer is not the one discovery names, and its kid picks one of several keys", async () => {
  const body = await app.redeemed();
  const keys = (await (await fetch(`${oracle.backChannel}/jwk`)).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(String(body["id_token"]), createLocalJWKSet(keys), {
    audience: "provider",
  });
  expect(keys.keys.length).toBeGreaterThan(2);
  expect(payload.iss).toBe(`${oracle.backChannel}/tenants/${ORACLE_TENANT}/oidc/idsps/${ORACLE_TENANT}/`);
  expect(payload).toMatchObject({
    nonce: "nonce-1",
    sub: "rsample",
    fhirUser: `${app.base}/Practitioner/31000001`,
  });
});

test.each([
  ["of another server", { aud: "https://fhir.example.org/r4/x" }, "invalid_request"],
  ["without an audience", { aud: undefined }, "invalid_request"],
  ["with a wildcard scope", { scope: "launch user/*.read" }, "invalid_scope"],
  ["with a system scope", { scope: "launch system/Patient.read" }, "invalid_scope"],
  ["with plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
  ["with a challenge and no method", { code_challenge_method: undefined }, "invalid_request"],
  ["without a launch", { launch: undefined }, "invalid_request"],
  ["with an invented launch", { launch: "invented" }, "invalid_request"],
  ["by somebody else than the chart's clinician", { practitioner: AVERY }, "access_denied"],
])("a sign-in %s goes back with an error and a page that explains it", async (_name, change, error) => {
  const back = await app.signIn(change);
  expect(back.searchParams.get("error")).toBe(error);
  const page = await fetch(back.searchParams.get("error_uri") ?? "");
  expect(await page.text()).toContain("urn:cerner:error:authorization-server");
});

test("a launch value works once, and for five minutes", async () => {
  const launch = await app.launched();
  expect(await errorOf({ launch })).toBeNull();
  const again = await app.signIn({ launch });
  expect(again.searchParams.get("error_uri")).toContain(encodeURIComponent("launch:code-required"));
  const old = await app.launched();
  later(301);
  expect(await errorOf({ launch: old })).toBe("invalid_request");
});

test.each([
  ["a final slash", `${REDIRECT}/`],
  ["another path", "http://127.0.0.1:3000/elsewhere"],
  ["another host", "http://attacker.example/launch/callback"],
])("a redirect URI with %s is never followed", async (_name, uri) => {
  expect((await app.signIn({ redirect_uri: uri })).href).toBe("status:400");
});

test("a system client cannot sign people in, and a tenant that has not enabled a client refuses it", async () => {
  expect((await app.signIn({ client_id: "system" })).href).toBe("status:400");
  expect(() =>
    oracle.launchUrl({
      tenant: OTHER_ORACLE_TENANT,
      clientId: "provider-with-secret",
      practitionerId: AVERY,
      patientId: "41000001",
    }),
  ).toThrow("cannot be launched");
});

test("a code works once: the second time it is refused and takes the refresh token with it", async () => {
  const code = (await app.signIn()).searchParams.get("code");
  const first = await app.redeem(code);
  const refresh = async () =>
    app.token({
      grant_type: "refresh_token",
      refresh_token: first.body["refresh_token"],
      ...(await app.signed()),
    });
  expect((await refresh()).status).toBe(200);
  expect((await app.redeem(code)).body["error"]).toBe("invalid_grant");
  expect((await refresh()).body["error"]).toBe("invalid_grant");
});

test.each([
  ["another verifier", { code_verifier: "w".repeat(64) }],
  ["no verifier", { code_verifier: undefined }],
  ["another redirect URI", { redirect_uri: "http://127.0.0.1:3000/launch/callback?x=1" }],
  ["no redirect URI", { redirect_uri: undefined }],
])("a code is not redeemed with %s", async (_name, change) => {
  const code = (await app.signIn()).searchParams.get("code");
  const { status, body } = await app.redeem(code, change);
  expect([status, body["error"]]).toEqual([400, "invalid_grant"]);
  expect(body["error_uri"]).toContain(oracle.pages);
});

test("a refresh answers without a new refresh token, and none comes without online_access", async () => {
  const { refresh_token } = await app.redeemed();
  const answer = await app.token({ grant_type: "refresh_token", refresh_token, ...(await app.signed()) });
  expect(answer.status).toBe(200);
  expect(answer.body).not.toHaveProperty("refresh_token");
  expect(await app.redeemed({ scope: "launch openid user/Appointment.read" })).not.toHaveProperty(
    "refresh_token",
  );
});

test("a revoked refresh token is worth nothing", async () => {
  const { refresh_token } = await app.redeemed();
  const revoke = app.tokenUrl.replace("/hosts/localhost", "") + "/revoke";
  const body = new URLSearchParams({ token: String(refresh_token), ...(await app.signed()) });
  expect((await fetch(revoke, { method: "POST", body })).status).toBe(200);
  const answer = await app.token({ grant_type: "refresh_token", refresh_token, ...(await app.signed()) });
  expect(answer.body["error"]).toBe("invalid_grant");
});

test("an ES384 assertion is as good as an RS384 one", async () => {
  const code = (await app.signIn()).searchParams.get("code");
  const signed = await app.signed({ alg: "ES384", kid: "ec", key: ec.privateKey });
  expect((await app.redeem(code, signed)).status).toBe(200);
});

const now = () => Math.floor(clock.now.getTime() / 1000);
test.each([
  ["signed by a stranger", () => ({ key: stranger.privateKey })],
  ["with an unknown key id", () => ({ kid: "unknown" })],
  ["for another audience", () => ({ claims: { aud: "https://elsewhere.example/token" } })],
  ["that lives longer than five minutes", () => ({ claims: { exp: now() + 400 } })],
  ["that has expired", () => ({ claims: { exp: now() - 1 } })],
  ["whose subject is another client", () => ({ claims: { sub: "system" } })],
  ["without an id", () => ({ claims: { jti: undefined } })],
])("a client assertion %s proves nothing", async (_name, change) => {
  const code = (await app.signIn()).searchParams.get("code");
  const { status, body } = await app.redeem(code, await app.signed(change()));
  expect([status, body["error"]]).toEqual([401, "invalid_client"]);
});

test("a client assertion is used once", async () => {
  const signed = await app.signed();
  expect((await app.redeem((await app.signIn()).searchParams.get("code"), signed)).status).toBe(200);
  expect((await app.redeem((await app.signIn()).searchParams.get("code"), signed)).status).toBe(401);
});

test("a client with a secret sends it in the header, and nothing else will do", async () => {
  const client_id = "provider-with-secret";
  const launch = await app.launched({ clientId: client_id });
  const code = (await app.signIn({ client_id, launch })).searchParams.get("code");
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
    code_verifier: "v".repeat(64),
  };
  const basic = (secret: string) => ({
    authorization: `Basic ${Buffer.from(`${client_id}:${encodeURIComponent(secret)}`).toString("base64")}`,
  });
  expect((await app.token(form, basic("guessed"))).status).toBe(401);
  expect((await app.token({ ...form, client_id, client_secret: "s3cret: with colon" })).status).toBe(401);
  expect((await app.token(form, basic("s3cret: with colon"))).status).toBe(200);
});

test("a system account gets the system scopes it is registered for, and no more", async () => {
  const answer = await app.system("system/Appointment.read system/Encounter.read");
  expect(answer.body["scope"]).toBe("system/Appointment.read");
  expect((await app.system("system/Encounter.read")).body["error_uri"]).toContain("empty-scopes");
  expect((await app.system("online_access system/Appointment.read")).body["error"]).toBe("invalid_scope");
  const asProvider = {
    grant_type: "client_credentials",
    scope: "system/Appointment.read",
    ...(await app.signed()),
  };
  expect((await app.token(asProvider)).body["error"]).toBe("unauthorized_client");
});

test("the menu of faults breaks the sign-in in each way it names", async () => {
  const broken = async (name: Parameters<typeof oracle.faults.set>[0]) => {
    oracle.faults.clear();
    oracle.faults.set(name);
    return app.redeemed();
  };
  const claims = async (name: Parameters<typeof oracle.faults.set>[0]) => {
    const { id_token } = await broken(name);
    return JSON.parse(Buffer.from(String(id_token).split(".")[1] ?? "", "base64url").toString()) as Record<
      string,
      unknown
    >;
  };
  expect((await broken("scopesTrimmed"))["scope"]).toBe("launch openid fhirUser online_access");
  expect(await broken("openidMissing")).not.toHaveProperty("id_token");
  expect((await broken("noPatientBanner"))["need_patient_banner"]).toBe(false);
  expect((await claims("idTokenWrongAudience"))["aud"]).toBe("another-application");
  expect((await claims("idTokenExpired"))["exp"]).toBeLessThan(now());
  expect((await claims("idTokenWrongIssuer"))["iss"]).toContain("elsewhere");
  expect((await claims("fhirUserElsewhere"))["fhirUser"]).not.toContain(app.base);
  const { id_token } = await broken("idTokenOtherKey");
  const keys = (await (await fetch(`${oracle.backChannel}/jwk`)).json()) as JSONWebKeySet;
  await expect(jwtVerify(String(id_token), createLocalJWKSet(keys))).rejects.toThrow("signature");
  await expect(broken("tokenRefused")).rejects.toThrow("invalid_grant");
  oracle.faults.clear();
  oracle.faults.set("signInRefused");
  expect(await errorOf({})).toBe("access_denied");
  oracle.faults.clear();
  oracle.faults.set("pkceRequired");
  expect(await errorOf({ code_challenge: undefined, code_challenge_method: undefined })).toBe(
    "invalid_request",
  );
});
