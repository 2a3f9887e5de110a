import { expect } from "vitest";
import {
  bodyAt,
  CONTAINER,
  drained,
  expectConflict,
  ids,
  item,
  type StoreUnderTest,
} from "../storeUnderTest.ts";

export const expiry = {
  "an item is there until it expires, and never after": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const expiresAt = clock.inSeconds(600);
    await store.create(CONTAINER, item(storeUnderTest, "one", { expiresAt }));
    clock.moveTo(new Date(expiresAt.getTime() - 1));
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ of: "one" });
    clock.moveTo(expiresAt);
    expect(await bodyAt(storeUnderTest, partition, "one")).toBeUndefined();
  },
  "an item may expire in a hundred years": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const expiresAt = clock.inSeconds(100 * 366 * 86_400);
    await store.create(CONTAINER, item(storeUnderTest, "one", { expiresAt }));
    expect((await store.read(CONTAINER, partition, "one"))?.expiresAt).toEqual(expiresAt);
  },
  "an expired item is in no list, and counts for no limit": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const expiresAt = clock.inSeconds(600);
    for (const id of ["a", "b", "c"])
      await store.create(
        CONTAINER,
        item(storeUnderTest, id, { sort: "1", ...(id === "b" ? {} : { expiresAt }) }),
      );
    await store.create(CONTAINER, item(storeUnderTest, "d", { sort: "1" }));
    clock.moveTo(expiresAt);
    const page = await store.list(CONTAINER, partition, { limit: 2 });
    expect(ids(page.items)).toEqual(["b", "d"]);
    expect(page.next).toBeUndefined();
  },
  "an expired item is in no change feed, and ends none": async (storeUnderTest: StoreUnderTest) => {
    const { store, clock } = storeUnderTest;
    const { next } = await drained(storeUnderTest);
    const expiresAt = clock.inSeconds(600);
    for (const id of ["a", "b", "c"]) await store.create(CONTAINER, item(storeUnderTest, id, { expiresAt }));
    await store.create(CONTAINER, item(storeUnderTest, "staying"));
    clock.moveTo(expiresAt);
    expect(ids((await drained(storeUnderTest, next, 1)).items)).toEqual(["staying"]);
  },
  "a create takes the place of an expired item": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const first = await store.create(
      CONTAINER,
      item(storeUnderTest, "one", { expiresAt: clock.inSeconds(600) }),
    );
    clock.moveTo(clock.inSeconds(600));
    const second = await store.create(CONTAINER, item(storeUnderTest, "one", { body: { version: 2 } }));
    expect(second.etag).not.toBe(first.etag);
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ version: 2 });
    await expectConflict(store.create(CONTAINER, item(storeUnderTest, "one")));
  },
  "an expired item is neither replaced nor removed": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const { etag } = await store.create(
      CONTAINER,
      item(storeUnderTest, "one", { expiresAt: clock.inSeconds(600) }),
    );
    clock.moveTo(clock.inSeconds(600));
    await expectConflict(store.replace(CONTAINER, item(storeUnderTest, "one"), etag));
    await expectConflict(store.remove(CONTAINER, partition, "one", etag));
    expect(await bodyAt(storeUnderTest, partition, "one")).toBeUndefined();
  },
  "a batch counts expired items as absent": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const expiresAt = clock.inSeconds(600);
    const { etag } = await store.create(CONTAINER, item(storeUnderTest, "one", { expiresAt }));
    await store.create(CONTAINER, item(storeUnderTest, "two", { expiresAt }));
    clock.moveTo(expiresAt);
    await expectConflict(
      store.batch(CONTAINER, partition, [
        { kind: "create", item: item(storeUnderTest, "three") },
        { kind: "replace", item: item(storeUnderTest, "one"), etag },
      ]),
    );
    expect(await bodyAt(storeUnderTest, partition, "three")).toBeUndefined();
    await store.batch(CONTAINER, partition, [
      { kind: "create", item: item(storeUnderTest, "one", { body: { version: 2 } }) },
      { kind: "create", item: item(storeUnderTest, "two", { body: { version: 2 } }) },
    ]);
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ version: 2 });
    expect(await bodyAt(storeUnderTest, partition, "two")).toEqual({ version: 2 });
  },
  "a replace may prolong an item's life": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const { etag } = await store.create(
      CONTAINER,
      item(storeUnderTest, "one", { expiresAt: clock.inSeconds(600) }),
    );
    await store.replace(CONTAINER, item(storeUnderTest, "one", { expiresAt: clock.inSeconds(1200) }), etag);
    clock.moveTo(clock.inSeconds(1100));
    const read = await store.read(CONTAINER, partition, "one");
    await store.replace(CONTAINER, item(storeUnderTest, "one"), read?.etag ?? "");
    clock.moveTo(clock.inSeconds(86_400));
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ of: "one" });
  },
};

export const changeFeed = {
  "changes come oldest first within a partition, each item once as it is now": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    const { store } = storeUnderTest;
    const { etag } = await store.create(CONTAINER, item(storeUnderTest, "a"));
    await store.create(CONTAINER, item(storeUnderTest, "b"));
    await store.create(CONTAINER, item(storeUnderTest, "c"));
    await store.replace(CONTAINER, item(storeUnderTest, "a", { body: { version: 2 } }), etag);
    const { items } = await drained(storeUnderTest);
    expect(ids(items)).toEqual(["b", "c", "a"]);
    expect(items.at(-1)?.body).toEqual({ version: 2 });
  },
  "a continuation goes on with what changed since": async (storeUnderTest: StoreUnderTest) => {
    const { store, other, partition } = storeUnderTest;
    const { etag } = await store.create(CONTAINER, item(storeUnderTest, "a"));
    const gone = await store.create(CONTAINER, item(storeUnderTest, "b"));
    const { next } = await drained(storeUnderTest);
    await store.replace(CONTAINER, item(storeUnderTest, "a", { body: { version: 2 } }), etag);
    await store.create(CONTAINER, item(storeUnderTest, "d", { partition: other }));
    await store.remove(CONTAINER, partition, "b", gone.etag);
    const { items } = await drained(storeUnderTest, next);
    expect(ids(items).sort()).toEqual(["a", "d"]);
  },
  "nothing new is an empty page whose continuation is good later": async (storeUnderTest: StoreUnderTest) => {
    const { store } = storeUnderTest;
    await store.create(CONTAINER, item(storeUnderTest, "a"));
    const first = await drained(storeUnderTest);
    const idle = await drained(storeUnderTest, first.next);
    expect(idle.items).toEqual([]);
    await store.create(CONTAINER, item(storeUnderTest, "b"));
    expect(ids((await drained(storeUnderTest, idle.next)).items)).toEqual(["b"]);
  },
  "small pages give each change once": async (storeUnderTest: StoreUnderTest) => {
    const { store, other } = storeUnderTest;
    const { next } = await drained(storeUnderTest);
    for (const id of ["a", "b", "c", "d", "e"]) {
      await store.create(CONTAINER, item(storeUnderTest, id));
      await store.create(CONTAINER, item(storeUnderTest, id.toUpperCase(), { partition: other }));
    }
    const { items } = await drained(storeUnderTest, next, 2);
    expect(ids(items).filter((id) => id >= "a")).toEqual(["a", "b", "c", "d", "e"]);
    expect(ids(items).filter((id) => id < "a")).toEqual(["A", "B", "C", "D", "E"]);
  },
};
