import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { storeContract } from "./contract.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const now = () => new Date();

storeContract({ column: "sqlite" }, (clock) =>
  openSqliteStore({ file: join(folder, "contract", "store.db"), now: clock.now }),
);

const place = { partition: "p", id: "one", body: { kept: true } };

test("what was written is there after the file is opened again", async () => {
  const file = join(folder, "again.db");
  const first = openSqliteStore({ file, now });
  const { etag } = await first.create("visits", place);
  const { next } = await first.changes("visits", 10);
  await first.close();
  const second = openSqliteStore({ file, now });
  expect(await second.read("visits", "p", "one")).toEqual({ ...place, etag });
  await second.remove("visits", "p", "one", etag);
  await second.create("visits", place);
  expect((await second.changes("visits", 10, next)).items).toHaveLength(1);
  await second.close();
});

test("two processes may have the file open, and see what the other wrote", async () => {
  const file = join(folder, "shared.db");
  const one = openSqliteStore({ file, now });
  const other = openSqliteStore({ file, now });
  const { etag } = await one.create("visits", place);
  await other.replace("visits", { ...place, body: { kept: "changed" } }, etag);
  expect((await one.read("visits", "p", "one"))?.body).toEqual({ kept: "changed" });
  await Promise.all([one.close(), other.close()]);
});

test("reads asked for at once are answered each for itself, and see what was written before", async () => {
  const file = join(folder, "together.db");
  const store = openSqliteStore({ file, now });
  const other = openSqliteStore({ file, now });
  const { etag } = await store.create("visits", place);
  await other.replace("visits", { ...place, body: { kept: "changed" } }, etag);
  const answers = await Promise.allSettled([
    store.read("visits", "p", "one"),
    store.read("visits", "p", "not/an id"),
    store.read("visits", "p", "none"),
    store.read("visits", "p", "one"),
  ]);
  const [first, unstorable, none, last] = answers.map((answer) =>
    answer.status === "fulfilled" ? answer.value?.body : (answer.reason as unknown),
  );
  expect([first, none, last]).toEqual([{ kept: "changed" }, undefined, { kept: "changed" }]);
  expect(unstorable).toBeInstanceOf(RangeError);
  // The file is free again for whoever writes.
  await other.create("visits", { ...place, id: "two" });
  expect((await store.read("visits", "p", "two"))?.body).toEqual({ kept: true });
  await Promise.all([store.close(), other.close()]);
  const late = Promise.allSettled([store.read("visits", "p", "one"), store.read("visits", "p", "two")]);
  expect((await late).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

test("expired items leave the file as others are written", async () => {
  const file = join(folder, "swept.db");
  let time = Date.now();
  const store = openSqliteStore({ file, now: () => new Date(time) });
  for (let at = 0; at < 250; at++)
    await store.create("signIns", {
      partition: "p",
      id: String(at),
      body: {},
      expiresAt: new Date(time + 1000),
    });
  time += 1000;
  for (let at = 0; at < 250; at++)
    await store.create("staffAccounts", { partition: "p", id: String(at), body: {} });
  await store.close();
  const database = new DatabaseSync(file);
  expect(database.prepare("select count(*) as n from items where container = 'signIns'").get()).toEqual({
    n: 0,
  });
  database.close();
});

test("a closed store answers no more, and closing twice is fine", async () => {
  const store = openSqliteStore({ file: ":memory:", now });
  await store.close();
  await store.close();
  await expect(store.ready()).rejects.toThrow("The store in :memory:");
});

test("a file that is no store is refused with what to do", () => {
  const file = join(folder, "letter.db");
  writeFileSync(file, "Dear hospital,\n".repeat(100));
  expect(() => openSqliteStore({ file, now })).toThrow(
    /letter\.db is not a store of the connector.*Move it away/,
  );
});

test("a place where no file can be is refused with what to do", () => {
  const asFolder = join(folder, "folder.db");
  mkdirSync(asFolder);
  const underFile = join(folder, "file", "store.db");
  writeFileSync(join(folder, "file"), "");
  for (const file of [asFolder, underFile])
    expect(() => openSqliteStore({ file, now })).toThrow(
      /cannot be made or opened\. Name a file in a folder/,
    );
});

test("a store of a newer version is refused, and left as it was", () => {
  const file = join(folder, "newer.db");
  const newer = new DatabaseSync(file);
  newer.exec("create table items (other text); pragma user_version = 99");
  newer.close();
  expect(() => openSqliteStore({ file, now })).toThrow(
    /newer version.*Start that version again, or move the file away/,
  );
});

test("a continuation of another store is refused", async () => {
  const store = openSqliteStore({ file: ":memory:", now });
  await expect(store.changes("visits", 1, "{}")).rejects.toThrow("continuation");
  await expect(store.list("visits", "p", { limit: 1, continuation: "e30" })).rejects.toThrow("continuation");
  await store.close();
});
