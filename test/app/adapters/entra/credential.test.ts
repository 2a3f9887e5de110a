/** Tokens of the app registration: how they are asked for, how they are renewed, and what they say was granted. */
import { expect, onTestFinished, test, vi } from "vitest";
import {
  accessToken,
  appCredential,
  appTokens,
  assertion,
} from "../../../../app/adapters/entra/credential.ts";
import { entraGrants } from "../../../../app/adapters/entra/grants.ts";
import { callGraph, deadlineIn, GraphRefusal } from "../../../../app/adapters/graph/call.ts";
import { serve, serveTls } from "../server.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const saying = (claims: object) =>
  ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "s"].join(".");
const granting = (...roles: string[]) => saying({ roles });

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

/** The authority's token endpoint. Each token has the roles that `granted` returns at that moment; undefined refuses it. */
async function tokenEndpoint(
  granted: () => readonly string[] | undefined | Promise<undefined>,
  claims: () => object = () => ({}),
) {
  const served = await serveTls(async ({ method }) => {
    if (method === "GET")
      return {
        json: {
          issuer: `${served.origin}/${TENANT}/v2.0`,
          authorization_endpoint: served.origin + "/authorize",
          token_endpoint: `${served.origin}/${TENANT}/oauth2/v2.0/token`,
          jwks_uri: served.origin + "/keys",
        },
      };
    const roles = await granted();
    return {
      json:
        roles === undefined
          ? { error: "temporarily_unavailable" }
          : { token_type: "Bearer", expires_in: 3600, access_token: saying({ roles, ...claims() }) },
    };
  });
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

/** Tokens of a registration that needs A and B, at an authority of which they are asked. */
async function registered(granted: string[], patienceMs = 30_000) {
  const silence = Promise.withResolvers<undefined>();
  onTestFinished(() => {
    silence.resolve(undefined);
  });
  const at = {
    granted,
    how: "up" as "up" | "down" | "silent",
    claims: {},
    now: Date.parse("2027-01-12T15:00:00Z"),
    /** Why no new token could be had. */
    told: [] as unknown[],
    /** Ends the silence. */
    speak: () => {
      silence.resolve(undefined);
    },
  };
  const { authority, asked } = await tokenEndpoint(
    () => (at.how === "up" ? at.granted : at.how === "down" ? undefined : silence.promise),
    () => at.claims,
  );
  const tokens = appTokens(
    {
      ...{ authority, tenantId: TENANT, clientId: "client", identity: managed().identity },
      now: () => new Date(at.now),
      log: { error: (event, cause) => void at.told.push([event, cause]) },
      patienceMs,
    },
    "https://graph.example/.default",
  );
  /** How many tokens the authority has issued. */
  const issued = () => asked.filter(({ method }) => method === "POST").length;
  return { at, tokens, issued };
}

test("a token that is refused is replaced, whatever it holds: consent may have been withdrawn", async () => {
  const { at, tokens, issued } = await registered(["A", "B"]);
  const token = await tokens.token();
  at.granted = ["A"];
  expect(tokens.renewToken(token, 403)).toBe(true);
  expect([await tokens.token(), issued()]).toEqual([granting("A"), 2]);
  at.granted = ["B"];
  expect(tokens.renewToken(granting("A"), 401)).toBe(true);
  expect([await tokens.token(), issued()]).toEqual([granting("B"), 3]);
});

test("a token that was refused for a permission is given on while no new one can be had; one that is not valid is not", async () => {
  const { at, tokens, issued: asked } = await registered(["A"]);
  const token = await tokens.token();
  at.granted = ["A", "B"];
  at.how = "down";
  expect(tokens.renewToken(token, 403)).toBe(true);
  expect([await tokens.token(), at.told.length]).toEqual([token, 1]);
  // However often it is refused, no other is asked for within the minute.
  const before = asked();
  expect([tokens.renewToken(token, 403), await tokens.token(), asked() - before]).toEqual([false, token, 0]);
  at.how = "up";
  at.now += 59_999;
  expect([await tokens.token(), asked() - before]).toEqual([token, 0]);
  at.now += 1;
  expect(await tokens.token()).toBe(granting("A", "B"));
  at.how = "down";
  expect(tokens.renewToken(granting("A", "B"), 401)).toBe(true);
  await expect(tokens.token()).rejects.toThrow();
  expect(at.told).toHaveLength(1);
});

test("the older token is gone once there is a new one, once it has run out, and once it is not valid", async () => {
  const { at, tokens } = await registered(["A"]);
  at.claims = { exp: at.now / 1000 + 60 };
  const token = await tokens.token();
  const other = saying({ roles: ["A", "B"], ...at.claims });
  at.granted = ["A", "B"];
  expect([tokens.renewToken(token, 403), await tokens.token()]).toEqual([true, other]);
  at.how = "down";
  expect([tokens.renewToken(other, 403), await tokens.token()]).toEqual([true, other]);
  at.now += 60_000;
  await expect(tokens.token()).rejects.toThrow();
  at.claims = {};
  at.how = "up";
  const last = await tokens.token();
  at.how = "down";
  expect([tokens.renewToken(last, 403), await tokens.token()]).toEqual([true, last]);
  expect(tokens.renewToken(last, 401)).toBe(true);
  await expect(tokens.token()).rejects.toThrow();
});

test("while the authority is silent, nobody waits long who has an older token, and what it says at last counts", async () => {
  const { at, tokens, issued: asked } = await registered(["A"], 20);
  const token = await tokens.token();
  at.granted = ["A", "B"];
  at.how = "silent";
  expect([tokens.renewToken(token, 403), await tokens.token(), await tokens.token()]).toEqual([
    true,
    token,
    token,
  ]);
  at.speak();
  await vi.waitFor(() => expect(at.told).toHaveLength(1));
  at.how = "up";
  const before = asked();
  expect([await tokens.token(), asked() - before]).toEqual([token, 0]);
  at.now += 60_000;
  await vi.waitFor(async () => expect(await tokens.token()).toBe(granting("A", "B")));
});

test("of many that are refused together one asks for a new token, and all have it", async () => {
  const { at, tokens, issued } = await registered(["A"]);
  const token = await tokens.token();
  at.granted = ["A", "B"];
  expect([1, 2, 3].map(() => tokens.renewToken(token, 403))).toEqual([true, true, true]);
  expect(await Promise.all([tokens.token(), tokens.token()])).toEqual([
    granting("A", "B"),
    granting("A", "B"),
  ]);
  expect([tokens.renewToken(token, 403), await tokens.token(), issued()]).toEqual([
    true,
    granting("A", "B"),
    2,
  ]);
});

test("a lasting refusal asks for five tokens at once, and then for one a minute, whatever the clock does", async () => {
  const { at, tokens, issued } = await registered(["A"]);
  const refusedTimes = async (times: number) => {
    const before = issued();
    for (let each = 0; each < times; each++) {
      // Otherwise the token would be the same one as before.
      at.granted = ["A", "X" + String(at.now + each)];
      tokens.renewToken(await tokens.token(), 403);
    }
    await tokens.token();
    return issued() - before;
  };
  expect(await refusedTimes(20)).toBe(1 + 5);
  const after = async (milliseconds: number) => {
    at.now += milliseconds;
    return refusedTimes(9);
  };
  expect([await after(59_999), await after(1), await after(59_999), await after(1)]).toEqual([0, 1, 0, 1]);
  // The clock was set back.
  expect(await after(-3_600_000)).toBe(5);
});

/** Graph, where a call needs B, as the connector calls it. */
async function graphFor({ at, tokens }: Awaited<ReturnType<typeof registered>>) {
  const graph = await serve(({ headers }) => {
    const [, claims = ""] = String(headers.authorization).split(".");
    const { roles } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { roles: readonly string[] };
    return roles.includes("B")
      ? { json: { ok: true } }
      : { status: 403, json: { error: { code: "Authorization_RequestDenied", message: "" } } };
  });
  const now = () => new Date(at.now);
  const access = { graph: graph.origin, ...tokens, now, wait: () => Promise.resolve() };
  const ask = () =>
    callGraph(access, { method: "GET", path: "/users/o" }, deadlineIn(5_000, now())).then(
      () => "answered",
      (error: unknown) => (error instanceof GraphRefusal ? error.status : error),
    );
  return { ask, asked: graph.asked };
}

test("the first call after a consent works, though the token is older and one was refused a moment ago", async () => {
  const registration = await registered(["A"]);
  const { ask } = await graphFor(registration);
  expect([await ask(), await ask()]).toEqual([403, 403]);
  registration.at.granted = ["A", "B"];
  expect([await ask(), registration.issued()]).toEqual(["answered", 4]);
});

test("a call that is refused again and again is sent once each time; what was granted counts after a minute at most", async () => {
  const registration = await registered(["A"]);
  const { ask, asked } = await graphFor(registration);
  for (let each = 0; each < 8; each++) expect(await ask()).toBe(403);
  expect([registration.issued(), asked.length]).toEqual([6, 8]);
  registration.at.granted = ["A", "B"];
  expect(await ask()).toBe(403);
  registration.at.now += 60_000;
  expect([await ask(), registration.issued()]).toEqual(["answered", 7]);
});

test("whoever has consented need not wait for that", async () => {
  const { at, tokens } = await registered(["A"]);
  const grants = entraGrants(tokens, ["A", "B"]);
  for (let each = 0; each < 8; each++) expect(await grants.missing()).toEqual(["B"]);
  at.granted = ["A", "B"];
  expect(await grants.missing()).toEqual(["B"]);
  grants.changed();
  expect(await grants.missing()).toEqual([]);
});

const tokens = (given: string[][], renews = true) => ({
  token: () => Promise.resolve(granting(...(given[0] ?? []))),
  renewToken: () => renews && given.shift() !== undefined,
  forget: () => undefined,
});

test.each<[what: string, given: string[][], renews: boolean, missing: readonly string[]]>([
  ["all is granted", [["A", "B", "C"]], true, []],
  ["one is missing", [["A"], ["A"]], true, ["B"]],
  ["one is missing in an old token, and was granted since", [["A"], ["A", "B"]], true, []],
  ["one is missing, and no newer token is to be had yet", [["A"], ["A", "B"]], false, ["B"]],
])("of the registration's permissions %s", async (_what, given, renews, missing) => {
  expect(await entraGrants(tokens(given, renews), ["A", "B"]).missing()).toEqual(missing);
});

test("where no token can be had, or it cannot be read, nothing is told", async () => {
  const no = { ...tokens([]), token: () => Promise.reject(new Error("no")) };
  const garbage = { ...tokens([]), token: () => Promise.resolve("garbage") };
  expect([await entraGrants(no, ["A"]).missing(), await entraGrants(garbage, ["A"]).missing()]).toEqual([
    "not-told",
    "not-told",
  ]);
});

test("a token that names no permissions grants none", async () => {
  const bare = ["e30", Buffer.from("{}").toString("base64url"), "s"].join(".");
  const grants = entraGrants({ ...tokens([], false), token: () => Promise.resolve(bare) }, ["A"]);
  expect(await grants.missing()).toEqual(["A"]);
});
