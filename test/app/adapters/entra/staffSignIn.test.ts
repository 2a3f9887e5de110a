import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { VendorCall } from "../../../../app/domain/trace.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import type { Answer } from "../server.ts";
import { authority, CLIENT, others, pending, PERSON, TENANT, type Differently } from "./authority.ts";

const callback = (query = "code=c1&state=state-1") =>
  new URL("http://10.0.0.7:8080/account/callback?" + query);
const faultOf = async (asked: Promise<unknown>) => {
  const fault = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(StaffSignInFault);
  return fault as StaffSignInFault;
};
const reasonOf = async (asked: Promise<unknown>) => (await faultOf(asked)).reason;

test("the sign-in page is asked with state, nonce and the verifier's challenge; the verifier stays here", async () => {
  const { signIn, origin } = await authority();
  const page = await signIn.begin(pending);
  expect(page.origin + page.pathname).toBe(origin + "/authorize");
  expect(Object.fromEntries(page.searchParams)).toEqual({
    client_id: CLIENT,
    response_type: "code",
    redirect_uri: pending.redirectUri,
    scope: "openid profile",
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: createHash("sha256").update(pending.verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const choosing = await signIn.begin({ ...pending, prompt: "select" });
  expect(choosing.searchParams.get("prompt")).toBe("select_account");
});

test("the answer is redeemed with verifier and assertion, and names the account", async () => {
  const { signIn, asked } = await authority();
  await signIn.begin(pending);
  expect(await signIn.finish(callback(), pending)).toEqual({
    objectId: PERSON,
    displayName: "Ana Ruiz",
    userName: "ana@lamna.example",
    isGuest: false,
    isProvenMember: false,
    appRoles: [],
  });
  const redeemed = asked.find(({ url }) => url.pathname === "/token");
  expect(Object.fromEntries(new URLSearchParams(redeemed?.body))).toEqual({
    grant_type: "authorization_code",
    client_id: CLIENT,
    code: "c1",
    redirect_uri: pending.redirectUri,
    code_verifier: pending.verifier,
    client_assertion: "managed-identity-token",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  });
  expect(redeemed?.headers.authorization).toBeUndefined();
});

test.each([" \u200b", " , "])("an account whose name is %j is called by its sign-in name", async (name) => {
  const { signIn } = await authority({ claims: { name } });
  expect(await signIn.finish(callback(), pending)).toMatchObject({ displayName: "ana@lamna.example" });
});

test("the authority and its keys are asked for once, however many sign in", async () => {
  const { signIn, asked } = await authority();
  await signIn.begin(pending);
  for (const _person of [1, 2, 3]) await signIn.finish(callback(), pending);
  const calls = (part: string) => asked.filter(({ url }) => url.pathname.includes(part)).length;
  expect([calls("openid-configuration"), calls("/keys"), calls("/token")]).toEqual([1, 1, 3]);
});

test.each<[string, Differently]>([
  ["signed by another key", { signedBy: others.privateKey }],
  ["not signed", { algorithm: "none" }],
  ["from another issuer", { claims: { iss: "https://login.microsoftonline.com/other/v2.0" } }],
  ["for another application", { claims: { aud: "another" } }],
  ["expired", { claims: { exp: Math.floor(Date.now() / 1000) - 600 } }],
  ["of another sign-in", { claims: { nonce: "nonce-2" } }],
  ["without a nonce", { claims: { nonce: undefined } }],
  ["without an object id", { claims: { oid: undefined } }],
  ["without a tenant", { claims: { tid: undefined } }],
])("an id_token %s proves nothing", async (_case, differently) => {
  const { signIn } = await authority(differently);
  expect(await reasonOf(signIn.finish(callback(), pending))).toBe("invalid");
});

test("an answer without an id_token proves nothing", async () => {
  const { signIn } = await authority({ token: { json: { token_type: "Bearer", access_token: "a" } } });
  expect(await reasonOf(signIn.finish(callback(), pending))).toBe("invalid");
});

test.each(["code=c1&state=state-2", "code=c1", "state=state-1", "code=c1&code=c2&state=state-1"])(
  "an answer that does not belong to this sign-in is refused before anything is redeemed: %s",
  async (query) => {
    const { signIn, asked } = await authority();
    expect(await reasonOf(signIn.finish(callback(query), pending))).toBe("invalid");
    expect(asked.some(({ url }) => url.pathname === "/token")).toBe(false);
  },
);

test.each([
  ["again", "login", "openid profile"],
  ["none", null, "openid profile"],
  ["roles", null, "openid profile ORIGIN/RoleManagement.Read.Directory"],
] as const)("for the prompt %s Microsoft is asked with %s and the scope %s", async (prompt, asked, scope) => {
  const { signIn, origin } = await authority();
  const { searchParams } = await signIn.begin({ ...pending, prompt });
  expect([searchParams.get("prompt"), searchParams.get("scope")]).toEqual([
    asked,
    scope.replace("ORIGIN", origin),
  ]);
});

describe("directory roles", () => {
  const withRoles = { ...pending, prompt: "roles" } as const;

  test("are asked of Graph by the person's own token, for the prompt that asks them to agree, and else not", async () => {
    const { signIn, asked } = await authority();
    expect(await signIn.finish(callback(), withRoles)).toMatchObject({ directoryRoles: ["abc"] });
    const [question, ...more] = asked.filter(({ url }) => url.pathname.startsWith("/v1.0"));
    expect([question?.method, question?.url.search, question?.headers.authorization, more]).toEqual([
      "GET",
      "?$select=roleTemplateId&$top=999",
      "Bearer a",
      [],
    ]);
    expect(await signIn.finish(callback(), pending)).not.toHaveProperty("directoryRoles");
    expect(asked.filter(({ url }) => url.pathname.startsWith("/v1.0"))).toHaveLength(1);
  });

  test.each<[what: string, roles: Answer, reason: string, words: string]>([
    ["refuses", { status: 403, json: {} }, "registration", "Graph answers 403 for the roles."],
    [
      "leads to more elsewhere",
      { json: { value: [], "@odata.nextLink": "https://other.example/v1.0/x" } },
      "unavailable",
      "not below its own address",
    ],
    [
      "leads on",
      { status: 302, headers: { location: "/x" } },
      "unavailable",
      "Graph answers 302 for the roles.",
    ],
    ["is a page that says 200", { page: "<html>Sign in</html>" }, "unavailable", "Graph answers 200"],
    ["says something else", { json: { value: "none" } }, "invalid", "does not prove"],
    [
      "says too much",
      { json: { value: [], padding: "x".repeat(2_000_000) } },
      "unavailable",
      "could not be asked",
    ],
  ])("are not known where Graph %s", async (_what, roles, reason, words) => {
    const { signIn } = await authority({ roles });
    const fault = await faultOf(signIn.finish(callback(), withRoles));
    expect([fault.reason, fault.message.includes(words), fault.message]).toEqual([
      reason,
      true,
      fault.message,
    ]);
  });
});

test("consent is asked for at the authority's own page, and taken for this directory alone", async () => {
  const { signIn, origin } = await authority();
  const page = await signIn.consentPage({ redirectUri: pending.redirectUri, state: "s" });
  expect(page.origin + page.pathname).toBe(`${origin}/${TENANT}/v2.0/adminconsent`);
  expect(Object.fromEntries(page.searchParams)).toEqual({
    client_id: CLIENT,
    scope: origin + "/.default",
    redirect_uri: pending.redirectUri,
    state: "s",
  });
  const given = (tenant: string) => {
    signIn.consented(callback(`tenant=${tenant}&admin_consent=True`));
  };
  expect(() => {
    given(TENANT);
  }).not.toThrow();
  expect(() => {
    given(OTHER_TENANT);
  }).toThrow(StaffSignInFault);
  const away = await authority({ discovery: { status: 500 } });
  expect(await reasonOf(away.signIn.consentPage(pending))).toBe("unavailable");
});

test("each call is noted by its words, its status and the ids that support asks for", async () => {
  const noted: VendorCall[] = [];
  const token = { status: 400, json: { error: "invalid_grant" }, headers: { "x-ms-request-id": "0123abcd" } };
  const { signIn, origin } = await authority({ token, note: (call) => noted.push(call) });
  await faultOf(signIn.finish(callback(), pending));
  expect(noted.map(({ milliseconds: _, ...call }) => call)).toEqual([
    { host: new URL(origin).host, what: "GET openid-configuration", status: 200, requestIds: [] },
    { host: new URL(origin).host, what: "POST token", status: 400, requestIds: ["0123abcd"] },
  ]);
  for (const { milliseconds } of noted)
    expect(Number.isInteger(milliseconds) && milliseconds >= 0).toBe(true);
});

const OTHER_TENANT = "bbbbbbbb-0000-4000-8000-000000000002";

test("an account of another tenant is told as such", async () => {
  const { signIn } = await authority({ claims: { tid: OTHER_TENANT } });
  expect(await faultOf(signIn.finish(callback(), pending))).toMatchObject({
    reason: "other-tenant",
    message: "The account belongs to another directory than the hospital's.",
  });
});

test("a token that the same authority issued for another tenant is one of another tenant", async () => {
  const { signIn } = await authority({ issuedFor: OTHER_TENANT });
  expect(await reasonOf(signIn.finish(callback(), pending))).toBe("other-tenant");
});

test.each<[string, Record<string, unknown>, boolean]>([
  ["says nothing of it", {}, false],
  ["says member", { acct: 0 }, true],
  ["says guest", { acct: 1 }, false],
  ["says what nobody knows", { acct: 2 }, false],
  ["names the tenant's own directory", { idp: `https://sts.windows.net/${TENANT}/` }, false],
])(
  "whether the account is proved to be a member's: the id_token %s",
  async (_case, claims, isProvenMember) => {
    const { signIn } = await authority({ claims });
    expect(await signIn.finish(callback(), pending)).toMatchObject({ isProvenMember });
  },
);

test("roles are those that the token names", async () => {
  const { signIn } = await authority({ claims: { roles: ["Connector.Admin"], wids: ["ABCDEF"] } });
  expect(await signIn.finish(callback(), pending)).toMatchObject({
    appRoles: ["Connector.Admin"],
    directoryRoles: ["abcdef"],
  });
});

test.each<[string, Record<string, unknown>, boolean]>([
  ["says nothing of it", {}, false],
  ["names the tenant's own directory", { idp: `https://sts.windows.net/${TENANT.toUpperCase()}/` }, false],
  ["names another directory", { idp: `https://sts.windows.net/${OTHER_TENANT}/` }, true],
  ["names another service", { idp: "live.com" }, true],
  ["says member, of another directory", { idp: `https://sts.windows.net/${OTHER_TENANT}/`, acct: 0 }, false],
  ["says member in text", { acct: "0" }, false],
  ["has nothing in its claims", { idp: null, acct: null, name: null, roles: null, wids: null }, false],
  ["has nothing in one claim, and names another directory", { acct: "", idp: "live.com" }, true],
  ["says guest", { acct: 1 }, true],
  [
    "says guest, of the tenant's own directory",
    { idp: `https://sts.windows.net/${TENANT}/`, acct: "1" },
    true,
  ],
])("whether the account is a guest's: the id_token %s", async (_case, claims, isGuest) => {
  const { signIn } = await authority({ claims });
  expect(await signIn.finish(callback(), pending)).toMatchObject({ isGuest });
});

test.each([
  ["access_denied", "AADSTS65004: User declined to consent", "declined"],
  ["access_denied", "", "declined"],
  ["access_denied", "AADSTS50020: User account 'ana@other.example' does not exist in tenant", "other-tenant"],
  ["server_error", "AADSTS90033: transient", "unavailable"],
  ["invalid_request", "AADSTS90014", "registration"],
])(
  "the page's answer %s (%s) means %s, and no name gets into the message",
  async (error, description, reason) => {
    const { signIn } = await authority();
    const query = new URLSearchParams({ error, error_description: description, state: "state-1" });
    const fault = await faultOf(signIn.finish(callback(query.toString()), pending));
    expect(fault.reason).toBe(reason);
    expect(fault.message).not.toContain("@");
  },
);

test("an error that carries another sign-in's state says nothing about this one", async () => {
  const { signIn } = await authority();
  expect(await reasonOf(signIn.finish(callback("error=access_denied&state=state-2"), pending))).toBe(
    "invalid",
  );
});

test.each<[string, Differently, string]>([
  [
    "a code used twice",
    { token: { status: 400, json: { error: "invalid_grant", error_description: "AADSTS54005: redeemed" } } },
    "invalid",
  ],
  [
    "an account of no tenant of ours",
    { token: { status: 400, json: { error: "invalid_grant", error_description: "AADSTS50020: no" } } },
    "other-tenant",
  ],
  [
    "a federated credential that does not fit",
    { token: { status: 401, json: { error: "invalid_client", error_description: "AADSTS70021: no" } } },
    "registration",
  ],
  ["a token endpoint that is ill", { token: { status: 503 } }, "unavailable"],
  ["keys that cannot be read", { keys: { status: 500 } }, "unavailable"],
  ["a discovery that fails", { discovery: { status: 500 } }, "unavailable"],
])("%s", async (_case, differently, reason) => {
  const { signIn } = await authority(differently);
  const fault = await faultOf(signIn.finish(callback(), pending));
  expect(fault.reason).toBe(reason);
  expect(fault.cause).toBeInstanceOf(Error);
});

const entras = (error: string, description: string, status = 400): Answer => ({
  status,
  json: { error, error_description: description, error_codes: [90002] },
});
const PROXYS = "Something else than Microsoft's sign-in answered";

test.each<[what: string, answer: Answer, reason: string, words: string, code?: string]>([
  [
    "a directory that Microsoft does not know",
    entras("invalid_tenant", `AADSTS90002: Tenant '${TENANT}' not found.\r\nTrace ID: 1`),
    "registration",
    "Microsoft's sign-in answered AADSTS90002 instead of its addresses; see the tenant's id.",
    "AADSTS90002",
  ],
  [
    "Entra that is ill",
    entras("temporarily_unavailable", "AADSTS90033: A transient error has occurred."),
    "unavailable",
    "Microsoft's sign-in answered AADSTS90033 instead of its addresses.",
    "AADSTS90033",
  ],
  [
    "a proxy's page",
    { status: 400, page: "<html>Bad Request AADSTS90002</html>" },
    "unavailable",
    PROXYS + " 400",
  ],
  ["a proxy's empty answer", { status: 403 }, "unavailable", PROXYS + " 403"],
  ["a proxy's own error", { status: 400, json: { error: "blocked" } }, "unavailable", PROXYS + " 400"],
  [
    "an error without Entra's code",
    entras("invalid_tenant", "no such tenant", 404),
    "unavailable",
    PROXYS + " 404",
  ],
])("of the addresses: %s", async (_what, discovery, reason, words, code) => {
  const { signIn } = await authority({ discovery });
  const fault = await faultOf(signIn.begin(pending));
  expect([fault.reason, fault.code]).toEqual([reason, code]);
  expect(fault.message).toContain(words);
  expect(fault.message).not.toContain("Tenant '");
});

test("no authority at all is 'unavailable', and a later attempt asks again", async () => {
  const discovery = { status: 500 as number, json: undefined as unknown };
  const { signIn, asked } = await authority({ discovery });
  expect(await reasonOf(signIn.begin(pending))).toBe("unavailable");
  expect(await reasonOf(signIn.begin(pending))).toBe("unavailable");
  expect(asked).toHaveLength(6);
});

test.each(["/v2.0/.well-known/openid-configuration", "/keys", "/token"])(
  "where %s is ill for a moment it is asked again, because the code is good for one sign-in only",
  async (path) => {
    const { signIn } = await authority({ ill: { [path]: 2 } });
    expect(await signIn.finish(callback(), pending)).toMatchObject({ objectId: PERSON });
    const longer = await authority({ ill: { [path]: 3 } });
    expect(await reasonOf(longer.signIn.finish(callback(), pending))).toBe("unavailable");
  },
);

test.each([
  ["http://localhost:3002/authorize", true, true],
  ["http://localhost:3002/authorize", false, false],
  ["http://login.example/authorize", true, false],
  ["javascript:alert(1)", true, false],
  ["ftp://localhost/authorize", true, false],
  ["no address", true, false],
])("people are sent to %s: allowHttp %s, sent %s", async (page, allowHttp, sent) => {
  const { signIn } = await authority({ page, allowHttp });
  if (sent) expect((await signIn.begin(pending)).href).toContain(page);
  else
    expect(await faultOf(signIn.begin(pending))).toMatchObject({
      reason: "unavailable",
      message: "The sign-in authority names no https page to sign in at.",
    });
});

test.each(["discovery", "keys", "token"] as const)(
  "an endless answer (%s) is not read to its end, and Microsoft counts as unavailable",
  async (which) => {
    const { signIn } = await authority({ [which]: { json: { padding: "x".repeat(2_000_000) } } });
    expect(await reasonOf(signIn.finish(callback(), pending))).toBe("unavailable");
  },
);

test("an error code that nobody registered is not repeated, and no description is", async () => {
  const { signIn } = await authority();
  const answer = "error=Ana-Ruiz&error_description=AADSTS50020:+ana@lamna.example&state=state-1";
  const fault = await faultOf(signIn.finish(callback(answer), pending));
  expect(fault.message).toContain("other AADSTS50020");
  expect(fault.message).not.toMatch(/ana/i);
});

describe("a clock that is off is named where it may be why Microsoft's answer was refused", () => {
  const refusedAt = (aheadMs: number, error = "invalid_grant") => {
    const headers = { date: new Date(Date.now() + aheadMs).toUTCString() };
    return authority({ token: { status: 400, json: { error }, headers } });
  };

  test.each([
    [
      20 * 60_000,
      "invalid_grant",
      / Besides, the clock of Microsoft's sign-in is 20 minutes ahead of the connector's: set the one that is wrong\.$/,
    ],
    [-20 * 60_000, "invalid_client", /is 20 minutes behind the connector's/],
  ])("%i ms ahead, %s", async (aheadMs, error, words) => {
    const { signIn } = await refusedAt(aheadMs, error);
    expect((await faultOf(signIn.finish(callback(), pending))).message).toMatch(words);
  });

  test("and not where clocks agree", async () => {
    const { signIn } = await refusedAt(5_000);
    expect((await faultOf(signIn.finish(callback(), pending))).message).not.toContain("clock");
  });
});
