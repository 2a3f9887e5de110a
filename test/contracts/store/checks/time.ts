import { expect } from "vitest";
import { bodyAt, CONTAINER, drained, expectConflict, ids, item, type Ground } from "../ground.ts";

export const expiry = {
  "an item is there until it expires, and never after": async (ground: Ground) => {
    const { store, partition, clock } = ground;
    const expiresAt = clock.inSeconds(600);
    await store.create(CONTAINER, item(ground, "one", { expiresAt }));
    clock.moveTo(new Date(expiresAt.getTime() - 1));
    expect(await bodyAt(ground, partition, "one")).toEqual({ of: "one" });
    clock.moveTo(expiresAt);
    expect(await bodyAt(ground, partition, "one")).toBeUndefined();
  },
  "an expired item is in no list, and takes no place in a page": async (ground: Ground) => {
    const { store, partition, clock } = ground;
    const expiresAt = clock.inSeconds(600);
    for (const id of ["a", "b", "c"])
      await store.create(CONTAINER, item(ground, id, { sort: "1", ...(id === "b" ? {} : { expiresAt }) }));
    await store.create(CONTAINER, item(ground, "d", { sort: "1" }));
    clock.moveTo(expiresAt);
    const page = await store.list(CONTAINER, partition, { limit: 2 });
    expect(ids(page.items)).toEqual(["b", "d"]);
    expect(page.next).toBeUndefined();
  },
  "an expired item is in no change feed, and ends none": async (ground: Ground) => {
    const { store, clock } = ground;
    const { next } = await drained(ground);
    const expiresAt = clock.inSeconds(600);
    for (const id of ["a", "b", "c"]) await store.create(CONTAINER, item(ground, id, { expiresAt }));
    await store.create(CONTAINER, item(ground, "staying"));
    clock.moveTo(expiresAt);
    expect(ids((await drained(ground, next, 1)).items)).toEqual(["staying"]);
  },
  "a create takes the place of an expired item": async (ground: Ground) => {
    const { store, partition, clock } = ground;
    const first = await store.create(CONTAINER, item(ground, "one", { expiresAt: clock.inSeconds(600) }));
    clock.moveTo(clock.inSeconds(600));
    const second = await store.create(CONTAINER, item(ground, "one", { body: { version: 2 } }));
    expect(second.etag).not.toBe(first.etag);
    expect(await bodyAt(ground, partition, "one")).toEqual({ version: 2 });
    await expectConflict(store.create(CONTAINER, item(ground, "one")));
  },
  "an expired item is neither replaced nor removed": async (ground: Ground) => {
    const { store, partition, clock } = ground;
    const { etag } = await store.create(CONTAINER, item(ground, "one", { expiresAt: clock.inSeconds(600) }));
    clock.moveTo(clock.inSeconds(600));
    await expectConflict(store.replace(CONTAINER, item(ground, "one"), etag));
    await expectConflict(store.remove(CONTAINER, partition, "one", etag));
    expect(await bodyAt(ground, partition, "one")).toBeUndefined();
  },
  "a batch counts expired items as absent": async (ground: Ground) => {
    const { store, partition, clock } = ground;
    const expiresAt = clock.inSeconds(600);
    const { etag } = await store.create(CONTAINER, item(ground, "one", { expiresAt }));
    await store.create(CONTAINER, item(ground, "two", { expiresAt }));
    clock.moveTo(expiresAt);
    await expectConflict(
      store.batch(CONTAINER, partition, [
        { kind: "create", item: item(ground, "three") },
        { kind: "replace", item: item(ground, "one"), etag },
      ]),
    );
    expect(await bodyAt(ground, partition, "three")).toBeUndefined();
    await store.batch(CONTAINER, partition, [
      { kind: "create", item: item(ground, "one", { body: { version: 2 } }) },
      { kind: "create", item: item(ground, "two", { body: { version: 2 } }) },
    ]);
    expect(await bodyAt(ground, partition, "one")).toEqual({ version: 2 });
    expect(await bodyAt(ground, partition, "two")).toEqual({ version: 2 });
  },
  "a replace may prolong an item's life": async (ground: Ground) => {
    const { store, partition, clock } = ground;
    const { etag } = await store.create(CONTAINER, item(ground, "one", { expiresAt: clock.inSeconds(600) }));
    await store.replace(CONTAINER, item(ground, "one", { expiresAt: clock.inSeconds(1200) }), etag);
    clock.moveTo(clock.inSeconds(1100));
    const read = await store.read(CONTAINER, partition, "one");
    await store.replace(CONTAINER, item(ground, "one"), read?.etag ?? "");
    clock.moveTo(clock.inSeconds(86_400));
    expect(await bodyAt(ground, partition, "one")).toEqual({ of: "one" });
  },
};

export const changeFeed = {
  "changes come oldest first within a partition, each item once as it is now": async (ground: Ground) => {
    const { store } = ground;
    const { etag } = await store.create(CONTAINER, item(ground, "a"));
    await store.create(CONTAINER, item(ground, "b"));
    await store.create(CONTAINER, item(ground, "c"));
    await store.replace(CONTAINER, item(ground, "a", { body: { version: 2 } }), etag);
    const { items } = await drained(ground);
    expect(ids(items)).toEqual(["b", "c", "a"]);
    expect(items.at(-1)?.body).toEqual({ version: 2 });
  },
  "a continuation goes on with what changed since": async (ground: Ground) => {
    const { store, other, partition } = ground;
    const { etag } = await store.create(CONTAINER, item(ground, "a"));
    const gone = await store.create(CONTAINER, item(ground, "b"));
    const { next } = await drained(ground);
    await store.replace(CONTAINER, item(ground, "a", { body: { version: 2 } }), etag);
    await store.create(CONTAINER, item(ground, "d", { partition: other }));
    await store.remove(CONTAINER, partition, "b", gone.etag);
    const { items } = await drained(ground, next);
    expect(ids(items).sort()).toEqual(["a", "d"]);
  },
  "nothing new is an empty page whose continuation is good later": async (ground: Ground) => {
    const { store } = ground;
    await store.create(CONTAINER, item(ground, "a"));
    const first = await drained(ground);
    const idle = await drained(ground, first.next);
    expect(idle.items).toEqual([]);
    await store.create(CONTAINER, item(ground, "b"));
    expect(ids((await drained(ground, idle.next)).items)).toEqual(["b"]);
  },
  "small pages give each change once": async (ground: Ground) => {
    const { store, other } = ground;
    const { next } = await drained(ground);
    for (const id of ["a", "b", "c", "d", "e"]) {
      await store.create(CONTAINER, item(ground, id));
      await store.create(CONTAINER, item(ground, id.toUpperCase(), { partition: other }));
    }
    const { items } = await drained(ground, next, 2);
    expect(ids(items).filter((id) => id >= "a")).toEqual(["a", "b", "c", "d", "e"]);
    expect(ids(items).filter((id) => id < "a")).toEqual(["A", "B", "C", "D", "E"]);
  },
};
