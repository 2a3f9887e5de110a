/** Whether a chart system can be used, and where to sign in, by what its two documents say. */
import { describe, expect, test } from "vitest";
import { probe } from "../../../../app/adapters/fhir/discovery.ts";
import { Unreachable, type Incoming, type Outgoing } from "../../../../app/adapters/fhir/send.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";

const BASE = "https://ehr.example/r4/tenant";
const NOW = new Date("2027-01-12T15:00:00Z");
const search = [{ type: "Appointment", interaction: [{ code: "search-type" }] }];
const capability = (more: object = {}) => ({
  resourceType: "CapabilityStatement",
  fhirVersion: "4.0.1",
  rest: [{ mode: "server", resource: search }],
  ...more,
});
const smart = (more: object = {}) => ({
  issuer: "https://login.ehr.example/oidc/",
  authorization_endpoint: "https://login.ehr.example/authorize",
  token_endpoint: "https://login.ehr.example/token",
  jwks_uri: "https://login.ehr.example/jwks",
  ...more,
});
const FOUND = {
  issuer: "https://login.ehr.example/oidc",
  authorizationEndpoint: "https://login.ehr.example/authorize",
  tokenEndpoint: "https://login.ehr.example/token",
  jwksUri: "https://login.ehr.example/jwks",
};

type Says = Partial<Incoming> | Error | object;
/** A server with these two documents. */
async function probed(
  { metadata = capability(), configuration = smart() }: { metadata?: Says; configuration?: Says } = {},
  { loopback = false, ...more }: { loopback?: boolean; signIn?: object } = {},
) {
  const asked: Outgoing[] = [];
  const answer = (says: Says): Promise<Incoming> => {
    if (says instanceof Error) return Promise.reject(says);
    const whole =
      "status" in says || "body" in says || "headers" in says ? says : { body: JSON.stringify(says) };
    return Promise.resolve({ status: 200, headers: {}, body: "", ...whole });
  };
  const send = (request: Outgoing) => {
    asked.push(request);
    return answer(request.url.endsWith("/metadata") ? metadata : configuration);
  };
  const connection = { fhirBaseUrl: BASE, ...more } as unknown as ConfiguredConnection;
  return { outcome: await probe({ send, now: () => NOW, loopback }, connection), asked };
}
const outcomeOf = async (...given: Parameters<typeof probed>) => (await probed(...given)).outcome;

test("both documents are asked for, each in its own form, and the addresses are found", async () => {
  const { outcome, asked } = await probed();
  expect(outcome).toEqual({ ok: true, endpoints: FOUND, warnings: [] });
  expect(asked).toEqual([
    { method: "GET", url: BASE + "/metadata", headers: { accept: "application/fhir+json" } },
    {
      method: "GET",
      url: BASE + "/.well-known/smart-configuration",
      headers: { accept: "application/json" },
    },
  ]);
});

const html = (start: string): Says => ({ body: start });
describe("the capability statement", () => {
  test.each<[what: string, metadata: Says, obstacle: string, reason: string]>([
    ["answers 404", { status: 404 }, "not-there", "/metadata answered 404 instead of 200"],
    ["is away", { status: 503 }, "ill", "/metadata answered 503 (not reachable now) instead of 200"],
    ["leads on", { status: 302 }, "redirect", "/metadata answered 302 instead of 200"],
    [
      "is a page that is not found",
      { status: 404, body: "<html>" },
      "not-fhir",
      "/metadata answered 404 (a web page) instead of 200",
    ],
    [
      "is a page behind a declaration",
      html('<?xml version="1.0"?><!DOCTYPE html>'),
      "not-fhir",
      "/metadata is a web page and not a FHIR CapabilityStatement",
    ],
    ["wants a token", { status: 401 }, "refused", "/metadata answered 401 instead of 200"],
    [
      "is DSTU2's",
      { resourceType: "Conformance" },
      "other-fhir",
      "the server speaks FHIR DSTU2 (a Conformance); the connector needs R4 (4.0)",
    ],
    [
      "is an outcome",
      { resourceType: "OperationOutcome" },
      "not-fhir",
      "/metadata is an OperationOutcome and not a FHIR CapabilityStatement",
    ],
    [
      "is another",
      capability({ resourceType: "Patient" }),
      "not-fhir",
      "/metadata is not a FHIR CapabilityStatement",
    ],
    [
      "has no version",
      capability({ fhirVersion: "" }),
      "not-fhir",
      "/metadata is not a FHIR CapabilityStatement",
    ],
    [
      "is R5's",
      capability({ fhirVersion: "5.0.0" }),
      "other-fhir",
      "the server speaks FHIR 5.0.0; the connector needs R4 (4.0)",
    ],
    [
      "is R4B's",
      capability({ fhirVersion: "4.3" }),
      "other-fhir",
      "the server speaks FHIR 4.3; the connector needs R4 (4.0)",
    ],
    [
      "is 4.01's",
      capability({ fhirVersion: "4.01" }),
      "other-fhir",
      "the server speaks FHIR 4.01; the connector needs R4 (4.0)",
    ],
    [
      "is 14.0's",
      capability({ fhirVersion: "14.0" }),
      "other-fhir",
      "the server speaks FHIR 14.0; the connector needs R4 (4.0)",
    ],
    ...["Maria 4.0", "5.0.0 Maria", "5", "500.0", "5.0.0.0"].map(
      (fhirVersion): [string, Says, string, string] => [
        "has a version in words: " + fhirVersion,
        capability({ fhirVersion }),
        "other-fhir",
        "the server speaks FHIR of another version; the connector needs R4 (4.0)",
      ],
    ),
    [
      "is a page",
      html(" \n<!DOCTYPE html>x"),
      "not-fhir",
      "/metadata is a web page and not a FHIR CapabilityStatement",
    ],
    [
      "is a page behind a mark",
      html("\uFEFF<HTML>"),
      "not-fhir",
      "/metadata is a web page and not a FHIR CapabilityStatement",
    ],
    [
      "is XML",
      html('<?xml?><CapabilityStatement xmlns="x">'),
      "not-fhir",
      "/metadata is XML and not a FHIR CapabilityStatement",
    ],
    ["is old XML", html("<Conformance>"), "not-fhir", "/metadata is XML and not a FHIR CapabilityStatement"],
    [
      "is other XML",
      html("<Conformances>"),
      "not-fhir",
      "/metadata is something that is not JSON and not a FHIR CapabilityStatement",
    ],
    [
      "ends in a page",
      html("x<html>"),
      "not-fhir",
      "/metadata is something that is not JSON and not a FHIR CapabilityStatement",
    ],
    [
      "says late that it is XML",
      html(" ".repeat(10) + "x".repeat(400) + "<CapabilityStatement>"),
      "not-fhir",
      "/metadata is something that is not JSON and not a FHIR CapabilityStatement",
    ],
    [
      "is empty",
      html(""),
      "not-fhir",
      "/metadata is something that is not JSON and not a FHIR CapabilityStatement",
    ],
    [
      "is a list",
      html("[]"),
      "not-fhir",
      "/metadata cannot be read: missing or not as it must be: the whole answer",
    ],
  ])("%s", async (_what, metadata, obstacle, reason) => {
    expect(await outcomeOf({ metadata })).toEqual({ ok: false, why: "unwell", obstacle, reason });
  });

  test.each([["4.0"], ["4.0.0"], ["4.0.1"]])("of FHIR %s is right", async (fhirVersion) => {
    expect(await outcomeOf({ metadata: capability({ fhirVersion }) })).toMatchObject({ ok: true });
  });

  test.each<[what: string, rest: unknown, offers: boolean]>([
    ["the server searches", [{ mode: "server", resource: search }], true],
    ["nobody says who", [{ resource: search }], true],
    [
      "the second does",
      [{ mode: "client" }, { mode: "server", resource: [{ type: "Patient" }, ...search] }],
      true,
    ],
    ["it searches as a client only", [{ mode: "client", resource: search }], false],
    ["it reads only", [{ resource: [{ type: "Appointment", interaction: [{ code: "read" }] }] }], false],
    ["it searches others only", [{ resource: [{ ...search[0], type: "Patient" }] }], false],
    ["it says nothing of interactions", [{ resource: [{ type: "Appointment" }] }], false],
    ["it says nothing", undefined, false],
  ])("offers the search of appointments: %s", async (_what, rest, offers) => {
    const outcome = await outcomeOf({ metadata: capability({ rest }) });
    expect(outcome).toMatchObject(
      offers
        ? { ok: true }
        : { ok: false, obstacle: "no-appointments", reason: "the server offers no search of appointments" },
    );
  });

  test.each<[what: string, metadata: Says, warnings: string[]]>([
    ["its own address", capability({ implementation: { url: BASE + "/" } }), []],
    [
      "another address",
      capability({ implementation: { url: BASE + "x" } }),
      ["the server calls itself by another address than the base URL"],
    ],
    ["the time", { headers: { date: NOW.toUTCString() }, body: JSON.stringify(capability()) }, []],
    [
      "another time",
      { headers: { date: "Tue, 12 Jan 2027 15:10:00 GMT" }, body: JSON.stringify(capability()) },
      ["the clock of the chart system is 10 minutes ahead of the connector's"],
    ],
  ])("that says %s warns", async (_what, metadata, warnings) => {
    expect(await outcomeOf({ metadata })).toMatchObject({ ok: true, warnings });
  });
});

const OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
const naming = (uris: Record<string, string>, member = "valueUri", url = OAUTH_URIS) =>
  capability({
    rest: [
      {
        mode: "server",
        resource: search,
        security: {
          extension: [
            { url: "other", extension: [{ url: "token", valueUri: "https://other.example/token" }] },
            { url, extension: Object.entries(uris).map(([name, uri]) => ({ url: name, [member]: uri })) },
          ],
        },
      },
    ],
  });

describe("sign-in addresses", () => {
  test.each([404, 410])(
    "are the capability statement's where there is no other document: %i",
    async (status) => {
      const uris = { authorize: "https://a.example/authorize", token: "token" };
      for (const member of ["valueUri", "valueUrl"])
        expect(await outcomeOf({ metadata: naming(uris, member), configuration: { status } })).toEqual({
          ok: true,
          endpoints: {
            authorizationEndpoint: "https://a.example/authorize",
            tokenEndpoint: BASE + "/token",
          },
          warnings: [],
        });
    },
  );

  test.each([
    [404, "<!DOCTYPE html><html><title>Error</title><pre>Cannot GET /fhir</pre></html>"],
    [410, "<html><head><title>404 Not Found</title></head></html>"],
  ])(
    "are the capability statement's where a page says that there is no other document (%i), which is told",
    async (status, body) => {
      const metadata = naming({ authorize: "https://a.example/authorize", token: "https://a.example/token" });
      const unsure = `smart-configuration answered ${String(status)} with a web page; the sign-in addresses are those of /metadata`;
      expect(await outcomeOf({ metadata, configuration: { status, body } })).toEqual({
        ok: true,
        endpoints: {
          authorizationEndpoint: "https://a.example/authorize",
          tokenEndpoint: "https://a.example/token",
        },
        warnings: [unsure],
        unsure,
      });
    },
  );

  const none = {
    ok: false,
    why: "unwell",
    obstacle: "no-sign-in",
    reason: "the server does not say where to sign in (no smart-configuration, no oauth-uris in /metadata)",
  };
  test.each<[what: string, metadata: Says]>([
    ["are named nowhere", capability()],
    ["lack where to authorize", naming({ token: "https://a.example/token" })],
    ["lack where tokens are", naming({ authorize: "https://a.example/authorize" })],
    [
      "are in another extension",
      naming({ authorize: "https://a.example/a", token: "https://a.example/t" }, "valueUri", "x"),
    ],
  ])("are not found where they %s", async (_what, metadata) => {
    for (const body of ["", "<html>"])
      expect(await outcomeOf({ metadata, configuration: { status: 404, body } })).toEqual(none);
  });

  test.each<[what: string, configuration: Says, obstacle: string, reason: string]>([
    [
      "the document is away",
      { status: 500 },
      "ill",
      "smart-configuration answered 500 (not reachable now) instead of 200 or 404",
    ],
    [
      "the document is refused",
      { status: 403 },
      "refused",
      "smart-configuration answered 403 instead of 200 or 404",
    ],
    [
      "a page refuses it",
      { status: 403, body: "<html>" },
      "not-fhir",
      "smart-configuration answered 403 (a web page) instead of 200 or 404",
    ],
    ["it is a page", html("<html>"), "not-fhir", "smart-configuration is a web page and not JSON"],
    [
      "it is a list",
      html("[]"),
      "not-fhir",
      "smart-configuration cannot be read: missing or not as it must be: the whole answer",
    ],
  ])("are not taken from elsewhere where %s", async (_what, configuration, obstacle, reason) => {
    const metadata = naming({ authorize: "https://a.example/authorize", token: "https://a.example/token" });
    expect(await outcomeOf({ metadata, configuration })).toEqual({
      ok: false,
      why: "unwell",
      obstacle,
      reason,
    });
  });

  test.each(["authorization_endpoint", "token_endpoint"])(
    "are the capability statement's where the document lacks %s",
    async (member) => {
      const metadata = naming({ authorize: "https://a.example/authorize", token: "https://a.example/token" });
      expect(await outcomeOf({ metadata, configuration: smart({ [member]: null }) })).toMatchObject({
        ok: true,
        endpoints: { tokenEndpoint: "https://a.example/token" },
      });
    },
  );

  test("may be relative, may lack issuer and keys, and what cannot be read is told", async () => {
    const configuration = smart({ issuer: 1.5, jwks_uri: null, token_endpoint: "oauth/token" });
    expect(await outcomeOf({ configuration })).toEqual({
      ok: true,
      endpoints: {
        authorizationEndpoint: FOUND.authorizationEndpoint,
        tokenEndpoint: BASE + "/oauth/token",
      },
      warnings: ["smart-configuration: issuer cannot be read"],
      unsure: "smart-configuration: issuer cannot be read",
    });
  });

  test("are not sure where the other document names them, and not so that they can be read", async () => {
    const metadata = naming({ authorize: "https://a.example/authorize", token: "https://a.example/token" });
    const unsure = "smart-configuration: token_endpoint, jwks_uri cannot be read";
    expect(
      await outcomeOf({ metadata, configuration: smart({ token_endpoint: {}, jwks_uri: [] }) }),
    ).toMatchObject({ ok: true, endpoints: { tokenEndpoint: "https://a.example/token" }, unsure });
    const lacking = await outcomeOf({ metadata, configuration: smart({ token_endpoint: null }) });
    expect(lacking).toMatchObject({ ok: true, endpoints: { tokenEndpoint: "https://a.example/token" } });
    expect(lacking).not.toHaveProperty("unsure");
  });

  test.each<[member: string, address: string, loopback: boolean, isUsed: boolean]>([
    ["token_endpoint", "http://login.ehr.example/token", false, false],
    ["authorization_endpoint", "http://login.ehr.example/authorize", true, false],
    ["jwks_uri", "http://login.ehr.example/jwks", false, false],
    ["jwks_uri", "http://127.0.0.1/jwks", true, true],
    ["jwks_uri", "http://127.0.0.1/jwks", false, false],
    ["token_endpoint", "ftp://127.0.0.1/token", true, false],
    ["authorization_endpoint", "javascript:alert(1)", true, false],
    ["token_endpoint", "https://user@login.ehr.example/token", false, false],
    ["token_endpoint", "https://:word@login.ehr.example/token", false, false],
  ])("%s as %s is used on loopback (%s): %s", async (member, address, loopback, isUsed) => {
    const outcome = await outcomeOf({ configuration: smart({ [member]: address }) }, { loopback });
    expect(outcome).toMatchObject(
      isUsed
        ? { ok: true }
        : {
            ok: false,
            why: "addresses",
            obstacle: "unsafe-sign-in",
            reason: "a sign-in address is not an https address",
          },
    );
  });

  test.each([
    ["token_endpoint", "token_endpoint is not an address"],
    ["authorization_endpoint", "authorization_endpoint is not an address"],
    ["issuer", "issuer is not an address"],
    ["jwks_uri", "jwks_uri is not an address"],
  ])("that cannot be read as addresses are named: %s", async (member, reason) => {
    expect(await outcomeOf({ configuration: smart({ [member]: "https://[" }) })).toEqual({
      ok: false,
      why: "addresses",
      obstacle: "unsafe-sign-in",
      reason,
    });
  });

  test("of the capability statement that cannot be read are named, too", async () => {
    const reasonOf = async (uris: Record<string, string>) => {
      const outcome = await outcomeOf({ metadata: naming(uris), configuration: { status: 404 } });
      return outcome.ok ? undefined : outcome.reason;
    };
    expect(await reasonOf({ authorize: "https://[", token: "token" })).toBe(
      "authorize in oauth-uris is not an address",
    );
    expect(await reasonOf({ authorize: "a", token: "https://[" })).toBe(
      "token in oauth-uris is not an address",
    );
  });

  const { issuer: _none, ...noIssuer } = smart();
  test.each<[what: string, signIn: object, configuration: object, differing?: string]>([
    ["all", FOUND, smart()],
    ["some", { tokenEndpoint: FOUND.tokenEndpoint }, smart()],
    ["another spelling", { ...FOUND, issuer: "HTTPS://login.ehr.example:443/oidc/" }, smart()],
    ["an issuer that is not found", FOUND, noIssuer],
    [
      "another token endpoint",
      { ...FOUND, tokenEndpoint: "https://x.example/token" },
      smart(),
      "tokenEndpoint",
    ],
    [
      "others",
      {
        authorizationEndpoint: "https://x.example/a",
        issuer: "https://x.example",
        jwksUri: "https://x.example/jwks",
      },
      smart(),
      "authorizationEndpoint, issuer, jwksUri",
    ],
  ])("that the settings insist on: %s", async (_what, signIn, configuration, differing) => {
    const outcome = await outcomeOf({ configuration }, { signIn });
    expect(outcome).toMatchObject(
      differing === undefined
        ? { ok: true }
        : {
            ok: false,
            why: "addresses",
            obstacle: "not-as-settings-say",
            reason: `the sign-in addresses differ from those the settings insist on (signIn: ${differing})`,
          },
    );
  });
});

test("a server that is not reached is told by its obstacle, and a bug is a bug", async () => {
  const cause = Object.assign(new Error("x"), { code: "ENOTFOUND" });
  expect(await outcomeOf({ metadata: new Unreachable("no answer from ehr.example", { cause }) })).toEqual({
    ok: false,
    why: "unwell",
    obstacle: "no-such-host",
    reason: "no answer from ehr.example (ENOTFOUND)",
  });
  await expect(probed({ configuration: new TypeError("a bug") })).rejects.toThrow(TypeError);
});
