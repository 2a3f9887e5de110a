/** Sets aside a store that an earlier version of the connector left on this laptop, so that the connector can start. */
import { access, mkdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { STORE_VERSION } from "../../app/adapters/sqlite/database.ts";

/**
 * Suffixes of the store's files: SQLite keeps what is not yet in the file beside it, and the store keeps the number of its
 * last write.
 */
const PARTS = ["", "-wal", "-shm", "-last"];

/**
 * Moves the store's files into a folder beside them if an earlier version made them. Nothing is deleted.
 * @param shown the store's folder, in the form that the person who started the connector knows
 * @returns a message for that person, or undefined when there was nothing to do.
 */
export async function setAsideOldStore(file: string, shown: string, now: Date): Promise<string | undefined> {
  if (!(await exists(file)) || !isOld(file)) return undefined;
  const folder = join(dirname(file), "set-aside-" + now.toISOString().slice(0, 19).replaceAll(":", "-"));
  await mkdir(folder, { recursive: true });
  for (const part of PARTS)
    if (await exists(file + part)) await rename(file + part, join(folder, basename(file) + part));
  return (
    `An earlier version left its visits and links in ${shown}, and this one does not read them. ` +
    `They are set aside in ${shown}/${basename(folder)}; you begin with an empty store.`
  );
}

/** Whether it is an older store; a file that is not a store, or a newer one, is reported by the connector itself. */
function isOld(file: string): boolean {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const version = Number(database.prepare("pragma user_version").get()?.["user_version"]);
      return version > 0 && version < STORE_VERSION;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
