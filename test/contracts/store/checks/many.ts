import { expect } from "vitest";
import { BatchTooLarge, type Write } from "../../../../app/ports/store.ts";
import { bodyAt, CONTAINER, expectConflict, item, listed, type StoreUnderTest } from "../storeUnderTest.ts";

export const batches = {
  "a batch creates, replaces and removes together": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    const old = await store.create(CONTAINER, item(storeUnderTest, "old"));
    const gone = await store.create(CONTAINER, item(storeUnderTest, "gone"));
    await store.batch(CONTAINER, partition, [
      { kind: "create", item: item(storeUnderTest, "new") },
      { kind: "replace", item: item(storeUnderTest, "old", { body: { version: 2 } }), etag: old.etag },
      { kind: "remove", id: "gone", etag: gone.etag },
    ]);
    expect(await bodyAt(storeUnderTest, partition, "new")).toEqual({ of: "new" });
    expect(await bodyAt(storeUnderTest, partition, "old")).toEqual({ version: 2 });
    expect(await bodyAt(storeUnderTest, partition, "gone")).toBeUndefined();
    await store.batch(CONTAINER, partition, []);
  },
  "a batch whose third write fails leaves nothing": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    const old = await store.create(CONTAINER, item(storeUnderTest, "old"));
    const { etag } = await store.replace(
      CONTAINER,
      item(storeUnderTest, "old", { body: { version: 2 } }),
      old.etag,
    );
    const failing: Write[] = [
      { kind: "create", item: item(storeUnderTest, "old") },
      { kind: "replace", item: item(storeUnderTest, "absent"), etag },
      { kind: "remove", id: "absent", etag },
    ];
    for (const third of failing)
      await expectConflict(
        store.batch(CONTAINER, partition, [
          { kind: "create", item: item(storeUnderTest, "new") },
          { kind: "replace", item: item(storeUnderTest, "old", { body: { version: 3 } }), etag },
          third,
        ]),
      );
    expect(await bodyAt(storeUnderTest, partition, "new")).toBeUndefined();
    expect(await store.read(CONTAINER, partition, "old")).toMatchObject({ body: { version: 2 }, etag });
  },
  "a batch that is more than a transaction holds is refused, and leaves nothing": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    const { store, partition } = storeUnderTest;
    const create = (id: string, words: string): Write => ({
      kind: "create",
      item: item(storeUnderTest, id, { body: { words } }),
    });
    const many = Array.from({ length: 101 }, (_, number) => create("one-" + String(number), ""));
    const large = ["large", "larger"].map((id) => create(id, "é".repeat(480_000)));
    for (const batch of [many, large])
      await expect(store.batch(CONTAINER, partition, batch)).rejects.toBeInstanceOf(BatchTooLarge);
    for (const id of ["one-0", "large"]) expect(await bodyAt(storeUnderTest, partition, id)).toBeUndefined();
    await store.batch(CONTAINER, partition, large.slice(0, 1));
  },
  "a batch with a stale ETag leaves nothing": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    const stale = await store.create(CONTAINER, item(storeUnderTest, "old"));
    await store.replace(CONTAINER, item(storeUnderTest, "old", { body: { version: 2 } }), stale.etag);
    for (const second of [
      { kind: "replace", item: item(storeUnderTest, "old"), etag: stale.etag },
      { kind: "remove", id: "old", etag: stale.etag },
    ] as const)
      await expectConflict(
        store.batch(CONTAINER, partition, [{ kind: "create", item: item(storeUnderTest, "new") }, second]),
      );
    expect(await bodyAt(storeUnderTest, partition, "new")).toBeUndefined();
    expect(await bodyAt(storeUnderTest, partition, "old")).toEqual({ version: 2 });
  },
  "what is refused spoils nothing that was asked for at the same time": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    const { store, partition } = storeUnderTest;
    const old = await store.create(CONTAINER, item(storeUnderTest, "old"));
    await Promise.all([
      store.create(CONTAINER, item(storeUnderTest, "before")),
      expectConflict(store.create(CONTAINER, item(storeUnderTest, "old"))),
      expectConflict(
        store.batch(CONTAINER, partition, [
          { kind: "create", item: item(storeUnderTest, "never") },
          { kind: "replace", item: item(storeUnderTest, "old"), etag: old.etag + "0" },
        ]),
      ),
      store.create(CONTAINER, item(storeUnderTest, "after")),
    ]);
    expect(await bodyAt(storeUnderTest, partition, "never")).toBeUndefined();
    for (const id of ["before", "old", "after"])
      expect(await bodyAt(storeUnderTest, partition, id)).toEqual({ of: id });
  },
  "a batch of 100 writes works; one more, or a second partition, is refused": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    const { store, partition, other } = storeUnderTest;
    const writes = Array.from({ length: 101 }, (_, at): Write => ({
      kind: "create",
      item: item(storeUnderTest, String(at)),
    }));
    await expect(store.batch(CONTAINER, partition, writes)).rejects.toBeInstanceOf(RangeError);
    await expect(store.batch(CONTAINER, other, writes.slice(0, 1))).rejects.toBeInstanceOf(RangeError);
    expect(await bodyAt(storeUnderTest, partition, "0")).toBeUndefined();
    await store.batch(CONTAINER, partition, writes.slice(0, 100));
    expect(await bodyAt(storeUnderTest, partition, "99")).toEqual({ of: "99" });
  },
};

async function written(
  storeUnderTest: StoreUnderTest,
  addresses: readonly (readonly [id: string, sort?: string])[],
): Promise<void> {
  const writes = addresses.map(([id, sort]): Write => ({
    kind: "create",
    item: item(storeUnderTest, id, sort === undefined ? {} : { sort }),
  }));
  for (const write of writes)
    if (write.kind === "create") await storeUnderTest.store.create(CONTAINER, write.item);
}

const TIED = [
  ["m", "2026-03-02"],
  ["c", "2026-03-01"],
  ["z", "2026-03-01"],
  ["a", "2026-03-03"],
  ["b", "2026-03-01"],
  ["unlisted"],
  ["y", "2026-03-02"],
] as const;

export const lists = {
  "a list is by sort, then id, and its slices give each item once": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    await written(storeUnderTest, TIED);
    const inOrder = ["b", "c", "z", "m", "y", "a"];
    expect(await listed(storeUnderTest, { limit: 100 })).toEqual({ ids: inOrder, pages: [6] });
    expect(await listed(storeUnderTest, { limit: 1 })).toEqual({ ids: inOrder, pages: [1, 1, 1, 1, 1, 1] });
    expect(await listed(storeUnderTest, { limit: 4 })).toEqual({ ids: inOrder, pages: [4, 2] });
    expect(await listed(storeUnderTest, { limit: 6 })).toEqual({ ids: inOrder, pages: [6] });
  },
  "a descending list is the same, backwards": async (storeUnderTest: StoreUnderTest) => {
    await written(storeUnderTest, TIED);
    const backwards = ["a", "y", "m", "z", "c", "b"];
    expect(await listed(storeUnderTest, { limit: 100, order: "descending" })).toEqual({
      ids: backwards,
      pages: [6],
    });
    expect(await listed(storeUnderTest, { limit: 2, order: "descending" })).toEqual({
      ids: backwards,
      pages: [2, 2, 2],
    });
  },
  "bounds hold in every slice: from is inside, before is outside": async (storeUnderTest: StoreUnderTest) => {
    await written(storeUnderTest, TIED);
    const bounds = { from: "2026-03-01", before: "2026-03-03", limit: 2 };
    expect((await listed(storeUnderTest, bounds)).ids).toEqual(["b", "c", "z", "m", "y"]);
    expect((await listed(storeUnderTest, { ...bounds, order: "descending" })).ids).toEqual([
      "y",
      "m",
      "z",
      "c",
      "b",
    ]);
    expect((await listed(storeUnderTest, { limit: 2, from: "2026-03-02" })).ids).toEqual(["m", "y", "a"]);
    expect((await listed(storeUnderTest, { limit: 2, before: "2026-03-02" })).ids).toEqual(["b", "c", "z"]);
    expect((await listed(storeUnderTest, { limit: 2, from: "2026-03-04" })).ids).toEqual([]);
  },
  "a sort that begins another comes before it, whatever their ids": async (
    storeUnderTest: StoreUnderTest,
  ) => {
    await written(storeUnderTest, [
      ["z", "a"],
      ["a", "a b"],
      ["!", "ab"],
      ["~", "a!"],
      ["empty", ""],
    ]);
    expect((await listed(storeUnderTest, { limit: 2 })).ids).toEqual(["empty", "z", "a", "~", "!"]);
    expect((await listed(storeUnderTest, { limit: 9, from: "a", before: "a!" })).ids).toEqual(["z", "a"]);
    expect((await listed(storeUnderTest, { limit: 9, from: "a b" })).ids).toEqual(["a", "~", "!"]);
  },
  "a list goes on where it stopped when items come and go": async (storeUnderTest: StoreUnderTest) => {
    const { store, partition } = storeUnderTest;
    await written(storeUnderTest, TIED);
    const first = await store.list(CONTAINER, partition, { limit: 2 });
    const last = first.items.at(-1);
    await store.remove(CONTAINER, partition, last?.id ?? "", last?.etag ?? "");
    await written(
      storeUnderTest,
      [
        ["a", "2026-03-01"],
        ["d", "2026-03-01"],
      ].map(([id, sort]) => [`${String(id)}2`, String(sort)]),
    );
    const second = await store.list(CONTAINER, partition, { limit: 2, continuation: first.next ?? "" });
    expect(second.items.map(({ id }) => id)).toEqual(["d2", "z"]);
  },
};

export const life = {
  "a store that answers is ready": async ({ store }: StoreUnderTest) => {
    await store.ready();
  },
};
