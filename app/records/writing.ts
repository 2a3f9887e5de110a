/** How records are written when others write at the same time. A lost race is not a fault: the write is tried again. */
import { setTimeout as passed } from "node:timers/promises";
import type * as z from "zod";
import {
  StoreConflict,
  StoreFault,
  type ContainerName,
  type Item,
  type Store,
  type Stored,
  type Write,
} from "../ports/store.ts";
import { isOfAnotherRelease, membersIfReadable, nextBody, type RecordKind } from "./record.ts";

/**
 * The longest time that a write is tried. Nobody waits longer for a page, and no row is written so often that it would take
 * longer.
 */
const PATIENCE_MS = 10_000;
/**
 * The longest pause between two tries against other processes; it is random, so that those who met once do not meet again.
 */
const LONGEST_PAUSE_MS = 100;

/** What an edit may change of a row, and what is written beside it, in the same transaction and partition. */
export interface NextRow extends Pick<Item, "body" | "expiresAt" | "sort"> {
  readonly beside?: readonly Write[];
}

type RowKey = Pick<Item, "partition" | "id">;

/**
 * Reads, edits and replaces a row; when somebody else was quicker, does so again with what they wrote. The first try is made
 * at once, so that a slow edit delays nobody. Whoever loses waits in this process's line for the row, where only other
 * processes can be quicker. `edit` may be called several times, so it should not call anything outside where that can be
 * avoided. It returns the row's next body, or undefined to leave the row as it is.
 * @returns the row as it is now, or undefined when there is none
 * @throws StoreFault when somebody else was quicker for longer than anybody waits; never StoreConflict
 */
export async function changeRow(
  store: Store,
  container: ContainerName,
  address: RowKey,
  edit: (stored: Stored) => NextRow | undefined | Promise<NextRow | undefined>,
  patienceMs = PATIENCE_MS,
): Promise<Stored | undefined> {
  const once = async (): Promise<{ readonly row: Stored | undefined }> => {
    const stored = await store.read(container, address.partition, address.id);
    const next = stored && (await edit(stored));
    if (stored === undefined || next === undefined) return { row: stored };
    const { beside = [], ...row } = next;
    const item = { partition: address.partition, id: address.id, ...row };
    return { row: await write(store, container, { kind: "replace", item, etag: stored.etag }, beside) };
  };
  const until = performance.now() + patienceMs;
  const first = await unlessLost(once);
  if (first !== undefined) return first.row;
  return (await inLine(store, container, address, () => untilWon(container, until, once))).row;
}

/**
 * Changes a row of a kind of which so little is lost that one that is damaged begins anew. One of another release is not
 * damaged: it stays as it is, and what was to be kept in it is not kept.
 * @param edit is given what the row holds, or undefined where it is damaged; it may be called several times
 * @returns the row as it is now, or undefined when there is none
 * @throws StoreFault
 */
export function changeOrBeginAnew<M extends z.ZodObject>(
  store: Store,
  kind: RecordKind<M>,
  { sort, expiresAt, ...address }: RowKey & Pick<Item, "sort" | "expiresAt">,
  edit: (before: z.output<M> | undefined) => z.input<M> | undefined,
): Promise<Stored | undefined> {
  return changeRow(store, kind.container, address, (row) => {
    if (isOfAnotherRelease(kind, row.body)) return undefined;
    const next = edit(membersIfReadable(kind, row));
    if (next === undefined) return undefined;
    const body = nextBody(kind, row, next);
    return { body, ...(sort !== undefined && { sort }), ...(expiresAt && { expiresAt }) };
  });
}

/** Writes the row alone, or together with others in one transaction. @throws StoreConflict */
async function write(
  store: Store,
  container: ContainerName,
  own: Exclude<Write, { readonly kind: "remove" }>,
  beside: readonly Write[],
): Promise<Stored> {
  const { item } = own;
  if (beside.length === 0)
    return own.kind === "create" ? store.create(container, item) : store.replace(container, item, own.etag);
  await store.batch(container, item.partition, [own, ...beside]);
  const written = await store.read(container, item.partition, item.id);
  if (written === undefined) throw new StoreConflict("the row was removed as soon as it was written");
  return written;
}

/**
 * Makes a row, or reads the one that is there: of several who make it at once, all get the first one's row.
 * @throws StoreFault
 */
export async function createOrRead(
  store: Store,
  container: ContainerName,
  item: Item & Pick<NextRow, "beside">,
  patienceMs = PATIENCE_MS,
): Promise<Stored> {
  return untilWon(container, performance.now() + patienceMs, () => createOrReadOnce(store, container, item));
}

/**
 * Does the same in a single try, for a caller that reads anew before each try.
 * @throws StoreConflict where what was there is gone again, or somebody has changed what is written beside it
 */
export async function createOrReadOnce(
  store: Store,
  container: ContainerName,
  { beside = [], ...item }: Item & Pick<NextRow, "beside">,
): Promise<Stored> {
  try {
    return await write(store, container, { kind: "create", item }, beside);
  } catch (error) {
    const there = await store.read(container, item.partition, item.id);
    if (!(error instanceof StoreConflict) || there === undefined) throw error;
    return there;
  }
}

/** Removes the row, whoever wrote it last. @throws StoreFault */
export async function removeRow(
  store: Store,
  container: ContainerName,
  { partition, id }: RowKey,
): Promise<void> {
  await untilWon(container, performance.now() + PATIENCE_MS, async () => {
    const stored = await store.read(container, partition, id);
    if (stored !== undefined) await store.remove(container, partition, id, stored.etag);
    return { removed: true };
  });
}

/**
 * Runs an attempt to read and write, and runs it again where somebody else was quicker, that is, after a StoreConflict.
 * @throws StoreFault
 */
export function untilWritten<T extends object>(
  container: ContainerName,
  attempt: () => Promise<T>,
): Promise<T> {
  return untilWon(container, performance.now() + PATIENCE_MS, attempt);
}

/** Undefined when somebody else was quicker. */
async function unlessLost<T extends object>(attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof StoreConflict) return undefined;
    throw error;
  }
}

async function untilWon<T extends object>(
  container: ContainerName,
  until: number,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let pause = 2; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const won = await unlessLost(attempt);
    if (won !== undefined) return won;
    if (performance.now() >= until)
      throw new StoreFault(
        `A row in ${container} is written by others without a break, so this write did not come to its turn. Look for a program besides the connector that writes to the store.`,
      );
    await passed(Math.random() * pause);
  }
}

/** Who is last in line for a row; a line that nobody stands in is forgotten. */
const lines = new WeakMap<Store, Map<string, Promise<unknown>>>();

async function inLine<T>(
  store: Store,
  container: ContainerName,
  { partition, id }: RowKey,
  act: () => Promise<T>,
): Promise<T> {
  const ofStore = lines.get(store) ?? new Map<string, Promise<unknown>>();
  lines.set(store, ofStore);
  const row = [container, partition, id].join("/");
  const before = ofStore.get(row);
  const turn = before === undefined ? act() : before.then(act, act);
  ofStore.set(row, turn);
  try {
    return await turn;
  } finally {
    if (ofStore.get(row) === turn) ofStore.delete(row);
  }
}
