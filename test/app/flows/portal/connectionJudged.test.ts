/** What may be kept of a connection that somebody typed, and what is said beside a field that may not. */
import { describe, expect, test } from "vitest";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import { NEW as NEW_CONNECTION, type Typed } from "../../../../app/flows/portal/connections/form.ts";
import { judged as judgedConnection, secretsAgain } from "../../../../app/flows/portal/connections/judge.ts";
import { areSame, takenSince } from "../../../../app/flows/portal/connections/others.ts";
import type { PortalPicks } from "../../../../app/flows/portal/parts.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";

const URL = "https://chart.example/r4/one";
const KEPT: PortalConnection = {
  name: "One",
  fhirBaseUrl: URL,
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: true,
};

interface World {
  readonly environment?: "local" | "test" | "production";
  readonly kept?: readonly { readonly id: string; readonly value: PortalConnection }[];
  readonly former?: readonly {
    readonly connectionId: string;
    readonly fhirBaseUrl: string;
    readonly environment: string;
  }[];
  readonly probe?: object;
}
function world({ environment = "production", kept = [], former = [], probe = { ok: true } }: World = {}) {
  const probed: unknown[] = [];
  const picks = {
    environment,
    connectionSettings: { list: () => Promise.resolve(kept) },
    formerAddresses: { list: () => Promise.resolve(former) },
    hospital: {
      stackConnections: [
        { id: "stacks", name: "The stack's", fhirBaseUrl: "https://chart.example/r4/stacks" as FhirBaseUrl },
      ],
    },
    keyring: { seal: (context: string, clear: string) => `sealed(${context}: ${clear})` },
    ehr: { probe: (connection: unknown) => (probed.push(connection), Promise.resolve(probe)) },
  } as unknown as PortalPicks;
  return { picks, probed };
}
const TYPED: Typed = { ...NEW_CONNECTION, name: "Lamna Healthcare", fhirBaseUrl: URL };
const lines = (count: number) => Array.from({ length: count }, (_none, at) => String(at)).join("\n");
const NO_SECRETS = { provider: "", system: "" };
const judge = async (
  typed: Partial<Typed>,
  {
    secrets = {},
    before,
    ...of
  }: World & { secrets?: Partial<typeof NO_SECRETS>; before?: Partial<PortalConnection> } = {},
) => {
  const { picks, probed } = world(of);
  const was = before && { id: "one", value: { ...KEPT, ...before } };
  const verdict = await judgedConnection(
    picks,
    { typed: { ...TYPED, ...typed }, secrets: { ...NO_SECRETS, ...secrets } },
    was,
  );
  return { verdict, probed };
};

describe("a connection", () => {
  test("is kept as it was typed, on at once where it is a test one, and was asked how it stands", async () => {
    const { verdict, probed } = await judge({ visitTypes: " A \n\nB" });
    const value = {
      name: "Lamna Healthcare",
      fhirBaseUrl: URL,
      environment: "test",
      visitTypes: ["A", "B"],
      enabled: true,
    };
    expect(verdict).toEqual({ ok: true, id: "lamna-healthcare", value });
    expect(probed).toMatchObject([{ id: "lamna-healthcare", fhirBaseUrl: URL }]);
  });

  test("of production is off until something clears it", async () => {
    const { verdict } = await judge({ environment: "production" });
    expect(verdict).toMatchObject({ ok: true, value: { environment: "production", enabled: false } });
    expect(verdict.ok && "cleared" in verdict.value).toBe(false);
  });

  const cleared = { by: "visit", connectionId: "t", at: "2026-11-20T10:00:00.000Z" } as const;
  const production = { environment: "production", cleared, enabled: true } as const;
  test.each<readonly [string, Partial<Typed>, Partial<PortalConnection>, object]>([
    ["a test one that is on stays on", {}, { enabled: true }, { enabled: true }],
    ["a test one that is off stays off", {}, { enabled: false }, { enabled: false }],
    ["a production one stays cleared", { environment: "production" }, production, { enabled: true, cleared }],
    [
      "a production one that is off stays so",
      { environment: "production" },
      { ...production, enabled: false },
      { enabled: false, cleared },
    ],
    [
      "another chart system is cleared anew",
      { environment: "production", fhirBaseUrl: "https://chart.example/r4/two" },
      production,
      { enabled: false },
    ],
    [
      "the same chart system, written otherwise, stays cleared",
      { environment: "production", fhirBaseUrl: "https://chart.example/r4/one/" },
      production,
      { enabled: true, cleared },
    ],
    ["what becomes production is off", { environment: "production" }, { enabled: true }, { enabled: false }],
    [
      "what was never cleared is off",
      { environment: "production" },
      { environment: "production", enabled: true },
      { enabled: false },
    ],
  ])("that is edited: %s", async (_what, typed, before, permission) => {
    const { verdict } = await judge(typed, { before });
    expect(
      verdict.ok && {
        enabled: verdict.value.enabled,
        ...("cleared" in verdict.value && { cleared: verdict.value.cleared }),
      },
    ).toEqual(permission);
  });

  test("is not asked how it stands where nothing that concerns the server has changed", async () => {
    expect((await judge({ name: "Two", visitTypes: "B" }, { before: {} })).probed).toEqual([]);
    expect((await judge({ name: "Two" }, { before: { enabled: false } })).probed).toEqual([]);
    expect((await judge({ fhirBaseUrl: URL + "2" }, { before: {} })).probed).toHaveLength(1);
    expect((await judge({ providerClientId: "p" }, { before: {} })).probed).toHaveLength(1);
    expect((await judge({ systemClientId: "s" }, { before: {} })).probed).toEqual([]);
  });

  test("whose server does not answer as one says so, and asks for the secrets again", async () => {
    const probe = { ok: false, why: "unwell", obstacle: "ill", reason: "It is ill." };
    const { verdict } = await judge(
      { providerClientId: "p", providerMethod: "secret" },
      { probe, secrets: { provider: "s3cret" } },
    );
    expect(verdict).toEqual({
      ok: false,
      probe,
      faults: { providerSecret: "A client secret that you entered has to be entered again." },
    });
    expect((await judge({}, { probe })).verdict).toEqual({ ok: false, probe, faults: {} });
  });

  test("keeps its registrations, with a secret that nobody can read", async () => {
    const typed = { providerClientId: "p", systemClientId: "s", systemMethod: "secret" };
    const { verdict } = await judge(typed, { secrets: { system: "s3cret" } });
    expect(verdict).toMatchObject({
      value: {
        provider: { clientId: "p", authentication: { method: "private_key_jwt" } },
        system: {
          clientId: "s",
          authentication: {
            method: "client_secret_basic",
            sealedSecret: "sealed(client secret lamna-healthcare system: s3cret)",
          },
        },
      },
    });
    const bare = (await judge({})).verdict;
    expect(bare.ok && ["provider" in bare.value, "system" in bare.value, "writeBack" in bare.value]).toEqual([
      false,
      false,
      false,
    ]);
    expect((await judge({ writesLinks: "yes" })).verdict).toMatchObject({
      value: { writeBack: { links: true } },
    });
  });

  const secretly = {
    clientId: "p",
    authentication: { method: "client_secret_basic", sealedSecret: "kept" },
  } as const;
  test("keeps the secret that it had, for the same server and registration only", async () => {
    const typed = { providerClientId: "q", providerMethod: "secret" };
    const same = await judge(typed, { before: { provider: secretly } });
    expect(same.verdict).toMatchObject({ value: { provider: { ...secretly, clientId: "q" } } });
    const entered = await judge(typed, { before: { provider: secretly }, secrets: { provider: "new" } });
    expect(entered.verdict).toMatchObject({
      value: { provider: { authentication: { sealedSecret: "sealed(client secret one provider: new)" } } },
    });
    const asked = { ok: false, faults: { providerSecret: "Enter the client secret that Oracle issued." } };
    const elsewhere = { ...typed, fhirBaseUrl: "https://chart.example/r4/two" };
    expect((await judge(elsewhere, { before: { provider: secretly } })).verdict).toEqual(asked);
    const key = { clientId: "p", authentication: { method: "private_key_jwt" } } as const;
    expect((await judge(typed, { before: { provider: key } })).verdict).toEqual(asked);
    expect((await judge(typed, { before: { system: secretly } })).verdict).toEqual(asked);
    expect((await judge(typed)).verdict).toEqual(asked);
  });

  test.each<readonly [string, Partial<Typed>, Parameters<typeof judge>[1], object]>([
    ["no name", { name: "" }, {}, { name: "Enter a name that administrators will know it by." }],
    ["a long name", { name: "x".repeat(81) }, {}, { name: "Use 80 characters at most." }],
    ["a name in two lines", { name: "a\tb" }, {}, { name: expect.stringMatching(/^Use one line/) as string }],
    [
      "a name with a blank of no width",
      { name: "La\u200Bmna" },
      {},
      { name: expect.stringContaining("(U+200B)") as string },
    ],
    [
      "a visit type with a mark of direction",
      { visitTypes: "Video\nVideo\u200E Visit" },
      {},
      { visitTypes: expect.stringContaining("(U+200E)") as string },
    ],
    [
      "a bad id",
      { id: "A" },
      {},
      { id: expect.stringMatching(/^Use small letters, digits and dashes.*or leave it empty\.$/) as string },
    ],
    [
      "no base URL",
      { fhirBaseUrl: "" },
      {},
      { fhirBaseUrl: expect.stringMatching(/^Enter the FHIR R4 base URL/) as string },
    ],
    [
      "http",
      { fhirBaseUrl: "http://chart.example/r4" },
      {},
      { fhirBaseUrl: expect.stringMatching(/^The address .*https.*\.$/) as string },
    ],
    [
      "written otherwise than the chart system compares it",
      { fhirBaseUrl: "https://CHART.example:443/r4/one/" },
      {},
      { fhirBaseUrl: "The address must be written https://chart.example/r4/one." },
    ],
    [
      "a long base URL",
      { fhirBaseUrl: URL + "x".repeat(473) },
      {},
      { fhirBaseUrl: "Use 500 characters at most." },
    ],
    ["no environment", { environment: "x" }, {}, { environment: "Choose test or production." }],
    [
      "production in a test deployment",
      { environment: "production" },
      { environment: "test" },
      { environment: "A test deployment takes only test connections. Choose Test." },
    ],
    [
      "no visit type",
      { visitTypes: " \n" },
      {},
      { visitTypes: "Enter at least one appointment type that is a video visit." },
    ],
    [
      "51 visit types",
      { visitTypes: lines(51) },
      {},
      { visitTypes: "Use 50 types at most, of 100 characters each." },
    ],
    [
      "a long visit type",
      { visitTypes: "a\n" + "x".repeat(101) },
      {},
      { visitTypes: "Use 50 types at most, of 100 characters each." },
    ],
    [
      "a visit type with a tab",
      { visitTypes: "a\nb\tc" },
      {},
      { visitTypes: expect.stringMatching(/^Use one line/) as string },
    ],
    [
      "a long client id",
      { providerClientId: "x".repeat(201) },
      {},
      { providerClientId: "Use 200 characters at most." },
    ],
    [
      "a long system client id",
      { systemClientId: "x".repeat(201) },
      {},
      { systemClientId: "Use 200 characters at most." },
    ],
    [
      "a client id with a line break",
      { providerClientId: "a\nb" },
      {},
      { providerClientId: expect.stringMatching(/^Use one line/) as string },
    ],
    [
      "a system client id with a tab",
      { systemClientId: "a\tb" },
      {},
      { systemClientId: expect.stringMatching(/^Use one line/) as string },
    ],
    [
      "no proof",
      { providerMethod: "" },
      {},
      { providerMethod: "Choose the deployment’s key or a client secret." },
    ],
    [
      "no system proof",
      { systemMethod: "x" },
      {},
      { systemMethod: "Choose the deployment’s key or a client secret." },
    ],
    [
      "a secret of no client",
      { systemMethod: "secret" },
      { secrets: { system: "s" } },
      {
        systemClientId: "Enter the client id that the secret belongs to.",
        systemSecret: "A client secret that you entered has to be entered again.",
      },
    ],
    [
      "a client without a secret",
      { systemClientId: "s", systemMethod: "secret" },
      {},
      { systemSecret: "Enter the client secret that Oracle issued." },
    ],
    [
      "what was production",
      {},
      { before: { environment: "production" } },
      { environment: "What was production stays so. Remove it and add a test domain." },
    ],
    [
      "a chart system that was production",
      {},
      { former: [{ connectionId: "gone", fhirBaseUrl: URL, environment: "production" }] },
      {
        environment: expect.stringMatching(
          /^This base URL was production here, as the connection gone\./,
        ) as string,
      },
    ],
    [
      "an id that is taken",
      { id: "stacks" },
      {},
      { id: "stacks is the id of The stack's, a connection of the stack file. Choose another." },
    ],
    [
      "the chart system of another one",
      { fhirBaseUrl: "https://chart.example/r4/two/" },
      { kept: [{ id: "two", value: { ...KEPT, name: "Two", fhirBaseUrl: "https://chart.example/r4/two" } }] },
      {
        fhirBaseUrl:
          "This is the base URL of Two (two), a connection of the portal. A chart system is connected once.",
      },
    ],
  ])("with %s says so beside the field, and the server is not asked", async (_what, typed, of, faults) => {
    const { verdict, probed } = await judge(typed, of);
    expect([verdict, probed]).toEqual([{ ok: false, faults }, []]);
  });

  test.each<readonly [string, Partial<Typed>, Parameters<typeof judge>[1]]>([
    ["a name of 80 characters", { name: "x".repeat(80) }, {}],
    ["a base URL of 500 characters", { fhirBaseUrl: URL + "x".repeat(472) }, {}],
    [
      "50 visit types of 100 characters",
      { visitTypes: Array.from({ length: 50 }, (_none, at) => String(at).padEnd(100, "x")).join("\n") },
      {},
    ],
    [
      "client ids of 200 characters",
      { providerClientId: "x".repeat(200), systemClientId: "x".repeat(200) },
      {},
    ],
    ["an id of 32 characters", { id: "a" + "-1".repeat(15) + "z" }, {}],
    [
      "a chart system that was a test one",
      {},
      { former: [{ connectionId: "gone", fhirBaseUrl: URL, environment: "test" }] },
    ],
    [
      "another chart system than was production",
      {},
      { former: [{ connectionId: "gone", fhirBaseUrl: URL + "2", environment: "production" }] },
    ],
    [
      "a production chart system as production",
      { environment: "production" },
      { former: [{ connectionId: "gone", fhirBaseUrl: URL, environment: "production" }] },
    ],
    ["production that stays so", { environment: "production" }, { before: { environment: "production" } }],
    ["its own id and base URL", {}, { before: {}, kept: [{ id: "one", value: KEPT }] }],
    ["http on a laptop", { fhirBaseUrl: "http://localhost:8080/r4" }, { environment: "local" }],
    ["a method without a client", { systemMethod: "secret" }, {}],
  ])("with %s is kept", async (_what, typed, of) => {
    expect((await judge(typed, of)).verdict).toMatchObject({ ok: true });
  });

  test("gets an id that nobody has", async () => {
    const kept = [{ id: "lamna-healthcare", value: { ...KEPT, fhirBaseUrl: URL + "2" } }];
    expect((await judge({}, { kept })).verdict).toMatchObject({ id: "lamna-healthcare-2" });
    expect((await judge({ id: "own" }, { kept })).verdict).toMatchObject({ id: "own" });
    expect((await judge({ id: "other", name: "123" }, { before: {} })).verdict).toMatchObject({ id: "one" });
    expect((await judge({ name: "123" })).verdict).toMatchObject({ id: "connection" });
  });

  test("asks for each secret again that was entered", () => {
    const again = "A client secret that you entered has to be entered again.";
    expect(secretsAgain({ provider: "a", system: "b" })).toEqual({
      providerSecret: again,
      systemSecret: again,
    });
    expect(secretsAgain({ provider: "", system: "b" })).toEqual({ systemSecret: again });
    expect(secretsAgain(NO_SECRETS)).toEqual({});
  });

  test("is the same chart system however its address is written", () => {
    expect(areSame(URL, URL + "/", false)).toBe(true);
    expect(areSame(URL, URL + "2", false)).toBe(false);
    expect(areSame("none", "none", false)).toBe(true);
    expect(areSame("none", "other", false)).toBe(false);
    expect(areSame("none", URL, false)).toBe(false);
    expect(areSame("http://localhost/r4", "http://localhost/r4/", true)).toBe(true);
    expect(areSame("http://localhost/r4", "http://localhost/r4/", false)).toBe(false);
  });

  test("may be taken since it was judged", async () => {
    const two = { id: "two", value: { ...KEPT, name: "Two" } };
    const after = { fhirBaseUrl: URL, environment: "test" } as const;
    expect(await takenSince(world().picks, "one", after)).toBeUndefined();
    expect(await takenSince(world({ kept: [two] }).picks, "one", after)).toContain("base URL of Two (two)");
    expect(await takenSince(world({ kept: [two] }).picks, "two", after)).toBeUndefined();
    const former = [{ connectionId: "gone", fhirBaseUrl: URL, environment: "production" }];
    expect(await takenSince(world({ former }).picks, "one", after)).toContain("was production here");
    const local = { fhirBaseUrl: "http://localhost/r4", environment: "test" } as const;
    const there = { id: "two", value: { ...KEPT, name: "Two", fhirBaseUrl: "http://localhost/r4/" } };
    expect(await takenSince(world({ environment: "local", kept: [there] }).picks, "one", local)).toContain(
      "Two",
    );
  });
});
