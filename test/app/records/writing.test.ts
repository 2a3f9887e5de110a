/** Two who write at once, as the store of each sees it. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { StoreConflict, type Store } from "../../../app/ports/store.ts";
import { changeRow, createOrRead } from "../../../app/records/writing.ts";

const place = { partition: "p", id: "i" };

function open(): Store {
  const store = openSqliteStore({ file: ":memory:", now: () => new Date() });
  onTestFinished(() => store.close());
  return store;
}

/** The store, where somebody else adds one just before each of our first so many replaces. */
function withRival(store: Store, times: number): Store {
  let left = times;
  return {
    ...store,
    async replace(container, item, etag) {
      if (left-- > 0) {
        const now = await store.read(container, place.partition, place.id);
        if (now !== undefined)
          await store.replace(container, { ...place, body: { n: Number(now.body["n"]) + 1 } }, now.etag);
      }
      return store.replace(container, item, etag);
    },
  };
}

const addOne = (store: Store) =>
  changeRow(store, "visits", place, ({ body }) => ({ body: { n: Number(body["n"]) + 1 } }));

test("an edit is made once more on what somebody else wrote, and nothing is lost", async () => {
  const store = open();
  await store.create("visits", { ...place, body: { n: 0 } });
  expect((await addOne(withRival(store, 4)))?.body).toEqual({ n: 5 });
});

test("whoever is always slower is told after a few tries", async () => {
  const store = open();
  await store.create("visits", { ...place, body: { n: 0 } });
  await expect(addOne(withRival(store, 5))).rejects.toThrow(StoreConflict);
  expect((await store.read("visits", "p", "i"))?.body).toEqual({ n: 5 });
});

test("what is not there is not edited, and an edit that changes nothing writes nothing", async () => {
  const store = open();
  expect(await addOne(store)).toBeUndefined();
  const made = await store.create("visits", { ...place, body: { n: 0 } });
  expect(await changeRow(store, "visits", place, () => undefined)).toEqual(made);
});

test("of two who make a row the second reads the first's", async () => {
  const store = open();
  const first = await createOrRead(store, "visits", { ...place, body: { n: 1 } });
  expect(await createOrRead(store, "visits", { ...place, body: { n: 2 } })).toEqual(first);
});
