/** Two processes that write the same row at the same time. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { StoreConflict, StoreFault, type Store, type Write } from "../../../app/ports/store.ts";
import { changeRow, createOrRead } from "../../../app/records/writing.ts";

const address = { partition: "p", id: "i" };

function open(): Store {
  const store = openSqliteStore({ file: ":memory:", now: () => new Date() });
  onTestFinished(() => store.close());
  return store;
}

/** A store in which another process changes the row just before each of our first `times` replaces. */
function withRival(store: Store, times: number): Store {
  let left = times;
  return {
    ...store,
    async replace(container, item, etag) {
      if (left-- > 0) {
        const now = await store.read(container, address.partition, address.id);
        if (now !== undefined)
          await store.replace(container, { ...address, body: { n: Number(now.body["n"]) + 1 } }, now.etag);
      }
      return store.replace(container, item, etag);
    },
  };
}

const addOne = (store: Store) =>
  changeRow(store, "visits", address, ({ body }) => ({ body: { n: Number(body["n"]) + 1 } }));

test("an edit is made once more on what somebody else wrote, and nothing is lost", async () => {
  const store = open();
  await store.create("visits", { ...address, body: { n: 0 } });
  expect((await addOne(withRival(store, 4)))?.body).toEqual({ n: 5 });
});

test("however often somebody else is quicker, a write comes to its turn, and nothing is lost", async () => {
  const store = open();
  await store.create("visits", { ...address, body: { n: 0 } });
  expect((await addOne(withRival(store, 40)))?.body).toEqual({ n: 41 });
});

/** The write of a second row, which has the same value as the row that it is written with. */
const beside = (n: number, etag?: string): readonly Write[] => {
  const item = { partition: "p", id: "i.beside", body: { n } };
  return [etag === undefined ? { kind: "create", item } : { kind: "replace", item, etag }];
};

test("what is written beside a row is written with it: made, changed, and made anew after a lost race", async () => {
  const store = open();
  const both = async () =>
    Promise.all(["i", "i.beside"].map(async (id) => (await store.read("visits", "p", id))?.body["n"]));
  await createOrRead(store, "visits", { ...address, body: { n: 0 }, beside: beside(0) });
  expect(await both()).toEqual([0, 0]);
  let rivals = 3;
  const changed = await changeRow(store, "visits", address, async ({ body }) => {
    const n = Number(body["n"]) + 1;
    const etag = (await store.read("visits", "p", "i.beside"))?.etag;
    if (rivals-- > 0) await addOne(store);
    return { body: { n }, beside: beside(n, etag) };
  });
  expect(changed?.body).toEqual({ n: 4 });
  expect(await both()).toEqual([4, 4]);
  // Whoever comes second finds both, and changes neither.
  const second = { ...address, body: { n: 9 }, beside: beside(9) };
  expect((await createOrRead(store, "visits", second)).body).toEqual({ n: 4 });
  expect(await both()).toEqual([4, 4]);
});

test("fifty who change one row at the same moment all do", async () => {
  const store = open();
  await store.create("visits", { ...address, body: { n: 0 } });
  const rows = await Promise.all(Array.from({ length: 50 }, () => addOne(store)));
  expect(new Set(rows.map((row) => row?.body["n"])).size).toBe(50);
  expect((await store.read("visits", "p", "i"))?.body).toEqual({ n: 50 });
});

test("an edit that is slow holds up nobody who is quick, and is made on what they wrote", async () => {
  const store = open();
  await store.create("visits", { ...address, body: { n: 0 } });
  const asked = Promise.withResolvers<undefined>();
  const slow = changeRow(store, "visits", address, async ({ body }) => {
    await asked.promise;
    return { body: { ...body, slow: true } };
  });
  await addOne(store);
  asked.resolve(undefined);
  expect((await slow)?.body).toEqual({ n: 1, slow: true });
});

test("an edit that throws leaves the row and whoever waits for it as they are", async () => {
  const store = open();
  await store.create("visits", { ...address, body: { n: 0 } });
  const full = () =>
    changeRow(store, "visits", address, ({ body }) => {
      if (Number(body["n"]) === 3) throw new RangeError("no more than three");
      return { body: { n: Number(body["n"]) + 1 } };
    });
  const all = await Promise.allSettled(Array.from({ length: 8 }, full));
  expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  expect((await store.read("visits", "p", "i"))?.body).toEqual({ n: 3 });
});

test("whoever is slower without an end is told what to look for, and not that a race was lost", async () => {
  const store = open();
  await store.create("visits", { ...address, body: { n: 0 } });
  const changed = changeRow(withRival(store, Infinity), "visits", address, () => ({ body: {} }), 20);
  await expect(changed).rejects.toThrow(StoreFault);
  await expect(changed).rejects.toThrow(/A row in visits is written by others without a break/);
});

test("a row that goes while somebody makes it makes room for theirs", async () => {
  const store = open();
  let there = true;
  const haunted: Store = {
    ...store,
    create: (container, item) => {
      if (!there) return store.create(container, item);
      there = false;
      return Promise.reject(new StoreConflict("there already"));
    },
  };
  const made = await createOrRead(haunted, "visits", { ...address, body: { n: 1 } });
  expect(await store.read("visits", "p", "i")).toEqual(made);
});

test("what is not there is not edited, and an edit that changes nothing writes nothing", async () => {
  const store = open();
  expect(await addOne(store)).toBeUndefined();
  const made = await store.create("visits", { ...address, body: { n: 0 } });
  expect(await changeRow(store, "visits", address, () => undefined)).toEqual(made);
});

test("of two who make a row the second reads the first's", async () => {
  const store = open();
  const first = await createOrRead(store, "visits", { ...address, body: { n: 1 } });
  expect(await createOrRead(store, "visits", { ...address, body: { n: 2 } })).toEqual(first);
});
