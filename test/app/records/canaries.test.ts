/** What each package has shown on each connection: its canary visit, and clinicians' launches, to the hour. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { CANARY_OUTCOMES, CANARY_STEPS } from "../../../app/domain/canary.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Body, Store } from "../../../app/ports/store.ts";
import { openCanaries } from "../../../app/records/canaries.ts";

const HOUR_MS = 3_600_000;
const STEPS = [{ step: CANARY_STEPS[0], outcome: CANARY_OUTCOMES[0], milliseconds: 12 }];

function opened() {
  const clock = { now: new Date("2027-01-12T15:00:00Z") };
  const now = () => clock.now;
  const kept = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => kept.close());
  const lines: string[] = [];
  const log = jsonLog((line) => void lines.push(line), now);
  let writes = 0;
  const store: Store = {
    ...kept,
    replace(...what) {
      writes += 1;
      return kept.replace(...what);
    },
  };
  const of = (packageDigest: string, at: Store = store) =>
    openCanaries({ store: at, log, packageDigest, now });
  const forward = (ms: number) => (clock.now = new Date(clock.now.getTime() + ms));
  return { of, clock, forward, lines, kept, writes: () => writes };
}

test("of a package that has shown nothing nothing is known, on each connection by itself", async () => {
  const { of, clock } = opened();
  const one = of("one");
  expect(await one.of("lamna")).toEqual({});
  await one.launched("lamna");
  await one.begun("lamna");
  await one.ran("lamna", clock.now, STEPS);
  expect(await one.of("lamna")).toEqual({
    launchedAt: clock.now,
    lastLaunchedAt: clock.now,
    begunAt: clock.now,
    ran: { at: clock.now, steps: STEPS },
  });
  expect(await one.of("other")).toEqual({});
});

test("what another package has shown is not this one's; its launches are known, and that it works beside this one", async () => {
  const { of, clock, forward } = opened();
  await of("one").launched("lamna");
  await of("one").ran("lamna", clock.now, STEPS);
  const launched = clock.now;
  forward(1);
  const two = of("two");
  expect(await two.of("lamna")).toEqual({ lastLaunchedAt: launched });
  // It made its canary visit before this process began, so it may have been replaced by it.
  await of("one").ran("lamna", clock.now, STEPS);
  expect(await two.of("lamna")).toEqual({ lastLaunchedAt: launched });
  forward(1);
  await of("one").ran("lamna", clock.now, STEPS);
  await of("three").ran("lamna", new Date(clock.now.getTime() + 5), STEPS);
  expect(await two.of("lamna")).toEqual({
    lastLaunchedAt: launched,
    beside: { digest: "three", at: new Date(clock.now.getTime() + 5) },
  });
  // One from which somebody has only launched has shown nothing by itself.
  await of("four").launched("lamna");
  expect(await of("one").of("lamna")).toMatchObject({ beside: { digest: "three" } });
  forward(1);
  await two.launched("lamna");
  expect(await two.of("lamna")).toMatchObject({ launchedAt: clock.now, lastLaunchedAt: clock.now });
});

test("three packages are known, the last ones", async () => {
  const { of, clock, kept } = opened();
  const digests = Array.from({ length: 12 }, (_, index) => "package-" + String(index));
  for (const digest of digests) await of(digest).ran("lamna", clock.now, STEPS);
  const row = await kept.read("ticks", "canary", "canary-lamna");
  const packages = (row?.body["packages"] ?? []) as readonly { readonly digest: string }[];
  expect(packages.map(({ digest }) => digest)).toEqual(digests.slice(-3).toReversed());
});

test("moments are written once an hour, and again once they could not be", async () => {
  const { of, forward, writes, lines, kept } = opened();
  const one = of("one");
  for (const ms of [0, HOUR_MS - 1]) {
    forward(ms);
    await one.launched("lamna");
    await one.begun("lamna");
  }
  expect(writes()).toBe(2);
  forward(1);
  await one.launched("lamna");
  expect(writes()).toBe(3);
  let isAway = true;
  const failing = of("two", {
    ...kept,
    create: (...what) => (isAway ? Promise.reject(new Error("away")) : kept.create(...what)),
  });
  await failing.launched("lamna");
  expect(lines.join("")).toContain('"event":"canary.launch_not_noted"');
  expect((await failing.of("lamna")).launchedAt).toBeUndefined();
  isAway = false;
  await failing.launched("lamna");
  expect((await failing.of("lamna")).launchedAt).toBeDefined();
});

test.each<[what: string, change: (body: Body) => Body]>([
  ["that is damaged", (body) => ({ ...body, packages: "none" })],
  ["without a version", (body) => ({ ...body, v: "one" })],
])("a row %s stops no canary visit: it is made anew", async (_what, change) => {
  const { of, clock, kept, lines } = opened();
  const one = of("one");
  await one.launched("lamna");
  const row = await kept.read("ticks", "canary", "canary-lamna");
  if (row === undefined) throw new Error("no row");
  await kept.replace("ticks", { ...row, body: change(row.body) }, row.etag);
  expect(await one.of("lamna")).toEqual({});
  await one.ran("lamna", clock.now, STEPS);
  expect(await one.of("lamna")).toEqual({ ran: { at: clock.now, steps: STEPS } });
  expect(lines).toEqual([]);
});
