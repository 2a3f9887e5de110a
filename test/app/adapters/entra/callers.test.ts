/**
 * Which tokens of the directory are recognized. Each claim is wrong once while everything else about the token is right.
 */
import { CompactSign, exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { apiCallers } from "../../../../app/adapters/entra/apiCallers.ts";
import type { BearerTokensOptions } from "../../../../app/adapters/entra/bearerTokens.ts";
import { eventGridCallers } from "../../../../app/adapters/entra/eventGridCallers.ts";
import { graphCallers } from "../../../../app/adapters/entra/graphCallers.ts";
import { API_SCOPE } from "../../../../app/domain/portalRights.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const OTHER_TENANT = "bbbbbbbb-0000-4000-8000-000000000002";
const CLIENT = "cccccccc-0000-4000-8000-000000000001";
const PERSON = "7d0c5a1e-0000-4000-8000-00000000b001";
const AUTHORITY = "https://login.lamna.example";
const NOW = new Date("2027-01-12T15:00:00Z");
const at = (seconds: number) => NOW.getTime() / 1000 + seconds;

const ours = await generateKeyPair("RS256");
const second = await generateKeyPair("RS256");
const published = async (kid: string, { publicKey } = ours) => ({
  ...(await exportJWK(publicKey)),
  kid,
  use: "sig",
});

/** An authority that publishes one key, and further ones that a test adds. */
async function directory(more: object = {}) {
  const keys = [await published("one")];
  const asked: string[] = [];
  const answers: Record<string, unknown> = {
    [`${AUTHORITY}/${TENANT}/v2.0/.well-known/openid-configuration`]: {
      issuer: `${AUTHORITY}/${TENANT}/v2.0`,
      jwks_uri: AUTHORITY + "/keys",
      ...more,
    },
    [AUTHORITY + "/keys"]: { keys },
  };
  const options: BearerTokensOptions = {
    authority: AUTHORITY,
    tenantId: TENANT,
    clientId: CLIENT,
    now: () => NOW,
    fetch: (url) => {
      asked.push(url);
      return Promise.resolve(
        url in answers ? Response.json(answers[url]) : new Response("", { status: 404 }),
      );
    },
  };
  return { options, keys, asked };
}

const CALLERS = {
  "Event Grid": {
    callers: eventGridCallers,
    as: "event-grid",
    claims: { azp: "4962773b-9cdb-44cf-a8bf-237846a00ab7", roles: ["AzureEventGridSecureWebhookSubscriber"] },
  },
  Graph: { callers: graphCallers, as: "graph", claims: { azp: "0bf30f3b-4a52-48df-9a82-234910c4a086" } },
  "a person with a program": {
    callers: apiCallers,
    as: { kind: "person", objectId: PERSON, appRoles: [] },
    claims: { ver: "2.0", oid: PERSON, scp: `openid ${API_SCOPE}`, acct: 0 },
  },
} as const;
type Whose = keyof typeof CALLERS;

const usual = (whose: Whose): JWTPayload => ({
  iss: `${AUTHORITY}/${TENANT}/v2.0`,
  aud: CLIENT,
  tid: TENANT,
  nbf: at(-10),
  exp: at(3600),
  ...CALLERS[whose].claims,
});
const signed = (claims: JWTPayload, kid = "one", { privateKey } = ours) =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
async function verdict(whose: Whose, different: Record<string, unknown>): Promise<unknown> {
  const { options } = await directory();
  return CALLERS[whose].callers(options).recognize(await signed({ ...usual(whose), ...different }));
}

describe.each(Object.keys(CALLERS) as Whose[])("%s", (whose) => {
  test.each<readonly [what: string, different: Record<string, unknown>, verdict: string | undefined]>([
    ["as it should be", {}, undefined],
    ["that has been over for a minute less a second", { exp: at(-59) }, undefined],
    ["that has been over for a minute", { exp: at(-60) }, "expired"],
    ["that begins in a minute", { nbf: at(60) }, undefined],
    ["that begins later than in a minute", { nbf: at(61) }, "not-yet-valid"],
    ["that never ends", { exp: undefined }, "malformed"],
    ["that never began", { nbf: undefined }, "not-yet-valid"],
    ["whose end is no time", { exp: "never" }, "malformed"],
    ["of another issuer", { iss: `${AUTHORITY}/${OTHER_TENANT}/v2.0` }, "issuer"],
    ["of another authority", { iss: `https://login.example/${TENANT}/v2.0` }, "issuer"],
    ["of no issuer", { iss: undefined }, "issuer"],
    ["for somebody else", { aud: "api://" + TENANT }, "audience"],
    ["for nobody", { aud: undefined }, "audience"],
    ["about another tenant", { tid: OTHER_TENANT }, "tenant"],
    ["about no tenant", { tid: undefined }, "malformed"],
  ])("a token %s", async (_what, different, told) => {
    expect(await verdict(whose, different)).toEqual(told ?? CALLERS[whose].as);
  });
});

describe.each(["Event Grid", "Graph"] as const)("%s may ask by either version of the token", (whose) => {
  test.each<[what: string, different: Record<string, unknown>, verdict: string]>([
    ["version 1's issuer", { iss: `https://sts.windows.net/${TENANT}/` }, CALLERS[whose].as],
    ["version 1's issuer, of another tenant", { iss: `https://sts.windows.net/${OTHER_TENANT}/` }, "issuer"],
    ["the registration's URI as audience", { aud: "api://" + CLIENT }, CALLERS[whose].as],
    [
      "version 1's name for the application",
      { azp: undefined, appid: CALLERS[whose].claims.azp },
      CALLERS[whose].as,
    ],
    ["another application's", { azp: CLIENT }, "other-application"],
    [
      "another application's, beside the right one",
      { azp: CLIENT, appid: CALLERS[whose].claims.azp },
      "other-application",
    ],
    ["no application's", { azp: undefined }, "other-application"],
  ])("%s", async (_what, different, told) => {
    expect(await verdict(whose, different)).toBe(told);
  });
});

test.each<readonly [what: string, roles: unknown, verdict: string]>([
  ["none", undefined, "role-missing"],
  ["another", ["Connector.Admin"], "role-missing"],
  ["it among others", ["x", "AzureEventGridSecureWebhookSubscriber"], "event-grid"],
  ["it in words", "AzureEventGridSecureWebhookSubscriber", "malformed"],
])("Event Grid needs its role, and has %s", async (_what, roles, told) => {
  expect(await verdict("Event Grid", { roles })).toBe(told);
});

const VERSION_1 = { ver: "1.0", iss: `https://sts.windows.net/${TENANT}/` };

test.each<readonly [what: string, different: Record<string, unknown>, verdict: unknown]>([
  ["version 1's token", { ver: "1.0" }, "version"],
  ["a token of no version", { ver: undefined }, "version"],
  ["version 1's issuer", { iss: `https://sts.windows.net/${TENANT}/` }, "version"],
  ["a token of version 1 for the URI", { ...VERSION_1, aud: "api://" + CLIENT }, "version"],
  ["version 1's issuer in another directory", { iss: `https://sts.windows.net/${CLIENT}/` }, "issuer"],
  ["the registration's URI as audience", { aud: "api://" + CLIENT }, "audience"],
  ["no scope", { scp: undefined }, "scope"],
  ["another scope", { scp: "openid " + API_SCOPE + "2" }, "scope"],
  ["a guest's", { acct: 1 }, "guest"],
  ["nothing said of guests", { acct: undefined }, "guest"],
  ["nobody's", { oid: undefined }, "malformed"],
  ["a tenant in capitals", { tid: TENANT.toUpperCase() }, { kind: "person", objectId: PERSON, appRoles: [] }],
  [
    "roles, and an id in capitals",
    { oid: PERSON.toUpperCase(), roles: ["Connector.Admin"], acct: "0" },
    { kind: "person", objectId: PERSON, appRoles: ["Connector.Admin"] },
  ],
  [
    "an application's own",
    { idtyp: "app", scp: undefined, roles: ["r"] },
    { kind: "application", objectId: PERSON, appRoles: ["r"] },
  ],
  ["an application's, with a person's scope", { idtyp: "app" }, "malformed"],
])("the connector's own API is asked with %s", async (_what, different, told) => {
  expect(await verdict("a person with a program", different)).toEqual(told);
});

describe("the directory's keys", () => {
  const recognize = async (token: string, known: Awaited<ReturnType<typeof directory>>) =>
    graphCallers(known.options).recognize(token);

  test("are read once, however many tokens come", async () => {
    const known = await directory();
    const callers = graphCallers(known.options);
    for (const _time of [1, 2, 3])
      expect(await callers.recognize(await signed(usual("Graph")))).toBe("graph");
    expect(known.asked).toHaveLength(2);
  });

  test("a signature by another key of the same name proves nothing", async () => {
    expect(await recognize(await signed(usual("Graph"), "one", second), await directory())).toBe("signature");
  });

  test("a key that nobody publishes proves nothing", async () => {
    const token = await signed(usual("Graph"), "two", second);
    expect(await recognize(token, await directory())).toBe("unknown-key");
  });

  test("a key that is published after they were read is known half a minute later", async () => {
    const known = await directory();
    const callers = eventGridCallers(known.options);
    expect(await callers.recognize(await signed(usual("Event Grid")))).toBe("event-grid");
    known.keys.push(await published("two", second));
    const token = await signed(usual("Event Grid"), "two", second);
    expect(await callers.recognize(token)).toBe("unknown-key");
    const later = Date.now() + 31_000;
    const clock = vi.spyOn(Date, "now").mockReturnValue(later);
    onTestFinished(() => {
      clock.mockRestore();
    });
    expect(await callers.recognize(token)).toBe("event-grid");
  });

  test("two keys of one name prove nothing", async () => {
    const known = await directory();
    known.keys.push(await published("one", second));
    expect(await recognize(await signed(usual("Graph")), known)).toBe("unknown-key");
  });

  test.each<readonly [whose: string, issuer: unknown, verdict: string]>([
    ["our tenant", `${AUTHORITY}/${TENANT}/v2.0`, "graph"],
    ["whichever tenant asks", `${AUTHORITY}/{tenantid}/v2.0`, "graph"],
    ["another tenant", `${AUTHORITY}/${OTHER_TENANT}/v2.0`, "foreign-key"],
  ])("one that signs for %s", async (_whose, issuer, told) => {
    const known = await directory();
    Object.assign(known.keys[0] ?? {}, { issuer });
    expect(await recognize(await signed(usual("Graph")), known)).toBe(told);
  });

  test("another key, which signs for another tenant, says nothing of ours", async () => {
    const known = await directory();
    const other = { ...(await published("two", second)), issuer: `${AUTHORITY}/${OTHER_TENANT}/v2.0` };
    known.keys.unshift(other);
    expect(await recognize(await signed(usual("Graph")), known)).toBe("graph");
    expect(await recognize(await signed(usual("Graph"), "two", second), known)).toBe("foreign-key");
  });

  test("where the authority names none, that is no fault of the token's", async () => {
    const asked = recognize(await signed(usual("Graph")), await directory({ jwks_uri: undefined }));
    await expect(asked).rejects.toThrow("The sign-in authority names no keys.");
  });

  test("an answer without end is not read to its end", async () => {
    const known = await directory({ padding: "x".repeat(2_000_000) });
    await expect(recognize(await signed(usual("Graph")), known)).rejects.toThrow();
  });
});

test.each<readonly [what: string, header: object, verdict: string]>([
  ["that no signature is needed", { alg: "none" }, "algorithm"],
  ["that a shared secret signed it", { alg: "HS256", kid: "one" }, "algorithm"],
  ["that another way of signing was used", { alg: "RS384", kid: "one" }, "algorithm"],
  [
    "something that must be understood and is not",
    { alg: "RS256", kid: "one", crit: ["x"], x: 1 },
    "malformed",
  ],
])("a token whose head says %s", async (_what, header, told) => {
  const [, claims = "", signature = ""] = (await signed(usual("Graph"))).split(".");
  const head = Buffer.from(JSON.stringify(header)).toString("base64url");
  const { options } = await directory();
  expect(await graphCallers(options).recognize([head, claims, signature].join("."))).toBe(told);
});

test.each(["garbage", "a.b.c", ""])("'%s' is no token", async (text) => {
  const { options } = await directory();
  expect(await graphCallers(options).recognize(text)).toBe("malformed");
});

test("what is signed and holds no claims is no token", async () => {
  const signedList = await new CompactSign(Buffer.from("[]"))
    .setProtectedHeader({ alg: "RS256", kid: "one" })
    .sign(ours.privateKey);
  const { options } = await directory();
  expect(await graphCallers(options).recognize(signedList)).toBe("malformed");
});
