/**
 * How a connection stands by its probes: what holds while its server is not well, and which other sign-in addresses are
 * an alarm.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { ConfiguredConnection } from "../../../app/domain/hospital.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Probe, SignInEndpoints } from "../../../app/ports/ehr.ts";
import type { Store } from "../../../app/ports/store.ts";
import { openStandings, type StandingsDeps } from "../../../app/records/standings.ts";
import { connectionOf } from "../../harness/findingDeployment.ts";

const SIGN_IN = "https://sign-in.example";
const FIRST: SignInEndpoints = {
  issuer: SIGN_IN + "/issuer",
  authorizationEndpoint: SIGN_IN + "/authorize",
  tokenEndpoint: SIGN_IN + "/token",
  jwksUri: SIGN_IN + "/keys",
};
const { issuer: _issuer, jwksUri: _keys, ...FEWER } = FIRST;
const LAMNA = connectionOf("lamna");
const withSignIn = (signIn: ConfiguredConnection["signIn"]) => ({ ...LAMNA, signIn }) as ConfiguredConnection;
const well = (endpoints: SignInEndpoints = FIRST, warnings: readonly string[] = []): Probe => ({
  ok: true,
  endpoints,
  warnings,
});
const failed = (why: "unwell" | "addresses" | "proof"): Probe => ({
  ok: false,
  why,
  obstacle: "ill",
  reason: "it answered 500",
});

/** @param says the results of the probes in turn; the last one is given from then on */
function opened(...says: readonly [Probe | Error, ...(Probe | Error)[]]) {
  const clock = { now: new Date("2027-01-12T15:00:00Z") };
  const now = () => clock.now;
  const kept = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => kept.close());
  /** While it is pending, what was read from the store is not handed over. */
  const read: { held: Promise<undefined> | undefined } = { held: undefined };
  const store: Store = {
    ...kept,
    async read(...what) {
      const { held } = read;
      const row = await kept.read(...what);
      await held;
      return row;
    },
  };
  const lines: string[] = [];
  let probes = 0;
  const standings = openStandings({
    ehr: {
      probe() {
        const answer = says[Math.min(probes++, says.length - 1)] ?? says[0];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    hospital: { connections: () => Promise.resolve([LAMNA]) },
    store,
    log: jsonLog((line) => void lines.push(line), now),
    now,
  } as unknown as StandingsDeps);
  const forward = (ms: number) => (clock.now = new Date(clock.now.getTime() + ms));
  const told = () =>
    lines.map((line) => {
      const { event, connection, reason, names } = JSON.parse(line) as Record<string, unknown>;
      return [
        event,
        connection,
        ...(reason === undefined ? [] : [reason]),
        ...(names === undefined ? [] : [names]),
      ];
    });
  return { standings, forward, told, store, read, probes: () => probes };
}

test("one that is well has the addresses that were found first, and its warnings, and is not probed again", async () => {
  const { standings, forward, told, probes } = opened(well(FIRST, ["no-launch"]));
  expect(standings.known(LAMNA)).toBeUndefined();
  const standing = { ok: true, endpoints: FIRST, warnings: ["no-launch"] };
  expect(await standings.of(LAMNA)).toEqual(standing);
  forward(86_400_000);
  expect([await standings.of(LAMNA), standings.known(LAMNA), probes()]).toEqual([standing, standing, 1]);
  expect(told()).toEqual([["connection.ready", "lamna", ["no-launch"]]]);
  expect(await standings.pinned(LAMNA)).toEqual(FIRST);
});

test("one whose settings have changed is unknown, and is probed again", async () => {
  const { standings, probes } = opened(well());
  await standings.of(LAMNA);
  const changed = { ...LAMNA, name: "another" };
  expect(standings.known(changed)).toBeUndefined();
  await standings.of(changed);
  expect([standings.known(changed)?.ok, standings.known(LAMNA), probes()]).toEqual([true, undefined, 2]);
});

describe("one whose first answer may be somebody's in between", () => {
  const EARLIER = { ...FEWER, tokenEndpoint: SIGN_IN + "/v1/token" };
  const unsure = (endpoints: SignInEndpoints): Probe => ({
    ...(well(endpoints, ["a web page"]) as Extract<Probe, { ok: true }>),
    unsure: "a web page",
  });

  test("is used, and held to what the server surely says later", async () => {
    const { standings } = opened(
      unsure(EARLIER),
      well(),
      well({ ...FIRST, tokenEndpoint: "https://x.example/" }),
    );
    expect(await standings.askNow(LAMNA)).toEqual({ ok: true, endpoints: EARLIER, warnings: ["a web page"] });
    expect(await standings.askNow(LAMNA)).toEqual({ ok: true, endpoints: FIRST, warnings: [] });
    expect(await standings.pinned(LAMNA)).toEqual(FIRST);
    expect(await standings.askNow(LAMNA)).toMatchObject({ ok: false, obstacle: "not-as-found-first" });
  });

  test("is held to it while nothing surer is said, and while the server does not answer", async () => {
    const other = unsure({ ...EARLIER, tokenEndpoint: "https://x.example/" });
    const { standings } = opened(unsure(EARLIER), other, failed("unwell"));
    await standings.askNow(LAMNA);
    const held = { ok: true, endpoints: EARLIER, ailing: expect.any(String) as string };
    expect(await standings.askNow(LAMNA)).toMatchObject(held);
    expect(await standings.askNow(LAMNA)).toMatchObject(held);
    expect(await standings.pinned(LAMNA)).toEqual(EARLIER);
  });

  test("is sure once an administrator has approved it", async () => {
    const { standings } = opened(unsure(EARLIER), unsure(EARLIER), well());
    await standings.askNow(LAMNA);
    await standings.approve(LAMNA, EARLIER);
    expect(await standings.askNow(LAMNA)).toMatchObject({ ok: false, obstacle: "not-as-found-first" });
  });
});

test("those who ask at once share a probe, and whoever asks later has one of their own", async () => {
  const { standings, probes } = opened(well());
  await Promise.all([standings.askNow(LAMNA), standings.askNow(LAMNA), standings.of(LAMNA)]);
  expect(probes()).toBe(1);
  await standings.askNow(LAMNA);
  expect(probes()).toBe(2);
});

describe("of other sign-in addresses than were found first", () => {
  const next = async (
    endpoints: SignInEndpoints,
    first = FIRST,
    connection: ConfiguredConnection = LAMNA,
  ) => {
    const { standings, told } = opened(well(first), well(endpoints));
    await standings.of(connection);
    return { standing: await standings.askNow(connection), told: told() };
  };

  test.each(["issuer", "authorizationEndpoint", "tokenEndpoint", "jwksUri"] as const)(
    "another %s is an alarm, and is not used",
    async (name) => {
      const now = { ...FIRST, [name]: String(FIRST[name]) + "2" };
      const { standing, told } = await next(now);
      const reason = `the server names other sign-in addresses than it did at first (${name}); when that is right, a Global Administrator approves the new ones in the portal, or says so under signIn in the stack file`;
      expect(standing).toEqual({
        ok: false,
        why: "addresses",
        obstacle: "not-as-found-first",
        reason,
        changed: { before: FIRST, now },
      });
      expect(told.at(-1)).toEqual(["connection.failing", "lamna", reason]);
    },
  );

  test("all that differ are named", async () => {
    const { standing } = await next({ ...FIRST, issuer: "https://x.example", jwksUri: "https://x.example" });
    expect(standing).toMatchObject({ reason: expect.stringContaining("(issuer, jwksUri)") as string });
  });

  test("a server that names fewer is held to what it named", async () => {
    expect((await next(FEWER)).standing).toEqual({ ok: true, endpoints: FIRST, warnings: [] });
  });

  test.each([
    ["at the origin of its tokens may", SIGN_IN + "/more", true],
    ["elsewhere may not", "https://elsewhere.example/keys", false],
    ["of another port may not", SIGN_IN + ":8443/keys", false],
    ["by no address may not", "keys", false],
  ])("a server that names more %s", async (_what, address, may) => {
    for (const name of ["issuer", "jwksUri"] as const) {
      const { standing } = await next({ ...FEWER, [name]: address }, FEWER);
      expect(standing.ok).toBe(may);
      if (standing.ok) expect(standing.endpoints).toEqual({ ...FEWER, [name]: address });
    }
  });

  test("those that the settings give count, and are not compared with what was found", async () => {
    const given = {
      authorizationEndpoint: "https://given.example/authorize",
      tokenEndpoint: "https://given.example/token",
      issuer: "https://given.example/issuer/",
      jwksUri: "https://given.example/keys",
    };
    const all = withSignIn(given);
    expect((await next({ ...FIRST, ...given }, FIRST, all)).standing).toEqual({
      ok: true,
      endpoints: { ...given, issuer: "https://given.example/issuer" },
      warnings: [],
    });
    const { issuer: _no, jwksUri: _none, ...some } = given;
    const few = withSignIn(some);
    expect((await next({ ...FIRST, ...some }, FIRST, few)).standing).toMatchObject({
      ok: true,
      endpoints: { ...FIRST, ...some },
    });
    // What is not given is compared, by the tokens' origin that is given.
    const keys = { ...FEWER, jwksUri: "https://given.example/keys" };
    expect((await next(keys, FEWER, few)).standing.ok).toBe(true);
    expect((await next({ ...FEWER, jwksUri: SIGN_IN + "/keys" }, FEWER, few)).standing.ok).toBe(false);
    expect((await next({ ...FIRST, issuer: "https://x.example" }, FIRST, few)).standing.ok).toBe(false);
  });

  test("those that somebody has approved hold from then on, after a probe of their own", async () => {
    const now = { ...FIRST, tokenEndpoint: SIGN_IN + "/token2" };
    const { standings, probes } = opened(well(), well(now));
    await standings.of(LAMNA);
    expect((await standings.askNow(LAMNA)).ok).toBe(false);
    await standings.approve(LAMNA, now);
    expect([standings.known(LAMNA), probes()]).toEqual([{ ok: true, endpoints: now, warnings: [] }, 3]);
    expect(await standings.pinned(LAMNA)).toEqual(now);
  });
});

describe("an approval", () => {
  const NOW = { ...FIRST, tokenEndpoint: SIGN_IN + "/token2" };

  test("leaves nothing of what was known: a probe that breaks then brings no old address back", async () => {
    const { standings } = opened(well(), new TypeError("a bug"));
    await standings.of(LAMNA);
    await standings.approve(LAMNA, NOW);
    expect(standings.known(LAMNA)).toMatchObject({ ok: false, obstacle: "unfinished" });
  });

  test("is probed after it, also where a probe was under way that compared with those of before", async () => {
    const { standings, read, probes } = opened(well(), well(NOW));
    await standings.of(LAMNA);
    const hold = Promise.withResolvers<undefined>();
    read.held = hold.promise;
    const before = standings.askNow(LAMNA);
    // The probe has read the first addresses and has not yet compared with them.
    await new Promise((resolve) => setImmediate(resolve));
    read.held = undefined;
    const approved = standings.approve(LAMNA, NOW);
    while ((await standings.pinned(LAMNA))?.tokenEndpoint !== NOW.tokenEndpoint);
    await new Promise((resolve) => setImmediate(resolve));
    hold.resolve(undefined);
    await Promise.all([before, approved]);
    expect([standings.known(LAMNA)?.ok, probes()]).toEqual([true, 3]);
  });
});

describe("one that is not well", () => {
  test("stays as it was known, with what ails it, and has no warnings", async () => {
    const { standings, told } = opened(well(FIRST, ["w"]), failed("unwell"));
    await standings.of(LAMNA);
    expect(await standings.askNow(LAMNA)).toEqual({
      ok: true,
      endpoints: FIRST,
      warnings: [],
      ailing: "it answered 500",
      obstacle: "ill",
    });
    expect(told().at(-1)).toEqual(["connection.failing", "lamna", "it answered 500"]);
  });

  test("has the addresses that the settings give meanwhile, too", async () => {
    const given = { authorizationEndpoint: SIGN_IN + "/a2", tokenEndpoint: SIGN_IN + "/t2" };
    const connection = withSignIn(given);
    const { standings } = opened(well(), failed("unwell"));
    await standings.of(connection);
    expect(await standings.askNow(connection)).toMatchObject({ endpoints: { ...FIRST, ...given } });
  });

  test("and was never known stands as the probe says", async () => {
    const { standings } = opened(failed("unwell"));
    expect(await standings.of(LAMNA)).toEqual(failed("unwell"));
    expect(await standings.pinned(LAMNA)).toBeUndefined();
  });

  test.each(["addresses", "proof"] as const)("for good (%s) is not used, whatever was known", async (why) => {
    const { standings } = opened(well(), failed(why));
    await standings.of(LAMNA);
    expect(await standings.askNow(LAMNA)).toEqual(failed(why));
  });

  test("is waited for where nothing is known of it, a quarter of a minute after the last probe", async () => {
    const { standings, forward, probes } = opened(failed("unwell"), failed("unwell"), well());
    await standings.of(LAMNA);
    forward(14_999);
    expect([(await standings.of(LAMNA)).ok, probes()]).toEqual([false, 1]);
    forward(1);
    expect([(await standings.of(LAMNA)).ok, probes()]).toEqual([false, 2]);
    forward(15_000);
    expect([(await standings.of(LAMNA)).ok, probes()]).toEqual([true, 3]);
  });

  test("is not waited for where its addresses are known, and is probed beside", async () => {
    const { standings, forward, probes } = opened(well(), failed("unwell"), well());
    await standings.of(LAMNA);
    await standings.askNow(LAMNA);
    forward(15_000);
    expect(await standings.of(LAMNA)).toMatchObject({ ok: true, ailing: "it answered 500" });
    expect(probes()).toBe(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await standings.of(LAMNA)).not.toHaveProperty("ailing");
  });
});

describe("a probe that breaks", () => {
  const unfinished = { obstacle: "unfinished" } as const;

  test("is logged, and leaves what was known", async () => {
    const { standings, told } = opened(well(FIRST, ["w"]), new TypeError("a bug"));
    await standings.of(LAMNA);
    expect(await standings.askNow(LAMNA)).toEqual({
      ok: true,
      endpoints: FIRST,
      warnings: ["w"],
      ailing: "the probe could not be finished",
      ...unfinished,
    });
    expect(told().map(([event]) => event)).toEqual([
      "connection.ready",
      "connection.probe_broke",
      "connection.failing",
    ]);
  });

  test("is an illness where nothing was known", async () => {
    const { standings } = opened(new TypeError("a bug"));
    expect(await standings.of(LAMNA)).toEqual({
      ok: false,
      why: "unwell",
      reason: "the probe could not be finished",
      ...unfinished,
    });
  });

  test("as the first addresses cannot be read is an alarm: nobody can say whether today's are the same", async () => {
    const { standings, store } = opened(well());
    await standings.of(LAMNA);
    const [row] = (await store.changes("signInAddresses", 9)).items;
    if (row === undefined) throw new Error("no row");
    await store.replace("signInAddresses", { ...row, body: { ...row.body, tokenEndpoint: 7 } }, row.etag);
    expect(await standings.askNow(LAMNA)).toMatchObject({
      ok: false,
      why: "addresses",
      reason: expect.stringContaining("A row in signInAddresses") as string,
      ...unfinished,
    });
    await expect(standings.pinned(LAMNA)).rejects.toThrow("A row in signInAddresses");
  });
});

test("of two processes that find a server first at once one is the first", async () => {
  const { store } = opened(well());
  const process = (endpoints: SignInEndpoints) =>
    openStandings({
      ehr: { probe: () => Promise.resolve(well(endpoints)) },
      hospital: { connections: () => Promise.resolve([]) },
      store,
      log: jsonLog(
        () => undefined,
        () => new Date(0),
      ),
      now: () => new Date(0),
    } as unknown as StandingsDeps);
  const other = { ...FIRST, tokenEndpoint: "https://other.example/token" };
  const all = await Promise.all([process(FIRST).of(LAMNA), process(other).of(LAMNA)]);
  expect(all.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
});

test("a connection that nobody has registered a client for is not probed", async () => {
  const { provider: _none, system: _no, ...bare } = { ...connectionOf("bare"), provider: undefined };
  let probes = 0;
  const standings = openStandings({
    ehr: {
      probe() {
        probes++;
        return Promise.resolve(failed("unwell"));
      },
    },
    hospital: { connections: () => Promise.resolve([bare, LAMNA]) },
    store: opened(well()).store,
    log: jsonLog(
      () => undefined,
      () => new Date(0),
    ),
    now: () => new Date(0),
  } as unknown as StandingsDeps);
  await standings.probeAll();
  expect(probes).toBe(1);
});
