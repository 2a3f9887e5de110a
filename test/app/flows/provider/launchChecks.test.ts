/** The checks by which administrators hear of launches that fail, with traces, standings and keys that the test scripts. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { providerChecks } from "../../../../app/flows/provider/checks.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import type { Trace } from "../../../../app/records/traces.ts";
import { launched } from "../../../harness/launched.ts";

const MINUTE = 60_000;
const NOW = new Date("2026-12-01T16:00:00Z");
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE);

let at: ReturnType<typeof launched>;
beforeEach(() => {
  at = launched();
});
afterEach(() => at.close());

describe("the checks of launches", () => {
  const trace = (minutes: number, outcome: string, change: Partial<Trace> = {}): Trace => ({
    at: ago(minutes).toISOString(),
    milliseconds: 1,
    flow: "provider",
    what: "GET /launch/callback/:connection",
    outcome,
    status: 403,
    connection: "lamna",
    reference: "REF" + String(minutes),
    calls: [],
    ...change,
  });
  interface World {
    readonly traces?: readonly Trace[];
    readonly begunAt?: Date;
    readonly standing?: object | undefined;
    readonly published?: () => Promise<readonly object[]>;
    readonly madeAt?: Date;
  }
  let spans: object[];
  async function checks({ traces = [], begunAt, standing, published, madeAt = NOW }: World) {
    spans = [];
    const [connection] = await at.parts.hospital.connections();
    const parts = at.withParts({
      now: () => NOW,
      hospital: { connections: () => Promise.resolve([connection, { id: "awaited", name: "Awaited" }]) },
      standings: { known: () => standing },
      traces: {
        list: (span: object) => {
          spans.push(span);
          return Promise.resolve(traces);
        },
      },
      canaries: {
        of: (id: string) => Promise.resolve(id === "lamna" && begunAt !== undefined ? { begunAt } : {}),
      },
      vault: {
        publicKeys: published ?? (() => Promise.resolve([{}])),
        madeAt: () => Promise.resolve(madeAt),
      },
    });
    return providerChecks(parts)();
  }
  const found = async (world: World) =>
    (await checks(world))
      .filter(({ fault }) => fault !== undefined)
      .map(({ fault: _words, ...check }) => check);
  const said = async (world: World) => (await checks(world)).find(({ fault }) => fault !== undefined)?.fault;

  test("are each made, and find nothing where nothing is wrong", async () => {
    const well = { traces: [trace(1, "launch.finished")], standing: { ok: true } };
    expect(await checks(well)).toEqual([
      { name: "connection", of: "lamna" },
      { name: "launch-scopes" },
      { name: "launches" },
      { name: "launch-environment" },
      { name: "clock" },
      { name: "signing-keys", of: "k" },
      { name: "signing-keys", of: "fhir-portal" },
    ]);
    expect(spans).toEqual([
      { from: new Date(ago(24 * 60).getTime() + 1), until: new Date(NOW.getTime() + 1), limit: 500 },
    ]);
  });

  test("that have looked at nothing say so, and not that it is well", async () => {
    const none = async (world: World) =>
      (await checks(world)).flatMap(({ name, unseen, isNothingYet }) =>
        isNothingYet ? [name, unseen?.startsWith("Nothing to check yet: ")] : [],
      );
    const launches = ["launch-scopes", true, "launches", true, "launch-environment", true, "clock", true];
    expect(await none({})).toEqual(["connection", true, ...launches]);
    // Pages of launches and of other flows are no launches.
    const traces = [
      trace(1, "not-found", { what: "GET /visits/:launch" }),
      trace(1, "launch.finished", { flow: "portal" }),
    ];
    expect(await none({ traces, standing: { ok: true } })).toEqual(launches);
    expect(await none({ traces: [trace(1, "visit-not-found")], standing: { ok: true } })).toEqual([]);
    const why = (await checks({})).flatMap(({ name, unseen }) => (name === "launches" ? [unseen] : []));
    expect(why[0]).toMatch(/nobody has opened a visit from a chart within the last day\.$/);
    // Of so many requests of other pages the older ones of the day are not read.
    const many = Array.from({ length: 500 }, () => trace(1, "x", { flow: "portal" }));
    const unread = (await checks({ traces: many })).find(({ name }) => name === "launches")?.unseen;
    expect(unread).toMatch(/none of the newest requests that are noted opened a visit from a chart\.$/);
  });

  test.each<[object | undefined, string | undefined]>([
    [undefined, undefined],
    [{ ok: true }, undefined],
    [{ ok: true, ailing: "it ails" }, "it ails"],
    [{ ok: false, reason: "it fails" }, "it fails"],
  ])("say how the connection stands: %j", async (standing, fault) => {
    expect(await said({ standing })).toBe(fault);
  });

  test.each([
    ["scopes-trimmed", { name: "launch-scopes", of: "lamna", move: "oracle" }],
    ["registration-refused", { name: "launches", of: "lamna", move: "oracle" }],
    ["token-refused", { name: "launches", of: "lamna", move: "oracle" }],
    ["proof-missing", { name: "launches", of: "lamna" }],
    ["awaiting-registration", { name: "launches", of: "lamna" }],
    ["unknown-chart-system", { name: "launch-environment", of: "lamna", isWarning: true }],
    ["wrong-environment", { name: "launch-environment", of: "lamna" }],
    ["clocks-differ", { name: "clock", of: "lamna" }],
  ] as const)("find a launch that ended with %s, whoever's move it is", async (outcome, check) => {
    expect(await found({ traces: [trace(1, outcome)] })).toEqual([check]);
    const all = (await checks({ traces: [trace(1, outcome)] })).filter(({ name }) => name === check.name);
    expect(all).toHaveLength(1);
    expect(await said({ traces: [trace(1, outcome), trace(2, outcome)] })).toMatch(
      /^[A-Z].{20,}\. The last such launch has the reference REF1, by which Traces finds it\.$/,
    );
    expect(await found({ traces: [trace(1, outcome, { flow: "portal" })] })).toEqual([]);
  });

  test("each way to end has words of its own; others are told on their own page only", async () => {
    const kinds = [
      "scopes-trimmed",
      "registration-refused",
      "token-refused",
      "proof-missing",
      "awaiting-registration",
      "unknown-chart-system",
      "wrong-environment",
      "clocks-differ",
    ];
    const all = await Promise.all(kinds.map((kind) => said({ traces: [trace(1, kind)] })));
    expect(new Set(all).size).toBe(kinds.length);
    expect(await found({ traces: [trace(1, "launch-expired"), trace(2, "visit.opened")] })).toEqual([]);
  });

  test("find nothing that a later launch of the same connection has mended", async () => {
    const traces = [trace(1, "launch.finished"), trace(2, "clocks-differ")];
    expect(await found({ traces })).toEqual([]);
    expect(await found({ traces: traces.toReversed() })).toMatchObject([{ name: "clock" }]);
    const other = [trace(1, "launch.finished", { connection: "other" }), trace(2, "clocks-differ")];
    expect(await found({ traces: other })).toMatchObject([{ name: "clock" }]);
    // Of nobody's launch it is not known what has mended it.
    const { connection: _none, ...nobodys } = trace(2, "unknown-chart-system");
    const { connection: _neither, ...finished } = trace(1, "launch.finished");
    expect(await found({ traces: [finished, nobodys] })).toEqual([
      { name: "launch-environment", isWarning: true },
    ]);
  });

  test("say from which FHIR base URL a launch came that was refused for it", async () => {
    const baseUrl = "https://fhir.example/r4/x";
    for (const outcome of ["unknown-chart-system", "wrong-environment"])
      expect(await said({ traces: [trace(1, outcome, { baseUrl })] })).toContain(`FHIR base URL ${baseUrl}`);
  });

  test("hide nothing that is wrong behind what anybody can cause", async () => {
    const { connection: _none, ...byAnybody } = trace(1, "unknown-chart-system");
    const { connection: _neither, ...wrong } = trace(2, "wrong-environment");
    const told = [{ name: "launch-environment", isWarning: true }, { name: "launch-environment" }];
    expect(await found({ traces: [byAnybody, wrong] })).toEqual(told);
    expect(await found({ traces: [wrong, byAnybody] })).toEqual(told.toReversed());
  });

  test("tell of one check of each connection, and of none that is gone", async () => {
    const traces = [
      trace(1, "token-refused"),
      trace(2, "proof-missing"),
      trace(3, "clocks-differ", { connection: "gone" }),
    ];
    expect(await found({ traces })).toEqual([
      { name: "launches", of: "lamna", move: "oracle" },
      { name: "clock" },
    ]);
  });

  describe("whose clinician has not come back", () => {
    const lost = async (minutes: number, traces: readonly Trace[] = []) =>
      found({ begunAt: ago(minutes), traces });

    test.each<[number, boolean]>([
      [14.99, false],
      [15, true],
      [24 * 60 - 1, true],
      [24 * 60 + 1, false],
    ])("is told %i minutes after it began: %s", async (minutes, is) => {
      expect(await lost(minutes)).toEqual(is ? [{ name: "launches", of: "lamna", isWarning: true }] : []);
    });

    test("is told with when that was", async () => {
      expect(await said({ begunAt: ago(30) })).toMatch(
        /^A launch began at 15:30 \(UTC\), and nobody has come back/,
      );
    });

    test("is not told where somebody has, or may have, or something worse is known", async () => {
      expect(await lost(30, [trace(30, "launch.finished")])).toEqual([]);
      expect(await lost(30, [trace(31, "launch.finished")])).not.toEqual([]);
      expect(await lost(30, [trace(1, "visit.opened", { what: "GET /visits/:launch" })])).not.toEqual([]);
      expect(await lost(30, [trace(1, "launch-expired", { connection: "other" })])).not.toEqual([]);
      const { connection: _none, ...nobodys } = trace(1, "launch-expired");
      expect(await lost(30, [nobodys])).toEqual([]);
      expect(await lost(30, [trace(31, "token-refused")])).toMatchObject([{ move: "oracle" }]);
    });

    test("is not told where traces of the time since were not read", async () => {
      const many = (count: number, oldest: number) =>
        Array.from({ length: count }, (_one, index) =>
          trace(index === count - 1 ? oldest : 1, "x", { flow: "portal" }),
        );
      expect(await lost(30, many(500, 29))).toEqual([]);
      expect(await lost(30, many(500, 31))).not.toEqual([]);
      expect(await lost(30, many(499, 29))).not.toEqual([]);
    });
  });

  test("look at the keys that sign: whether there is one, and how old it is", async () => {
    const day = 24 * 60;
    expect(await found({ madeAt: ago(394 * day) })).toEqual([]);
    expect(await said({ madeAt: ago(395 * day) })).toMatch(/^Its newest version is 395 days old, /);
    expect(await found({ madeAt: ago(395 * day) })).toMatchObject([
      { of: "k", isWarning: true },
      { of: "fhir-portal" },
    ]);
    expect(await said({ published: () => Promise.resolve([]) })).toMatch(/^No version of the key is enabled/);
    at.logged();
    expect(await said({ published: () => Promise.reject(new VaultFault("it is away")) })).toBe("it is away");
    expect(at.logged()).toMatchObject([
      { level: "warn", event: "signing_key.not_read", names: ["k"] },
      { names: ["fhir-portal"] },
    ]);
    const bug = new TypeError("a bug");
    await expect(checks({ published: () => Promise.reject(bug) })).rejects.toBe(bug);
  });

  test("ask the vault once a minute, however many look", async () => {
    let asked = 0;
    let now = NOW;
    const parts = at.withParts({
      now: () => now,
      hospital: { connections: () => Promise.resolve([]) },
      traces: { list: () => Promise.resolve([]) },
      vault: {
        publicKeys: () => Promise.resolve([{}]).finally(() => (asked += 1)),
        madeAt: () => Promise.resolve(NOW),
      },
    });
    const look = providerChecks(parts);
    for (const [seconds, times] of [
      [0, 1],
      [59, 1],
      [60, 2],
    ] as const) {
      now = new Date(NOW.getTime() + seconds * 1000);
      await look();
      expect(asked).toBe(times);
    }
  });
});
