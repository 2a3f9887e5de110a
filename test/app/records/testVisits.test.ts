/**
 * What has succeeded on a test connection: its first time, and where that may change, the last day; of care nothing is
 * kept.
 */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { Environment } from "../../../app/domain/environment.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Store } from "../../../app/ports/store.ts";
import { SETTINGS } from "../../../app/records/audit.ts";
import type { Hospital } from "../../../app/records/hospital.ts";
import { openTestVisits } from "../../../app/records/testVisits.ts";

function opened(environment: Environment | "gone" = "test") {
  const clock = { now: new Date("2027-01-12T15:00:00Z") };
  const now = () => clock.now;
  const kept = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => kept.close());
  const lines: string[] = [];
  const log = jsonLog((line) => void lines.push(line), now);
  const asked: string[] = [];
  const hospital = {
    connection(id: string) {
      asked.push(id);
      return Promise.resolve(environment === "gone" ? undefined : { id, environment });
    },
  } as unknown as Pick<Hospital, "connection">;
  let writes = 0;
  const store: Store = {
    ...kept,
    replace(...what) {
      writes += 1;
      return kept.replace(...what);
    },
  };
  const open = (of: Store = store) => openTestVisits({ store: of, hospital, log, now });
  const events = () => lines.map((line) => (JSON.parse(line) as { event: string }).event);
  return { open, clock, asked, events, lines, kept, writes: () => writes };
}
const FIRST = "2027-01-12T15:00:00.000Z";

test("each first time is kept, and the last day of what may change", async () => {
  const { open, clock, writes } = opened();
  const visits = open();
  await visits.opened("lamna");
  await visits.tapped("lamna");
  await visits.waited("lamna");
  const first = {
    v: 1,
    connectionId: "lamna",
    openedAt: FIRST,
    tappedAt: FIRST,
    lastTappedAt: FIRST,
    waitedAt: FIRST,
    lastWaitedAt: FIRST,
  };
  const { v: _version, ...members } = first;
  expect(await visits.list()).toEqual([members]);
  const before = writes();
  for (const how of ["opened", "tapped", "waited"] as const) {
    await visits[how]("lamna");
    await open()[how]("lamna");
  }
  expect(writes()).toBe(before);
  clock.now = new Date("2027-01-13T00:00:00Z");
  for (const how of ["opened", "tapped", "waited"] as const) await visits[how]("lamna");
  const next = "2027-01-13T00:00:00.000Z";
  expect(await visits.list()).toEqual([{ ...members, lastTappedAt: next, lastWaitedAt: next }]);
});

test("a clock that was set back takes no later day away", async () => {
  const { open, clock } = opened();
  await open().tapped("lamna");
  clock.now = new Date("2027-01-11T15:00:00Z");
  await open().tapped("lamna");
  expect((await open().list())[0]?.lastTappedAt).toBe(FIRST);
});

test.each(["production", "gone"] as const)(
  "of a connection that is %s nothing is kept",
  async (environment) => {
    const { open, asked, kept } = opened(environment);
    for (const how of ["opened", "tapped", "waited"] as const) await open()[how]("lamna");
    expect(new Set(asked)).toEqual(new Set(["lamna"]));
    expect([await open().list(), (await kept.changes("settings", 9)).items]).toEqual([[], []]);
  },
);

test("what this process has kept is not asked for again, each connection by itself", async () => {
  const { open, asked } = opened();
  const visits = open();
  for (const id of ["lamna", "lamna", "other"]) await visits.opened(id);
  expect(asked).toEqual(["lamna", "other"]);
  expect((await visits.list()).map(({ connectionId }) => connectionId)).toEqual(["lamna", "other"]);
});

test("a store that fails stops nobody on the way, and is logged; what was not kept is tried again", async () => {
  const { open, events, kept } = opened();
  let isAway = true;
  const store: Store = {
    ...kept,
    create: (...what) => (isAway ? Promise.reject(new Error("away")) : kept.create(...what)),
  };
  const visits = open(store);
  for (const how of ["opened", "tapped", "waited"] as const)
    await expect(visits[how]("lamna")).resolves.toBeUndefined();
  expect(events()).toEqual(Array.from({ length: 3 }, () => "test_visit.not_noted"));
  isAway = false;
  await visits.opened("lamna");
  expect(await visits.list()).toEqual([{ connectionId: "lamna", openedAt: FIRST }]);
});

test("a row that is damaged is left out of the list, and logged; a bug is a bug", async () => {
  const { open, events, kept } = opened();
  for (const id of ["ill", "well"]) await open().opened(id);
  const row = await kept.read("settings", SETTINGS.partition, "test-visit-ill");
  if (row === undefined) throw new Error("no row");
  await kept.replace("settings", { ...row, body: { ...row.body, openedAt: "once" } }, row.etag);
  expect((await open().list()).map(({ connectionId }) => connectionId)).toEqual(["well"]);
  expect(events()).toEqual(["test_visit.unreadable"]);
  // The next test visit makes it anew.
  await open().opened("ill");
  expect(await open().list()).toHaveLength(2);
  const away: Store = { ...kept, list: () => Promise.reject(new TypeError("a bug")) };
  await expect(open(away).list()).rejects.toThrow("a bug");
});

test("all are listed, over as many pages as there are, and nothing besides", async () => {
  const { open, kept } = opened();
  for (const id of ["a", "b", "c"]) await open().opened(id);
  await kept.create("settings", {
    partition: SETTINGS.partition,
    id: "x",
    sort: "test-visitz",
    body: { v: 1 },
  });
  await kept.create("settings", { partition: SETTINGS.partition, id: "y", sort: "test-", body: { v: 1 } });
  const limits: number[] = [];
  const paged: Store = {
    ...kept,
    list(container, partition, query) {
      limits.push(query.limit);
      return kept.list(container, partition, { ...query, limit: 1 });
    },
  };
  expect((await open(paged).list()).map(({ connectionId }) => connectionId)).toEqual(["a", "b", "c"]);
  expect(new Set(limits)).toEqual(new Set([500]));
});
