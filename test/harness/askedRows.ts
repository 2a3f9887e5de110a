/**
 * The rows and lists that something asks of the store while it is watched, and something else in their place: damaged, or
 * another release's. No test has to list rows: they are what was seen to be asked for.
 */
import {
  StoreFault,
  type Body,
  type ContainerName,
  type Item,
  type Store,
  type Stored,
} from "../../app/ports/store.ts";
import { kindOf } from "../../app/records/containers.ts";
import { removeRow } from "../../app/records/writing.ts";

/** A row that was read or written, or that stands for a list that was read. */
export type Asked = Pick<Item, "partition" | "id" | "sort"> & { readonly container: ContainerName };

/** The container, and the kind of row where the container has several. */
export const kindOfAsked = ({ container, ...row }: Asked): string => {
  const kind = kindOf(container, { ...row, body: {} });
  return [container, kind?.rows].filter((part) => part !== undefined).join(" ");
};
const keyOf = ({ container, partition, id }: Asked) => [container, partition, id].join("/");

export type Way = (rows: readonly Asked[], meanwhile: () => Promise<void>) => Promise<void>;

/** Watches what is asked of the store. @param now the time that a row stands at that stands for a list */
export function watchStore(store: Store, now: () => Date) {
  const before = { ...store };
  let noted: Asked[] = [];
  /** What the store fails for. */
  let failing: ReadonlySet<string> = new Set();
  const note = (one: Asked): void => {
    noted.push(one);
    if (failing.has(keyOf(one))) throw new StoreFault("the store is throttled");
  };
  Object.assign(store, {
    read: async (...given: Parameters<Store["read"]>) => {
      const [container, partition, id] = given;
      note({ container, partition, id });
      return before.read(...given);
    },
    create: async (...given: Parameters<Store["create"]>) => {
      const [container, { partition, id, sort }] = given;
      note({ container, partition, id, ...(sort !== undefined && { sort }) });
      return before.create(...given);
    },
    list: async (...given: Parameters<Store["list"]>) => {
      const [container, partition, { from }] = given;
      const id = [...(from === undefined ? [] : [from.trim()]), "listed"].join("-");
      note({ container, partition, id, sort: from ?? now().toISOString() });
      return before.list(...given);
    },
  } satisfies Partial<Store>);

  /** Puts something else where the rows are or would be, for as long as `meanwhile` takes. */
  async function instead(
    rows: readonly Asked[],
    bodyOf: (before: Body) => Body,
    meanwhile: () => Promise<void>,
  ): Promise<void> {
    const kept = new Map<Asked, Stored | undefined>();
    for (const row of new Map(rows.map((one) => [keyOf(one), one])).values()) {
      const { container, ...address } = row;
      const there = await store.read(container, row.partition, row.id);
      kept.set(row, there);
      if (there === undefined) await store.create(container, { ...address, body: bodyOf({}) });
      else await store.replace(container, { ...there, body: bodyOf(there.body) }, there.etag);
    }
    try {
      await meanwhile();
    } finally {
      for (const [row, was] of kept) {
        await removeRow(store, row.container, row);
        if (was !== undefined) await store.create(row.container, was);
      }
    }
  }

  return {
    /** What is asked for while `meanwhile` runs, in the order in which it is. */
    async askedBy(meanwhile: () => Promise<unknown>): Promise<readonly Asked[]> {
      noted = [];
      await meanwhile();
      return noted;
    },
    ways: {
      "is damaged": (rows, meanwhile) => instead(rows, () => ({ v: 1, damaged: "yes" }), meanwhile),
      "is of a later release": (rows, meanwhile) => instead(rows, (body) => ({ ...body, v: 7 }), meanwhile),
      async "is not given by the store"(rows, meanwhile) {
        failing = new Set(rows.map(keyOf));
        await meanwhile().finally(() => (failing = new Set()));
      },
    } satisfies Readonly<Record<string, Way>>,
  };
}
