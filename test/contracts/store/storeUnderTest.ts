/** What a check of the contract is given: one store, a clock of its own, and partitions nobody else uses. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { StoreConflict, type Body, type Item, type Store, type Stored } from "../../../app/ports/store.ts";

/** A container whose items may expire in both databases. */
export const CONTAINER = "visits";

export interface StoreUnderTest {
  readonly store: Store;
  readonly clock: Clock;
  readonly partition: string;
  readonly other: string;
}

export class Clock {
  #now: number;
  constructor(start: Date) {
    this.#now = start.getTime();
  }
  readonly now = (): Date => new Date(this.#now);
  inSeconds(seconds: number): Date {
    return new Date(this.#now + seconds * 1000);
  }
  /** Lets time pass until that moment. */
  moveTo(moment: Date): void {
    this.#now = moment.getTime();
  }
}

export function storeUnderTest(store: Store, clock: Clock): StoreUnderTest {
  return { store, clock, partition: `p-${randomUUID()}`, other: `q-${randomUUID()}` };
}

/** An item of the check's own partition. */
export function item({ partition }: StoreUnderTest, id: string, more: Partial<Omit<Item, "id">> = {}): Item {
  return { partition, id, body: { of: id }, ...more };
}

export async function bodyAt(
  { store }: StoreUnderTest,
  partition: string,
  id: string,
): Promise<Body | undefined> {
  return (await store.read(CONTAINER, partition, id))?.body;
}

export async function expectConflict(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeInstanceOf(StoreConflict);
}

/** All that changed, slice by slice, to the end; of this check's partitions only. */
export async function drained(
  { store, partition, other }: StoreUnderTest,
  since?: string,
  limit = 50,
): Promise<{ items: Stored[]; next: string }> {
  const items: Stored[] = [];
  let next = since;
  for (let pages = 0; pages < 5_000; pages++) {
    const page = await store.changes(CONTAINER, limit, next);
    next = page.next;
    if (page.items.length === 0) return { items, next };
    items.push(...page.items.filter((changed) => [partition, other].includes(changed.partition)));
  }
  throw new Error("The change feed does not end");
}

/** The ids of a whole list, and the sizes of the slices in which it was read. */
export async function listed(
  { store, partition }: StoreUnderTest,
  query: { from?: string; before?: string; order?: "ascending" | "descending"; limit: number },
): Promise<{ ids: string[]; pages: number[] }> {
  const ids: string[] = [];
  const pages: number[] = [];
  let continuation: string | undefined;
  do {
    const page = await store.list(
      CONTAINER,
      partition,
      continuation === undefined ? query : { ...query, continuation },
    );
    ids.push(...page.items.map(({ id }) => id));
    pages.push(page.items.length);
    continuation = page.next;
  } while (continuation !== undefined && pages.length < 100);
  return { ids, pages };
}

export const ids = (items: readonly Stored[]) => items.map(({ id }) => id);
