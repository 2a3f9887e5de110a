/** Who may bring events: every claim is wrong once, everything else about the token is right. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventGridCallers } from "../../../../app/adapters/entra/eventGridCallers.ts";
import type { OtherClaims } from "../../../../app/sandbox/microsoft/entra/apiTokens.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { aMinuteLater, call, handshake } from "./eventGrid.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const OTHER_TENANT = "bbbbbbbb-0000-4000-8000-000000000002";
const OTHER_APPLICATION = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const seconds = (ahead = 0) => Math.floor(Date.now() / 1000) + ahead;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
beforeEach(aMinuteLater());
beforeEach(() => void deployment.logged.splice(0));
afterAll(() => deployment.stop());

const microsoft = () => deployment.sandbox.microsoft;
const shaken = (token?: string) =>
  call(deployment.url, {
    ...(token !== undefined && { token }),
    kind: "SubscriptionValidation",
    body: handshake("0f1e2d3c"),
  });

async function expectRefused(token: string | undefined, status: number, reason: string): Promise<void> {
  const answer = await shaken(token);
  expect([answer.status, answer.body]).toEqual([status, ""]);
  expect(answer.headers.get("www-authenticate") ?? "none").toMatch(status === 401 ? /^Bearer/ : /^none$/);
  expect(deployment.logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { event: "events.refused", status, reason },
  ]);
}

describe.each(["1.0", "2.0"] as const)("version %s of the token", (version) => {
  const elsewhere = {
    "1.0": `https://sts.windows.net/${OTHER_TENANT}/`,
    "2.0": `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`,
  }[version];
  const application = version === "1.0" ? "appid" : "azp";

  test("a right one is let in", async () => {
    expect((await shaken(await microsoft().eventGridToken(version))).status).toBe(200);
  });

  test.each<readonly [string, OtherClaims, number, string]>([
    ["for Microsoft Graph", { aud: "https://graph.microsoft.com" }, 401, "audience"],
    ["for another registration", { aud: "api://" + OTHER_APPLICATION }, 401, "audience"],
    ["of another tenant", { iss: elsewhere, tid: OTHER_TENANT }, 401, "issuer"],
    ["of another authority", { iss: `https://login.example/${TENANT}/v2.0` }, 401, "issuer"],
    ["of our issuer, about another tenant", { tid: OTHER_TENANT }, 401, "tenant"],
    ["about no tenant", { tid: undefined }, 401, "malformed"],
    ["that is over", { exp: seconds(-120) }, 503, "expired"],
    ["that never ends", { exp: undefined }, 401, "malformed"],
    ["that has not begun", { nbf: seconds(120) }, 503, "not-yet-valid"],
    ["of another application with the role", { [application]: OTHER_APPLICATION }, 403, "other-application"],
    ["of no application", { [application]: undefined }, 403, "other-application"],
    ["without a role", { roles: undefined }, 503, "role-missing"],
    ["with another role", { roles: ["Connector.Admin"] }, 503, "role-missing"],
    ["with the role in words", { roles: "AzureEventGridSecureWebhookSubscriber" }, 401, "malformed"],
  ])("one %s is refused", async (_what, claims, status, reason) => {
    await expectRefused(await microsoft().eventGridToken(version, claims), status, reason);
  });

  test("a clock that is half a minute off is borne with", async () => {
    const late = await microsoft().eventGridToken(version, { exp: seconds(-30) });
    const early = await microsoft().eventGridToken(version, { nbf: seconds(30) });
    expect([(await shaken(late)).status, (await shaken(early)).status]).toEqual([200, 200]);
  });
});

describe("what is no token of Entra's is refused", () => {
  const changed = async (header: object, part = 0) => {
    const parts = (await microsoft().eventGridToken()).split(".");
    const said = JSON.parse(Buffer.from(parts[part] ?? "", "base64url").toString()) as object;
    parts[part] = Buffer.from(JSON.stringify({ ...said, ...header })).toString("base64url");
    return parts.join(".");
  };

  test("none at all", () => expectRefused(undefined, 401, "no-token"));
  test("garbage", () => expectRefused("garbage", 401, "malformed"));
  test("three words", () => expectRefused("a.b.c", 401, "malformed"));
  test("one that says it needs no signature", async () => {
    const unsigned = (await changed({ alg: "none" })).replace(/\.[^.]*$/, ".");
    await expectRefused(unsigned, 401, "algorithm");
  });
  test("one that says a shared secret signed it", async () => {
    await expectRefused(await changed({ alg: "HS256" }), 401, "algorithm");
  });
  test("one whose claims were changed afterwards", async () => {
    const expired = await changed({ exp: seconds(86_400) }, 1);
    await expectRefused(expired, 401, "signature");
  });
  test("one that names a key Entra does not have", async () => {
    await expectRefused(await changed({ kid: "mine" }), 503, "unknown-key");
  });
  test("one of the connector's own, from its managed identity", async () => {
    const { endpoint, header } = microsoft().identity;
    const asked = new URL(endpoint);
    asked.searchParams.set("api-version", "2019-08-01");
    asked.searchParams.set("client_id", PROVISIONED.identityClientId);
    asked.searchParams.set("resource", "api://" + PROVISIONED.clientId);
    const answer = await fetch(asked, { headers: { "x-identity-header": header } });
    const { access_token: own } = (await answer.json()) as { readonly access_token: string };
    await expectRefused(own, 403, "other-application");
  });
});

describe("the directory's keys", () => {
  const authority = "https://login.lamna.example";
  const issuer = `${authority}/${TENANT}/v2.0`;

  /** An authority whose key set says of its key for whom it signs. */
  async function recognizedWhen(keyIssuer: string | undefined, reachable = () => true) {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const key = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig", issuer: keyIssuer };
    const callers = eventGridCallers({
      authority,
      tenantId: TENANT,
      clientId: PROVISIONED.clientId,
      now: () => new Date(),
      fetch: (url) =>
        reachable()
          ? Promise.resolve(
              Response.json(
                url.endsWith("/keys") ? { keys: [key] } : { issuer, jwks_uri: authority + "/keys" },
              ),
            )
          : Promise.reject(new TypeError("fetch failed")),
    });
    const token = await new SignJWT({
      tid: TENANT,
      azp: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
      roles: ["AzureEventGridSecureWebhookSubscriber"],
    })
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .setIssuer(issuer)
      .setAudience(PROVISIONED.clientId)
      .setNotBefore("0s")
      .setExpirationTime("1h")
      .sign(privateKey);
    return () => callers.recognize(token);
  }

  test.each([
    ["our tenant", issuer, "event-grid"],
    ["whichever tenant asks", authority + "/{tenantid}/v2.0", "event-grid"],
    ["nobody in particular", undefined, "event-grid"],
    ["personal accounts", authority + "/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "foreign-key"],
  ])("one that signs for %s", async (_whom, keyIssuer, verdict) => {
    const recognize = await recognizedWhen(keyIssuer);
    expect(await recognize()).toBe(verdict);
  });

  test("while they cannot be read nothing is said about a token, and later it is asked again", async () => {
    let reachable = false;
    const recognize = await recognizedWhen(issuer, () => reachable);
    await expect(recognize()).rejects.toThrow();
    reachable = true;
    expect(await recognize()).toBe("event-grid");
  });
});
