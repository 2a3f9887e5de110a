/** How a connection stands as its server goes on answering in other ways: what is a passing illness, and what an alarm. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openEhr } from "../../../../app/adapters/fhir/ehr.ts";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import { jsonLog } from "../../../../app/log.ts";
import type { Store } from "../../../../app/ports/store.ts";
import { VaultFault, type Vault } from "../../../../app/ports/vault.ts";
import { openHospital } from "../../../../app/records/hospital.ts";
import { openStandings, type Standing, type Standings } from "../../../../app/records/standings.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { connectionAt, heading, launchAddress, withChart } from "./otherChart.ts";
import { json, metadata, startSmallServer, type Reply, type SmallServer } from "./smallServer.ts";

const METADATA = "/fhir/metadata";
const SMART = "/fhir/.well-known/smart-configuration";

let server: SmallServer;
let elsewhere: SmallServer;
let store: Store;
let logged: string[];
let ahead: number;
let missing: VaultFault | undefined;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startSmallServer(), startSmallServer()]);
});
beforeEach(() => {
  server.reset();
  [logged, ahead, missing] = [[], 0, undefined];
  store = openSqliteStore({ file: ":memory:", now });
});
afterAll(() => Promise.all([server.stop(), elsewhere.stop()]));

const now = () => new Date(Date.now() + ahead);
const log = jsonLog((line) => void logged.push(line), now);
const says = (path: string, reply: Reply) => void server.answers.set(path, () => reply);
const smart = (changes: object = {}) =>
  json({
    issuer: server.issuer,
    authorization_endpoint: server.origin + "/authorize",
    token_endpoint: server.origin + "/token",
    jwks_uri: server.origin + "/jwks",
    ...changes,
  });
const metadataWith = (uris: object[]) => {
  const url = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
  const [rest] = metadata(server.fhirBaseUrl).rest;
  return json({
    ...metadata(server.fhirBaseUrl),
    rest: [{ mode: "client" }, { ...rest, security: { extension: [{ url, extension: uris }] } }],
  });
};
const oauthUris = (member: "valueUri" | "valueUrl" = "valueUri") =>
  metadataWith([
    { url: "authorize", [member]: server.origin + "/authorize" },
    { url: "token", [member]: server.origin + "/token" },
  ]);

const PAGE: Reply = {
  status: 404,
  headers: { "content-type": "text/html" },
  body: "<!DOCTYPE html><html><body><pre>Cannot GET</pre></body></html>",
};

const vault: Vault = {
  sign: unasked,
  publicKeys: () =>
    missing === undefined ? Promise.resolve([{ kid: "one", kty: "RSA" }]) : Promise.reject(missing),
  secret: () => (missing === undefined ? Promise.resolve("s") : Promise.reject(missing)),
  wrap: unasked,
  unwrap: unasked,
};
function unasked(): never {
  throw new Error("a probe signs nothing");
}
const connection = (change: Partial<ConfiguredConnection> = {}): ConfiguredConnection => ({
  ...connectionAt(server.fhirBaseUrl),
  provider: { clientId: "c", authentication: { method: "private_key_jwt", key: "k", algorithm: "RS384" } },
  ...change,
});

/** The standings as after a start of the connector, which knows only what is in the store. */
function started(): Standings {
  const organization = { name: "Lamna", phone: "(202) 555-0100" };
  const visits = { opensMinutesBefore: 30, closesMinutesAfter: 240 };
  const hospital = openHospital({ organization, visits, connections: [], departments: [] });
  const keyring = { open: () => "" };
  const ehr = openEhr({ vault, keyring, log, now, wait: () => Promise.resolve(), allowLoopback: true });
  return openStandings({ ehr, hospital, store, log, now });
}
const stands = (change?: Partial<ConfiguredConnection>) => started().of(connection(change));
const reason = (standing: Standing) => (standing.ok ? (standing.ailing ?? "") : standing.reason);

describe("the first contact", () => {
  test.each([503, 429, 500, 502, 403, 401, 302])(
    "while smart-configuration answers %i pins nothing, though the older document has addresses",
    async (status) => {
      says(METADATA, oauthUris());
      says(SMART, json({}, status));
      const first = await stands();
      expect([first.ok, reason(first)]).toEqual([
        false,
        expect.stringMatching("smart-configuration answered " + String(status)) as string,
      ]);
      says(SMART, smart());
      expect(await stands()).toMatchObject({ ok: true, endpoints: { issuer: server.issuer } });
    },
  );

  test("by the older document, when there is no smart-configuration or it lacks the addresses", async () => {
    says(METADATA, oauthUris("valueUrl"));
    for (const reply of [
      json({}, 404),
      json({}, 410),
      json({ capabilities: [] }),
      smart({ token_endpoint: null }),
    ]) {
      store = openSqliteStore({ file: ":memory:", now });
      says(SMART, reply);
      expect(await stands()).toMatchObject({
        ok: true,
        endpoints: { tokenEndpoint: server.origin + "/token" },
      });
    }
  });

  test("by the older document is no reason for an alarm once the server says more of the same", async () => {
    says(METADATA, oauthUris());
    says(SMART, json({}, 404));
    expect((await stands()).ok).toBe(true);
    says(SMART, smart());
    expect(await stands()).toMatchObject({
      ok: true,
      endpoints: { issuer: server.issuer, jwksUri: server.origin + "/jwks" },
    });
    says(SMART, smart({ issuer: elsewhere.issuer, jwks_uri: elsewhere.origin + "/jwks" }));
    expect(reason(await stands())).toMatch(/other sign-in addresses.*issuer, jwksUri/);
  });

  test("by the older document, where the other is answered by a page that says 404, holds until the server surely names others", async () => {
    says(METADATA, oauthUris());
    says(SMART, PAGE);
    expect(await stands()).toEqual({
      ok: true,
      endpoints: {
        authorizationEndpoint: server.origin + "/authorize",
        tokenEndpoint: server.origin + "/token",
      },
      warnings: [expect.stringContaining("404 with a web page")],
    });
    expect(logged.at(-1)).toMatch(/"connection.ready"/);
    says(SMART, smart({ token_endpoint: server.origin + "/newer/token" }));
    expect(await stands()).toMatchObject({
      ok: true,
      endpoints: { tokenEndpoint: server.origin + "/newer/token", issuer: server.issuer },
      warnings: [],
    });
    says(SMART, smart({ token_endpoint: elsewhere.origin + "/token" }));
    expect(await stands()).toMatchObject({ ok: false, why: "addresses" });
  });

  test.each<[string, () => void, RegExp]>([
    [
      "a web page",
      () => says(METADATA, { status: 200, body: "<!DOCTYPE html><h1>Markworthy" }),
      /is a web page/,
    ],
    [
      "XML",
      () => says(METADATA, { status: 200, body: '<?xml version="1.0"?><CapabilityStatement xmlns=' }),
      /is XML/,
    ],
    ["DSTU2", () => says(METADATA, json({ resourceType: "Conformance", fhirVersion: "1.0.2" })), /DSTU2/],
    [
      "an OperationOutcome",
      () => says(METADATA, json({ resourceType: "OperationOutcome" })),
      /OperationOutcome/,
    ],
    [
      "a version that is no version",
      () => says(METADATA, json({ ...metadata(""), fhirVersion: "Markworthy" })),
      /FHIR of another version/,
    ],
    [
      "a web page as its smart-configuration",
      () => says(SMART, { status: 200, body: "<html>" }),
      /smart-configuration is a web page/,
    ],
    [
      "an address without a host",
      () => says(SMART, smart({ token_endpoint: "https://" })),
      /token_endpoint is not an address/,
    ],
    [
      "an empty address",
      () => says(SMART, smart({ authorization_endpoint: "" })),
      /does not say where to sign in/,
    ],
    [
      "an address with a user",
      () => says(SMART, smart({ token_endpoint: "http://me:pw@localhost/token" })),
      /not an https/,
    ],
    ["an issuer of no form", () => says(SMART, smart({ issuer: "http://" })), /issuer is not an address/],
    [
      "more than is read",
      () => says(METADATA, { status: 200, body: "x".repeat(4_000_001) }),
      /too large an answer/,
    ],
  ])("with %s says so", async (_name, spoil, words) => {
    spoil();
    const standing = await stands();
    expect([standing.ok, reason(standing)]).toEqual([false, expect.stringMatching(words)]);
    expect(logged.join("")).not.toContain("Markworthy");
  });

  test.each<[string, () => void]>([
    [
      "a statement of more than a megabyte",
      () => says(METADATA, json({ ...metadata(""), text: "x".repeat(1_300_000) })),
    ],
    [
      "byte order marks",
      () => {
        for (const path of [METADATA, SMART]) {
          const { body } = path === SMART ? smart() : json(metadata(server.fhirBaseUrl));
          says(path, { status: 200, body: "\uFEFF" + body });
        }
      },
    ],
    [
      "its appointments in the second part",
      () => {
        const { rest, ...others } = metadata(server.fhirBaseUrl);
        says(METADATA, json({ ...others, rest: [{ mode: "server", resource: null }, ...rest] }));
      },
    ],
    ["an issuer of null", () => says(SMART, smart({ issuer: null }))],
    [
      "odd entries besides",
      () => {
        const [rest] = metadata("").rest;
        const resource = [
          null,
          { type: {} },
          { type: "Patient", interaction: [{}] },
          ...(rest?.resource ?? []),
        ];
        says(METADATA, json({ ...metadata(""), implementation: "x", rest: [{ resource }] }));
      },
    ],
  ])("with %s is good", async (_name, spoil) => {
    spoil();
    const standing = await stands();
    expect([standing.ok, reason(standing)]).toEqual([true, ""]);
  });
});

describe("a known server", () => {
  beforeEach(async () => {
    expect((await stands()).ok).toBe(true);
  });

  test.each<[string, () => void, RegExp]>([
    ["whose metadata is ill", () => says(METADATA, json({}, 503)), /metadata answered 503/],
    ["whose metadata is a web page", () => says(METADATA, { status: 200, body: "<html>" }), /web page/],
    [
      "whose smart-configuration is ill",
      () => says(SMART, json({}, 500)),
      /smart-configuration answered 500/,
    ],
  ])(
    "%s keeps its addresses, through a restart, too; administrators are told",
    async (_name, spoil, words) => {
      spoil();
      const standing = await stands();
      expect(standing).toMatchObject({
        ok: true,
        endpoints: { issuer: server.issuer, jwksUri: server.origin + "/jwks" },
      });
      expect(reason(standing)).toMatch(words);
      expect(logged.at(-1)).toMatch(/"connection.failing"/);
    },
  );

  test("that has lost its smart-configuration is held to what it said", async () => {
    says(METADATA, oauthUris());
    says(SMART, json({}, 404));
    expect(await stands()).toMatchObject({
      ok: true,
      endpoints: { issuer: server.issuer, jwksUri: server.origin + "/jwks" },
    });
  });

  test("is not led elsewhere by a page that says 404, and that is no alarm", async () => {
    says(SMART, PAGE);
    says(METADATA, oauthUris());
    expect(reason(await stands())).toBe("");
    says(
      METADATA,
      metadataWith([
        { url: "authorize", valueUri: server.origin + "/older/authorize" },
        { url: "token", valueUri: server.origin + "/older/token" },
      ]),
    );
    const standing = await stands();
    expect(standing).toMatchObject({
      ok: true,
      endpoints: { issuer: server.issuer, tokenEndpoint: server.origin + "/token" },
      obstacle: "not-fhir",
    });
    expect(reason(standing)).toMatch(/404 with a web page.*differ from those that were found first/);
    says(SMART, json({}, 404));
    expect(await stands()).toMatchObject({ ok: false, why: "addresses" });
  });

  test("that is not well is asked again after a while, also when the clock has gone back", async () => {
    const standings = started();
    says(METADATA, json({}, 503));
    expect(reason(await standings.of(connection()))).toMatch(/503/);
    server.reset();
    expect(reason(await standings.of(connection()))).toMatch(/503/);
    ahead = -3_600_000;
    // Nobody waits for the answer: this one still hears the last word.
    expect((await standings.of(connection())).ok).toBe(true);
    await expect.poll(async () => reason(await standings.of(connection()))).toBe("");
  });

  test.each<[string, object, string]>([
    ["the issuer", { issuer: "https://evil.example" }, "issuer"],
    ["the keys", { jwks_uri: "https://evil.example/jwks" }, "jwksUri"],
    ["the sign-in page", { authorization_endpoint: "https://evil.example/a" }, "authorizationEndpoint"],
    ["the token endpoint", { token_endpoint: "https://evil.example/t" }, "tokenEndpoint"],
    ["an address that is none", { token_endpoint: "https://" }, "token_endpoint"],
    ["an address without https", { token_endpoint: "http://evil.example/t" }, "https"],
  ])(
    "that moves %s is an alarm, also where the settings say where to sign in",
    async (_name, members, name) => {
      says(SMART, smart(members));
      for (const signIn of [undefined, INSISTED()]) {
        const standing = await stands(signIn && { signIn });
        expect([standing.ok, reason(standing)]).toEqual([false, expect.stringContaining(name)]);
      }
    },
  );

  const INSISTED = () => ({
    authorizationEndpoint: server.origin + "/authorize",
    tokenEndpoint: server.origin + "/token",
  });

  test("may move when a person says so under signIn: each address for itself", async () => {
    const moved = { issuer: elsewhere.issuer, jwks_uri: elsewhere.origin + "/jwks" };
    says(SMART, smart(moved));
    expect(reason(await stands({ signIn: { ...INSISTED(), issuer: elsewhere.issuer } }))).toMatch(
      /\(jwksUri\)/,
    );
    const signIn = { ...INSISTED(), issuer: elsewhere.issuer + "/", jwksUri: moved.jwks_uri };
    expect(await stands({ signIn })).toMatchObject({
      ok: true,
      endpoints: { issuer: elsewhere.issuer, jwksUri: moved.jwks_uri },
    });
    // The sign-in addresses that the stack file gives are insisted on.
    says(SMART, smart());
    expect(reason(await stands({ signIn }))).toMatch(/insist on \(signIn: issuer, jwksUri\)/);
  });
});

describe("the connector's own proof", () => {
  const secret = { clientId: "c", authentication: { method: "client_secret_basic", secret: "s" } } as const;
  test.each<[string, Partial<ConfiguredConnection>]>([
    ["key", {}],
    ["secret", { provider: secret }],
  ])("a %s that the vault has not is noticed before anybody signs in", async (_name, change) => {
    missing = new VaultFault("The vault has no secret named s", {
      cause: Object.assign(new Error(), {
        statusCode: 404,
        response: { headers: new Headers({ "x-ms-keyvault-region": "westus2" }) },
      }),
    });
    const standing = await stands(change);
    expect(standing).toMatchObject({ ok: false, why: "proof", reason: "The vault has no secret named s" });
  });

  test("a vault that is out of reach for now stops no known server", async () => {
    expect((await stands()).ok).toBe(true);
    missing = new VaultFault("The vault could not be asked", { cause: new Error("ECONNREFUSED") });
    expect(await stands()).toMatchObject({ ok: true, ailing: "The vault could not be asked" });
  });
});

describe("clocks", () => {
  const dated = (reply: Reply, minutes: number, headers = {}): Reply => ({
    ...reply,
    headers: { date: new Date(Date.now() + minutes * 60_000).toUTCString(), ...headers },
  });
  const warnings = async (reply: Reply) => {
    says(METADATA, reply);
    const standing = await stands();
    return standing.ok ? standing.warnings : [reason(standing)];
  };
  const good = () => json(metadata(server.fhirBaseUrl));

  test("that differ by more than two minutes are told in words, and in the log", async () => {
    expect(await warnings(dated(good(), 1))).toEqual([]);
    expect(await warnings(dated(good(), 12))).toEqual([
      "the clock of the chart system is 12 minutes ahead of the connector's",
    ]);
    expect(logged.at(-1)).toContain("12 minutes ahead");
    expect(await warnings(dated(good(), -12))).toEqual([
      "the clock of the chart system is 12 minutes behind the connector's",
    ]);
  });
  test("an answer from a cache is as old as it says", async () => {
    expect(await warnings(dated(good(), -12, { age: "720" }))).toEqual([]);
    expect(await warnings(dated(good(), 0, { date: "yesterday" }))).toEqual([]);
  });
});

describe("for people who launch", () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({ stack: withChart(server) });
  });
  afterAll(() => deployment.stop());
  const launch = (person = new Person()) => person.open(launchAddress(deployment.url, server.fhirBaseUrl));

  test("launches and open visits go on while a known server's discovery is ill", async () => {
    const person = new Person();
    const { url } = await launch(person);
    says(METADATA, json({}, 503));
    await deployment.probeAll();
    expect((await launch()).status).toBe(200);
    expect((await person.open(url)).status).toBe(200);
  });

  test("an open visit goes on even when the addresses have moved, and a launch does not begin", async () => {
    const person = new Person();
    const { url } = await launch(person);
    says(SMART, smart({ token_endpoint: elsewhere.origin + "/token" }));
    await deployment.probeAll();
    expect((await person.open(url)).status).toBe(200);
    const page = await launch();
    expect([page.status, heading(page)]).toEqual([503, "The chart connection is not working"]);
    expect(page.html).toContain("connection.failing");
    expect(elsewhere.received).toEqual([]);
  });
});
