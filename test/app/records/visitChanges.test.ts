/** For how long a change of a visit is kept, also one that the release before has written. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { StoreConflict, StoreFault, type Item, type Store } from "../../../app/ports/store.ts";
import { changeWrite, openVisitChanges, type VisitChange } from "../../../app/records/visitChanges.ts";

const DAY_MS = 86_400_000;
const BEGAN = Date.parse("2027-01-04T10:00:00Z");
const inDays = (days: number) => new Date(BEGAN + days * DAY_MS);
let days: number;
let store: Store;
beforeEach(() => {
  days = 0;
  store = openSqliteStore({ file: ":memory:", now: () => inDays(days), tell: () => undefined });
});
afterEach(() => store.close());

const change = {
  visit: "AAAAAAAAAAAAAAAA",
  number: 1,
  connectionId: "lamna",
  change: "new",
  at: inDays(0),
  start: inDays(13),
  end: inDays(13.1),
} as VisitChange;

/** Keeps the change as the release before did, for so many days. */
async function keptFor(keptDays: number): Promise<Item> {
  const write = changeWrite(change);
  if (write.kind !== "create") throw new Error("it is not made");
  const { etag: _etag, ...item } = await store.create("visits", {
    ...write.item,
    expiresAt: inDays(keptDays),
  });
  return item;
}
const readAt = async (at: number, from = store) => {
  days = at;
  return openVisitChanges({ store: from }).read(change.visit, 1);
};

test("what the release before has kept for 7 days is kept until a day after the visit's end, once it was read", async () => {
  const { partition, id, ...others } = await keptFor(7);
  expect(await readAt(6.9)).toEqual(change);
  const row = await store.read("visits", partition, id);
  expect(row).toMatchObject({ ...others, expiresAt: inDays(14.1) });
  expect(await readAt(14)).toEqual(change);
  // It is written once.
  expect((await store.read("visits", partition, id))?.etag).toBe(row?.etag);
  expect(await readAt(14.1)).toBeUndefined();
});

test("what is kept for longer stays so, and what nobody has read is gone", async () => {
  const { partition, id } = await keptFor(20);
  const before = await store.read("visits", partition, id);
  expect(await readAt(1)).toEqual(change);
  expect(await store.read("visits", partition, id)).toEqual(before);
  expect(await readAt(20)).toBeUndefined();
});

test.each([
  [new StoreConflict("somebody was quicker"), undefined],
  [new StoreFault("it is away"), "it is away"],
])("where the write fails with %s it is read, or is not", async (fault, thrown) => {
  await keptFor(7);
  const failing = { ...store, read: store.read.bind(store), replace: () => Promise.reject(fault) };
  const read = readAt(1, failing);
  if (thrown === undefined) expect(await read).toEqual(change);
  else await expect(read).rejects.toThrow(thrown);
});
