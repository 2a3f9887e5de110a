/**
 * A row that is written and removed again, to see whether the store takes writes: reading alone does not notice a full disk.
 */
import { randomUUID } from "node:crypto";
import { StoreConflict, type Store } from "../ports/store.ts";
import { newBody } from "./record.ts";
import { signIns } from "./signIns.ts";

/** The row is as large as a session, so that a store that takes this row takes a launch. */
const SIZE = 4096;
/** If the process is killed in between, the row expires. */
const LIVES_MS = 60_000;

/** Writes a row that looks like a used sign-in, which leads nowhere and holds nothing. @throws StoreFault */
export async function tryToWrite(store: Store, now: Date): Promise<void> {
  const id = randomUUID();
  const body = newBody(signIns, { flow: "launch", cookie: "", sealed: "-".repeat(SIZE), used: true });
  const expiresAt = new Date(now.getTime() + LIVES_MS);
  const { etag } = await store.create(signIns.container, { partition: id, id, body, expiresAt });
  try {
    await store.remove(signIns.container, id, id, etag);
  } catch (error) {
    // A clock that jumped in between has let the row expire.
    if (!(error instanceof StoreConflict)) throw error;
  }
}
