/** A launch counts as begun where somebody of the hospital may have begun it, and not where anybody else has. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import { openDepartures } from "../../../../app/flows/provider/departures.ts";
import { jsonLog } from "../../../../app/log.ts";
import type { Store } from "../../../../app/ports/store.ts";
import { openCanaries } from "../../../../app/records/canaries.ts";

const HOSPITAL = "192.0.2.1";
const ANYBODY = "198.51.100.7";
const HOUR_MS = 3_600_000;

let clock: Date;
let store: Store;
const now = () => clock;
const log = jsonLog(() => undefined, now);
beforeEach(() => {
  clock = new Date("2027-01-12T15:00:00Z");
  store = openSqliteStore({ file: ":memory:", now, tell: () => undefined });
});
afterEach(() => store.close());

const processOf = (packageDigest: string) => {
  const canaries = openCanaries({ store, log, packageDigest, now });
  const begun = async () => (await canaries.of("lamna")).begunAt;
  return { canaries, begun, ...openDepartures({ canaries, log, now }) };
};

test("while nobody has opened a visit yet, whoever begins a launch counts", async () => {
  const { began, begun } = processOf("one");
  await began("lamna", ANYBODY);
  expect(await begun()).toEqual(clock);
});

test("once visits are opened, only those count who come from where somebody has come back from", async () => {
  const { began, begun, cameBack, canaries } = processOf("one");
  await canaries.launched("lamna");
  cameBack("lamna", HOSPITAL);
  cameBack("other", ANYBODY);
  await began("lamna", ANYBODY);
  expect(await begun()).toBeUndefined();
  await began("lamna", HOSPITAL);
  expect(await begun()).toEqual(clock);
});

test("after a start, several addresses that begin one within a quarter of an hour count until anybody comes back", async () => {
  const { canaries, cameBack, ...one } = processOf("one");
  await canaries.launched("lamna");
  const after = async (minutes: number, caller: string) => {
    clock = new Date(clock.getTime() + minutes * 60_000);
    await one.began("lamna", caller);
    return one.begun();
  };
  // One stranger again and again, and several over a longer time, are not several.
  for (const caller of ["a", "a", "a", "b", "a"]) expect(await after(1, caller)).toBeUndefined();
  expect(await after(16, "c")).toBeUndefined();
  await one.began("other", "a");
  await one.began("other", "b");
  expect(await after(7, "d")).toBeUndefined();
  expect(await after(8, "e")).toEqual(clock);
  const told = clock;
  cameBack("lamna", HOSPITAL);
  for (const caller of ["f", "g", "h", "i"]) expect(await after(61, caller)).toEqual(told);
  for (const caller of ["f", "g", "h", "i"]) expect(await after(1, caller)).toEqual(told);
});

test("of more than several, each further one counts as the third did", async () => {
  let counted = 0;
  const canaries = {
    of: () => Promise.resolve({ lastLaunchedAt: clock }),
    begun: () => Promise.resolve((counted += 1)),
  };
  const { began } = openDepartures({ canaries, log, now } as unknown as Parameters<typeof openDepartures>[0]);
  const seen: number[] = [];
  for (const caller of ["a", "b", "c", "d", "e"]) {
    await began("lamna", caller);
    seen.push(counted);
  }
  expect(seen).toEqual([0, 0, 1, 2, 3]);
});

test("another package or process tells it, too, once no visit was opened for three days", async () => {
  await processOf("one").canaries.launched("lamna");
  const { began, begun } = processOf("two");
  clock = new Date(clock.getTime() + 72 * HOUR_MS);
  await began("lamna", HOSPITAL);
  expect(await begun()).toBeUndefined();
  clock = new Date(clock.getTime() + HOUR_MS);
  await began("lamna", HOSPITAL);
  expect(await begun()).toEqual(clock);
});

test("so many callers that the first is forgotten do no harm, and a store that fails stops no launch", async () => {
  const { began, begun, cameBack, canaries } = processOf("one");
  await canaries.launched("lamna");
  for (let number = 0; number <= 500; number++) cameBack("lamna", "caller " + String(number));
  await began("lamna", "caller 0");
  expect(await begun()).toBeUndefined();
  await began("lamna", "caller 1");
  expect(await begun()).toEqual(clock);
  const failing = { ...canaries, of: () => Promise.reject(new Error("away")) };
  const logged: string[] = [];
  const noting = jsonLog((line) => void logged.push(line), now);
  await openDepartures({ canaries: failing, log: noting, now }).began("lamna", ANYBODY);
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { event: "canary.launch_not_noted", connection: "lamna" },
  ]);
});
