/** The two ways in which records are written when others write at the same time. */
import { StoreConflict, type ContainerName, type Item, type Store, type Stored } from "../ports/store.ts";

/** More than ever meet on one row at the same moment; whoever loses so often is told. */
const TRIES = 5;

/** What an edit may change of a row. */
export type NextRow = Pick<Item, "body" | "expiresAt" | "sort">;

/**
 * Reads, edits and replaces; when somebody else was quicker, once more on what they wrote, a few times. `edit` may be asked
 * several times and answers the row's next body, or undefined to leave it as it is.
 * @returns the row as it is now, or undefined when there is none.
 * @throws StoreConflict when somebody else was quicker every time.
 */
export async function changeRow(
  store: Store,
  container: ContainerName,
  { partition, id }: Pick<Item, "partition" | "id">,
  edit: (stored: Stored) => NextRow | undefined | Promise<NextRow | undefined>,
): Promise<Stored | undefined> {
  for (let attempt = 1; ; attempt++) {
    const stored = await store.read(container, partition, id);
    if (stored === undefined) return undefined;
    const next = await edit(stored);
    if (next === undefined) return stored;
    try {
      return await store.replace(container, { partition, id, ...next }, stored.etag);
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === TRIES) throw error;
    }
  }
}

/**
 * Makes a row, or reads the one that is there: of several who make it at once, the first one's is everybody's.
 * @throws StoreConflict when the one that was there is gone again.
 */
export async function createOrRead(store: Store, container: ContainerName, item: Item): Promise<Stored> {
  try {
    return await store.create(container, item);
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
    const first = await store.read(container, item.partition, item.id);
    if (first === undefined) throw error;
    return first;
  }
}
