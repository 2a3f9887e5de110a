import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { STORE_VERSION } from "../../../app/adapters/sqlite/database.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { setAsideOldStore } from "../../../scripts/local/oldStore.ts";

const NOW = new Date("2026-12-01T08:30:00Z");
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "old-store-"));
  file = join(folder, "connector.sqlite");
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes a store's file of an old version, as SQLite leaves it when its process is killed. */
function storeOf(version: number): void {
  const database = new DatabaseSync(file);
  database.exec(`create table items (id text) strict; pragma user_version = ${String(version)};`);
  database.close();
}

test("a store of an earlier version is set aside whole, in words, and the connector starts with an empty one", async () => {
  storeOf(1);
  await writeFile(file + "-wal", "what was not yet in the file");
  expect(await setAsideOldStore(file, ".data", NOW)).toBe(
    "An earlier version left its visits and links in .data, and this one does not read them. " +
      "They are set aside in .data/set-aside-2026-12-01T08-30-00; you begin with an empty store.",
  );
  const aside = join(folder, "set-aside-2026-12-01T08-30-00");
  expect(await readdir(aside)).toEqual(expect.arrayContaining(["connector.sqlite", "connector.sqlite-wal"]));
  expect(await readdir(folder)).toEqual(["set-aside-2026-12-01T08-30-00"]);
  expect(await readFile(join(aside, "connector.sqlite-wal"), "utf8")).toBe("what was not yet in the file");
  const store = openSqliteStore({ file, now: () => NOW });
  await store.ready();
  await store.close();
});

test("without being set aside it is refused, in words that say what to do", () => {
  storeOf(1);
  expect(() => openSqliteStore({ file, now: () => NOW })).toThrow(
    file +
      " was made by an earlier version of the connector, and this one does not read it. Move the file away to begin with an empty store; npm start does so by itself.",
  );
});

test("a store of this version, a newer one, none, and what is no store stay where they are", async () => {
  expect(await setAsideOldStore(file, ".data", NOW)).toBeUndefined();
  for (const version of [STORE_VERSION, STORE_VERSION + 1]) {
    storeOf(version);
    expect(await setAsideOldStore(file, ".data", NOW)).toBeUndefined();
    expect(await readdir(folder)).toEqual(["connector.sqlite"]);
    await rm(file);
  }
  await writeFile(file, "no store at all, but quite some text");
  expect(await setAsideOldStore(file, ".data", NOW)).toBeUndefined();
});
