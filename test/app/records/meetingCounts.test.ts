/**
 * How many meetings an account was given this month; a row that cannot be read keeps nobody's visit from being opened.
 */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { Body } from "../../../app/ports/store.ts";
import { meetingCounts, openMeetingCounts } from "../../../app/records/meetingCounts.ts";

const ORGANIZER = "7d0c5a1e-0000-4000-8000-00000000a001";

function opened() {
  const clock = { now: new Date("2027-01-31T23:59:59.999Z") };
  const now = () => clock.now;
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const id = "meetings-" + ORGANIZER + "-2027-01";
  const row = () => store.read(meetingCounts.container, "meetings", id);
  const damage = async (change: (body: Body) => Body) => {
    const stored = await row();
    if (stored === undefined) throw new Error("no row");
    await store.replace(meetingCounts.container, { ...stored, body: change(stored.body) }, stored.etag);
  };
  return { counts: openMeetingCounts({ store, now }), clock, row, damage, store, now };
}

test("each meeting counts, for its account alone, however its id is written, and in its month alone", async () => {
  const { counts, clock, row } = opened();
  expect(await counts.of(ORGANIZER)).toBe(0);
  await counts.count(ORGANIZER);
  await counts.count(ORGANIZER.toUpperCase());
  expect([await counts.of(ORGANIZER.toUpperCase()), (await row())?.body]).toEqual([2, { v: 1, count: 2 }]);
  expect(await counts.of("another")).toBe(0);
  clock.now = new Date("2027-02-01T00:00:00Z");
  expect(await counts.of(ORGANIZER)).toBe(0);
});

test("those that are counted at once count all", async () => {
  const { counts } = opened();
  await Promise.all(Array.from({ length: 5 }, () => counts.count(ORGANIZER)));
  expect(await counts.of(ORGANIZER)).toBe(5);
});

test.each<[what: string, change: (body: Body) => Body]>([
  ["that is damaged", (body) => ({ ...body, count: "many" })],
  ["without a version", (body) => ({ ...body, v: "one" })],
])("a row %s says no number, and the count begins anew", async (_what, change) => {
  const { counts, damage } = opened();
  await counts.count(ORGANIZER);
  await damage(change);
  expect(await counts.of(ORGANIZER)).toBeUndefined();
  await counts.count(ORGANIZER);
  expect(await counts.of(ORGANIZER)).toBe(1);
});

test("a store that fails is a failure", async () => {
  const { store, now } = opened();
  const counts = openMeetingCounts({
    store: { ...store, read: () => Promise.reject(new TypeError("a bug")) },
    now,
  });
  await expect(counts.of(ORGANIZER)).rejects.toThrow("a bug");
  await expect(counts.count(ORGANIZER)).rejects.toThrow("a bug");
});
