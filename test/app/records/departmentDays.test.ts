/** When a department last had a visit, by the day: one write a day, and a row that cannot be read stops nobody. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { Body, Store } from "../../../app/ports/store.ts";
import { departmentDays, openDepartmentDays } from "../../../app/records/departmentDays.ts";

const DAY_MS = 86_400_000;

function opened() {
  const clock = { now: new Date("2027-01-12T23:59:59Z") };
  const now = () => clock.now;
  const kept = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => kept.close());
  let [reads, writes] = [0, 0];
  const store: Store = {
    ...kept,
    read(...what) {
      reads += 1;
      return kept.read(...what);
    },
    create(...what) {
      writes += 1;
      return kept.create(...what);
    },
    replace(...what) {
      writes += 1;
      return kept.replace(...what);
    },
  };
  const days = () => openDepartmentDays({ store, now });
  const row = () => kept.read(departmentDays.container, "departments", "department-cardiology");
  const damage = async (change: (body: Body) => Body) => {
    const stored = await row();
    if (stored === undefined) throw new Error("no row");
    await kept.replace(departmentDays.container, { ...stored, body: change(stored.body) }, stored.etag);
  };
  const forward = (ms: number) => (clock.now = new Date(clock.now.getTime() + ms));
  return { days, row, damage, forward, kept, store, reads: () => reads, writes: () => writes };
}
const at = (day: string) => new Date(day + "T10:00:00Z");

test("a department is watched from the first day on, and never anew", async () => {
  const { days, forward, row, writes } = opened();
  expect(await days().quietDays("cardiology")).toBeUndefined();
  await days().watch("cardiology");
  expect((await row())?.body).toEqual({ v: 1, since: "2027-01-12" });
  forward(3 * DAY_MS);
  await days().watch("cardiology");
  expect([await days().quietDays("cardiology"), writes()]).toEqual([3, 1]);
});

test("days are whole, from midnight of the day; a visit that is to come is no quiet day", async () => {
  const { days, forward } = opened();
  const own = days();
  await own.watch("cardiology");
  expect(await own.quietDays("cardiology")).toBe(0);
  forward(1_000);
  expect(await own.quietDays("cardiology")).toBe(1);
  await own.had("cardiology", at("2027-01-20"));
  expect(await own.quietDays("cardiology")).toBe(0);
  forward(10 * DAY_MS);
  expect(await own.quietDays("cardiology")).toBe(3);
});

test("the last visit counts, in whatever order they are counted, and each day is written once", async () => {
  const { days, row, reads, writes } = opened();
  const own = days();
  await own.had("cardiology", at("2027-01-10"));
  expect((await row())?.body).toEqual({ v: 1, since: "2027-01-12", last: "2027-01-10" });
  const before = [reads(), writes()];
  await own.had("cardiology", at("2027-01-10"));
  await own.had("cardiology", at("2027-01-09"));
  expect([reads(), writes()]).toEqual(before);
  await own.had("cardiology", at("2027-01-11"));
  expect((await row())?.body["last"]).toBe("2027-01-11");
  // Another process knows nothing of what was written, and writes nothing that is there.
  const after = writes();
  await days().had("cardiology", at("2027-01-11"));
  await days().had("cardiology", at("2027-01-10"));
  expect([(await row())?.body["last"], writes()]).toEqual(["2027-01-11", after]);
});

test("departments do not know of each other", async () => {
  const { days } = opened();
  await days().had("other", at("2027-01-10"));
  expect(await days().quietDays("cardiology")).toBeUndefined();
});

test.each<[what: string, change: (body: Body) => Body]>([
  ["that is damaged", (body) => ({ ...body, since: 7 })],
  ["without a version", (body) => ({ ...body, v: "one" })],
])("a row %s stops no counting of visits: it is not known, and is made anew", async (_what, change) => {
  const { days, damage, row } = opened();
  await days().had("cardiology", at("2027-01-01"));
  await damage(change);
  expect(await days().quietDays("cardiology")).toBeUndefined();
  await days().had("cardiology", at("2027-01-10"));
  expect((await row())?.body).toEqual({ v: 1, since: "2027-01-12", last: "2027-01-10" });
  await damage(change);
  await days().watch("cardiology");
  expect(await days().quietDays("cardiology")).toBe(0);
});

test("a store that fails is a failure", async () => {
  const { store } = opened();
  const away = { ...store, read: () => Promise.reject(new TypeError("a bug")) };
  const days = openDepartmentDays({ store: away, now: () => new Date(0) });
  for (const act of [
    () => days.watch("cardiology"),
    () => days.quietDays("cardiology"),
    () => days.had("cardiology", at("2027-01-10")),
  ])
    await expect(act()).rejects.toThrow("a bug");
});
