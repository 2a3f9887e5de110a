import { expect } from "vitest";
import type { Body } from "../../../../app/ports/store.ts";
import { changeRow, createOrRead } from "../../../../app/records/writing.ts";
import { bodyAt, CONTAINER, expectConflict, item, type StoreUnderTest } from "../storeUnderTest.ts";

export const partitions = {
  "the same id in two partitions is two items": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, other } = storeUnderTest;
    const ours = await store.create(CONTAINER, item(storeUnderTest, "one", { body: { of: "ours" } }));
    await store.create(CONTAINER, item(storeUnderTest, "one", { partition: other, body: { of: "theirs" } }));
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ of: "ours" });
    await store.remove(CONTAINER, partition, "one", ours.etag);
    expect(await bodyAt(storeUnderTest, partition, "one")).toBeUndefined();
    expect(await bodyAt(storeUnderTest, other, "one")).toEqual({ of: "theirs" });
  },
  "the same partition and id in two containers is two items": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    await store.create("signIns", item(storeUnderTest, "one"));
    expect(await bodyAt(storeUnderTest, partition, "one")).toBeUndefined();
    await store.create(CONTAINER, item(storeUnderTest, "one"));
  },
  "a list sees its own partition only": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, other } = storeUnderTest;
    await store.create(CONTAINER, item(storeUnderTest, "ours", { sort: "a" }));
    await store.create(CONTAINER, item(storeUnderTest, "theirs", { sort: "a", partition: other }));
    const { items } = await store.list(CONTAINER, partition, { limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["ours"]);
  },
  "an item comes back as it was written": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition, clock } = storeUnderTest;
    const body: Body = {
      id: "not this",
      partition: "nor this",
      ttl: 1,
      _etag: "nor that",
      text: "¡Añoranza! 名 \u2028 \" \\ '",
      none: null,
      list: [1, -2.5, true, { deep: ["x"] }],
      absent: undefined,
    };
    const expiresAt = new Date(clock.inSeconds(3600).getTime() + 7);
    const written = await store.create(
      CONTAINER,
      item(storeUnderTest, "a.b-c_d~e =1", { body, sort: "Ä b", expiresAt }),
    );
    const { absent: _absent, ...kept } = body;
    const read = await store.read(CONTAINER, partition, "a.b-c_d~e =1");
    expect(read).toEqual({
      partition,
      id: "a.b-c_d~e =1",
      body: kept,
      sort: "Ä b",
      expiresAt,
      etag: written.etag,
    });
  },
  "what a database could not hold is refused": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    for (const id of ["", "a/b", "a\\b", "a?b", "a#b", "a\tb", "x".repeat(256)]) {
      await expect(store.create(CONTAINER, item(storeUnderTest, id))).rejects.toBeInstanceOf(RangeError);
      await expect(store.read(CONTAINER, partition, id)).rejects.toBeInstanceOf(RangeError);
    }
    await expect(store.create(CONTAINER, item(storeUnderTest, "x", { sort: "a\tb" }))).rejects.toBeInstanceOf(
      RangeError,
    );
  },
};

export const etags = {
  "a create over a living item is a conflict and changes nothing": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    await store.create(CONTAINER, item(storeUnderTest, "one", { body: { version: 1 } }));
    await expectConflict(store.create(CONTAINER, item(storeUnderTest, "one", { body: { version: 2 } })));
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ version: 1 });
  },
  "a replace goes by the ETag that was read, and makes a new one": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    const created = await store.create(CONTAINER, item(storeUnderTest, "one"));
    const read = await store.read(CONTAINER, partition, "one");
    expect(read?.etag).toBe(created.etag);
    const replaced = await store.replace(
      CONTAINER,
      item(storeUnderTest, "one", { body: { version: 2 } }),
      created.etag,
    );
    expect(replaced.etag).not.toBe(created.etag);
    const again = await store.replace(
      CONTAINER,
      item(storeUnderTest, "one", { body: { version: 3 } }),
      replaced.etag,
    );
    expect(await store.read(CONTAINER, partition, "one")).toEqual({
      ...item(storeUnderTest, "one", { body: { version: 3 } }),
      etag: again.etag,
    });
  },
  "a replace or remove with a stale ETag is a conflict and changes nothing": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    const { store, partition } = storeUnderTest;
    const created = await store.create(CONTAINER, item(storeUnderTest, "one"));
    await store.replace(CONTAINER, item(storeUnderTest, "one", { body: { version: 2 } }), created.etag);
    await expectConflict(
      store.replace(CONTAINER, item(storeUnderTest, "one", { body: { version: 3 } }), created.etag),
    );
    await expectConflict(store.remove(CONTAINER, partition, "one", created.etag));
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ version: 2 });
  },
  "a replace or remove of what is gone is a conflict": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    const created = await store.create(CONTAINER, item(storeUnderTest, "one"));
    await store.remove(CONTAINER, partition, "one", created.etag);
    await expectConflict(store.remove(CONTAINER, partition, "one", created.etag));
    await expectConflict(store.replace(CONTAINER, item(storeUnderTest, "one"), created.etag));
    expect(await bodyAt(storeUnderTest, partition, "one")).toBeUndefined();
  },
  "an item created again has another ETag than before": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    const created = await store.create(CONTAINER, item(storeUnderTest, "one"));
    await store.remove(CONTAINER, partition, "one", created.etag);
    await store.create(CONTAINER, item(storeUnderTest, "one"));
    await expectConflict(store.remove(CONTAINER, partition, "one", created.etag));
  },
  "of several writers with one ETag, one wins": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    const { etag } = await store.create(CONTAINER, item(storeUnderTest, "one"));
    const writers = [1, 2, 3, 4, 5].map((writer) =>
      store.replace(CONTAINER, item(storeUnderTest, "one", { body: { writer } }), etag).then(
        () => writer,
        () => undefined,
      ),
    );
    const [winner, ...others] = (await Promise.all(writers)).filter((writer) => writer !== undefined);
    expect(others).toEqual([]);
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ writer: winner });
  },
  "of many who change one item at once, through the way that records are changed, none is lost": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    const { store, partition } = storeUnderTest;
    await store.create(CONTAINER, item(storeUnderTest, "one", { body: { n: 0 } }));
    const add = () =>
      changeRow(store, CONTAINER, { partition, id: "one" }, ({ body }) => ({
        body: { n: Number(body["n"]) + 1 },
      }));
    await Promise.all(Array.from({ length: 12 }, add));
    expect(await bodyAt(storeUnderTest, partition, "one")).toEqual({ n: 12 });
  },
  "of many who make one item at once, all read the first's": async (storeUnderTest: StoreUnderTest) => {
    const { store } = storeUnderTest;
    const make = (maker: number) =>
      createOrRead(store, CONTAINER, item(storeUnderTest, "one", { body: { maker } }));
    const made = await Promise.all(Array.from({ length: 12 }, (_, maker) => make(maker)));
    expect(new Set(made.map(({ etag }) => etag)).size).toBe(1);
    expect(new Set(made.map(({ body }) => body["maker"])).size).toBe(1);
  },
};
