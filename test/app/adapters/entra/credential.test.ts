/** Tokens of the app registration: how they are asked for, how they are renewed, and what they say was granted. */
import { expect, test } from "vitest";
import {
  accessToken,
  appCredential,
  appTokens,
  assertion,
} from "../../../../app/adapters/entra/credential.ts";
import { entraGrants } from "../../../../app/adapters/entra/grants.ts";
import type { GraphPermission } from "../../../../app/domain/graphPermissions.ts";
import { serveTls } from "../server.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const granting = (...roles: string[]) =>
  ["e30", Buffer.from(JSON.stringify({ roles })).toString("base64url"), "s"].join(".");

function identityOf(answer: { readonly token: string; readonly expiresOnTimestamp: number } | null) {
  const scopes: unknown[] = [];
  return {
    scopes,
    identity: {
      getToken: (scope: unknown) => {
        scopes.push(scope);
        return Promise.resolve(answer);
      },
    },
  };
}
const managed = () => identityOf({ token: "managed", expiresOnTimestamp: Date.now() + 3_600_000 });

/** The authority's token endpoint. Each token has the roles that `granted` returns at that moment. */
async function tokenEndpoint(granted: () => readonly string[]) {
  const served = await serveTls(({ method }) => ({
    json:
      method === "GET"
        ? {
            issuer: `${served.origin}/${TENANT}/v2.0`,
            authorization_endpoint: served.origin + "/authorize",
            token_endpoint: `${served.origin}/${TENANT}/oauth2/v2.0/token`,
            jwks_uri: served.origin + "/keys",
          }
        : { token_type: "Bearer", expires_in: 3600, access_token: granting(...granted()) },
  }));
  return { authority: served.origin, asked: served.asked };
}

test("the managed identity is asked for what Entra accepts in place of a secret", async () => {
  const { identity, scopes } = managed();
  expect(await assertion(identity)()).toBe("managed");
  expect(scopes).toEqual(["api://AzureADTokenExchange/.default"]);
});

test("a credential without a token is no empty token", async () => {
  await expect(accessToken(identityOf(null).identity, "a scope")()).rejects.toThrow("no token for a scope");
});

test("the registration presents the identity's token, at its own tenant, and nothing else is asked", async () => {
  const { authority, asked } = await tokenEndpoint(() => []);
  const { identity } = managed();
  const credential = appCredential({ authority, tenantId: TENANT, clientId: "client", identity });
  const token = accessToken(credential, "https://graph.example/.default");
  expect(await token()).toBe(granting());
  expect(asked.map(({ method, url }) => method + " " + url.pathname)).toEqual([
    `GET /${TENANT}/v2.0/.well-known/openid-configuration`,
    `POST /${TENANT}/oauth2/v2.0/token`,
  ]);
});

test("a token is kept until it is renewed, which is done at most once in two seconds", async () => {
  let granted = ["A"];
  let now = Date.parse("2027-01-12T15:00:00Z");
  const { authority } = await tokenEndpoint(() => granted);
  const { identity } = managed();
  const options = { authority, tenantId: TENANT, clientId: "client", identity, now: () => new Date(now) };
  const tokens = appTokens(options, "https://graph.example/.default");
  const renewedAfter = async (milliseconds: number) => {
    now += milliseconds;
    granted = [...granted, "B"];
    const isRenewed = tokens.renewToken();
    expect(await tokens.token()).toBe(granting(...(isRenewed ? granted : granted.slice(0, -1))));
    if (!isRenewed) granted = granted.slice(0, -1);
    return isRenewed;
  };
  expect(await tokens.token()).toBe(granting("A"));
  expect(await renewedAfter(0)).toBe(true);
  expect(await renewedAfter(0)).toBe(false);
  expect(await renewedAfter(1_999)).toBe(false);
  expect(await renewedAfter(1)).toBe(true);
  // The clock was set back.
  expect(await renewedAfter(-3_600_000)).toBe(true);
});

const permission = (value: string, kind: GraphPermission["kind"] = "Role"): GraphPermission => ({
  value,
  kind,
  id: value,
  purpose: "a test's",
});
const tokens = (given: string[][], renews = true) => ({
  token: () => Promise.resolve(granting(...(given[0] ?? []))),
  renewToken: () => renews && given.shift() !== undefined,
});

test.each<[what: string, given: string[][], renews: boolean, missing: readonly string[]]>([
  ["all is granted", [["A", "B", "C"]], true, []],
  ["one is missing", [["A"], ["A"]], true, ["B"]],
  ["one is missing in an old token, and was granted since", [["A"], ["A", "B"]], true, []],
  ["one is missing, and no newer token is to be had yet", [["A"], ["A", "B"]], false, ["B"]],
])("of the registration's permissions %s", async (_what, given, renews, missing) => {
  const grants = entraGrants(tokens(given, renews), [
    permission("A"),
    permission("Q", "Scope"),
    permission("B"),
  ]);
  expect(await grants.missing()).toEqual(missing);
});

test("where no token can be had, or it cannot be read, nothing is told", async () => {
  const renewToken = () => true;
  const none = entraGrants({ token: () => Promise.reject(new Error("no")), renewToken }, [permission("A")]);
  const garbage = entraGrants({ token: () => Promise.resolve("garbage"), renewToken }, [permission("A")]);
  expect([await none.missing(), await garbage.missing()]).toEqual(["not-told", "not-told"]);
});

test("a token that names no permissions grants none", async () => {
  const bare = ["e30", Buffer.from("{}").toString("base64url"), "s"].join(".");
  const grants = entraGrants({ token: () => Promise.resolve(bare), renewToken: () => false }, [
    permission("A"),
  ]);
  expect(await grants.missing()).toEqual(["A"]);
});
