import { randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../app/adapters/sqlite/database.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { StoreConflict, StoreFault } from "../../../app/ports/store.ts";
import { storeContract } from "./contract.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const now = () => new Date();

storeContract({ column: "sqlite" }, (clock) =>
  openSqliteStore({ file: join(folder, "contract", "store.db"), now: clock.now }),
);

const address = { partition: "p", id: "one", body: { kept: true } };

test("what was answered is on the disk, so that no power failure takes it back", () => {
  const database = openDatabase(join(folder, "durable.db"));
  onTestFinished(() => database.close());
  const set = (name: string) => database.prepare("pragma " + name).get()?.[name];
  // 2 is FULL, 1 is on: https://sqlite.org/pragma.html#pragma_synchronous
  expect([set("journal_mode"), set("synchronous"), set("fullfsync")]).toEqual(["wal", 2, 1]);
});

test("what was written is there after the file is opened again", async () => {
  const file = join(folder, "again.db");
  const first = openSqliteStore({ file, now });
  const { etag } = await first.create("visits", address);
  const { next } = await first.changes("visits", 10);
  await first.close();
  const second = openSqliteStore({ file, now });
  expect(await second.read("visits", "p", "one")).toEqual({ ...address, etag });
  await second.remove("visits", "p", "one", etag);
  await second.create("visits", address);
  expect((await second.changes("visits", 10, next)).items).toHaveLength(1);
  await second.close();
});

test("a refused write brings nothing to the disk, and none of those beside it is lost", async () => {
  const file = join(folder, "refused.db");
  const store = openSqliteStore({ file, now });
  const { etag } = await store.create("visits", address);
  const wrote = () => statSync(file + "-wal").size;
  const before = wrote();
  const refused = [store.create("visits", address), store.replace("visits", { ...address, body: {} }, "0")];
  for (const write of refused) await expect(write).rejects.toThrow(StoreConflict);
  expect(wrote()).toBe(before);
  const [, beside] = await Promise.allSettled([
    store.create("visits", address),
    store.create("visits", { ...address, id: "two" }),
  ]);
  expect(beside.status).toBe("fulfilled");
  expect(wrote()).toBeGreaterThan(before);
  expect((await store.read("visits", "p", "one"))?.etag).toBe(etag);
  expect(await store.read("visits", "p", "two")).toBeDefined();
  await store.close();
});

test("two processes may have the file open, and see what the other wrote", async () => {
  const file = join(folder, "shared.db");
  const one = openSqliteStore({ file, now });
  const other = openSqliteStore({ file, now });
  const { etag } = await one.create("visits", address);
  await other.replace("visits", { ...address, body: { kept: "changed" } }, etag);
  expect((await one.read("visits", "p", "one"))?.body).toEqual({ kept: "changed" });
  await Promise.all([one.close(), other.close()]);
});

test("reads asked for at once are answered each for itself, and see what was written before", async () => {
  const file = join(folder, "together.db");
  const store = openSqliteStore({ file, now });
  const other = openSqliteStore({ file, now });
  const { etag } = await store.create("visits", address);
  await other.replace("visits", { ...address, body: { kept: "changed" } }, etag);
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
  // The lock is gone, so others can write again.
  await other.create("visits", { ...address, id: "two" });
  expect((await store.read("visits", "p", "two"))?.body).toEqual({ kept: true });
  await Promise.all([store.close(), other.close()]);
  const late = Promise.allSettled([store.read("visits", "p", "one"), store.read("visits", "p", "two")]);
  expect((await late).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

/** A machine's clock, which somebody may set, and its uptime, which nobody can. */
function aMachine() {
  const machine = { ran: 0, set: 0, told: [] as string[] };
  const options = {
    now: () => new Date(START + machine.ran + machine.set),
    uptime: () => machine.ran,
    tell: (words: string) => void machine.told.push(words),
  };
  return Object.assign(machine, { options });
}
const START = Date.parse("2026-03-01T12:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the sweep of what has expired", () => {
  /** A store with items that expire in an hour, on a machine of its own. */
  const used = async (name: string, count: number) => {
    const machine = aMachine();
    const file = join(folder, name);
    const store = openSqliteStore({ file, ...machine.options });
    onTestFinished(() => store.close());
    const expiresAt = new Date(machine.options.now().getTime() + HOUR);
    const ids = Array.from({ length: count }, (_, at) => String(at));
    await Promise.all(ids.map((id) => store.create("visits", { partition: "p", id, body: {}, expiresAt })));
    /** Makes so many writes that a sweep is done if one is due. */
    const write = async () => {
      const others = Array.from({ length: 100 }, () => ({ partition: "p", id: randomUUID(), body: {} }));
      await Promise.all(others.map((item) => store.create("staffAccounts", item)));
    };
    const left = () => {
      const database = new DatabaseSync(file, { readOnly: true });
      const counted = database.prepare("select count(*) as n from items where container = 'visits'").get();
      database.close();
      return counted?.["n"];
    };
    return { machine, store, write, left };
  };

  test("takes what expired an hour ago by a clock that went evenly", async () => {
    const { machine, write, left } = await used("swept.db", 250);
    machine.ran += 1.5 * HOUR;
    await write();
    expect(left()).toBe(250);
    machine.ran += 1.5 * HOUR;
    await write();
    expect([left(), machine.told]).toEqual([0, []]);
  });

  test("takes nothing by a clock that is ten days ahead for a moment, and says that it was wrong", async () => {
    const { machine, store, write, left } = await used("ahead.db", 20);
    machine.ran += HOUR / 2;
    machine.set = 10 * DAY;
    for (let minute = 0; minute < 10; minute++, machine.ran += 60_000) await write();
    expect(await store.read("visits", "p", "0")).toBeUndefined();
    machine.set = 0;
    await write();
    expect(left()).toBe(20);
    expect(await store.read("visits", "p", "0")).toBeDefined();
    expect(machine.told).toEqual([
      expect.stringMatching(
        /^This machine's clock went back from 2026-03-11T12:40Z to 2026-03-01T12:40Z: .* set it by a time service\.$/,
      ),
    ]);
  });

  test("takes nothing while a process starts with such a clock", async () => {
    const { machine, store, left } = await used("begun.db", 20);
    await store.close();
    machine.set = 10 * DAY;
    const other = openSqliteStore({ file: join(folder, "begun.db"), ...machine.options });
    const ids = Array.from({ length: 300 }, (_, at) => String(at));
    await Promise.all(ids.map((id) => other.create("staffAccounts", { partition: "q", id, body: {} })));
    await other.close();
    expect(left()).toBe(20);
  });
});

test("a file that was written later than the clock shows is opened, and the clock is doubted in words", async () => {
  const file = join(folder, "later.db");
  await openSqliteStore({ file, now }).close();
  const told: string[] = [];
  const past = new Date(Date.now() - HOUR);
  const store = openSqliteStore({ file, now: () => past, tell: (words) => void told.push(words) });
  await store.close();
  expect(told).toEqual([expect.stringContaining("This machine's clock went back from ")]);
});

describe("a store that has lost its last writes says so once", () => {
  const opened = (file: string) => {
    const told: string[] = [];
    const store = openSqliteStore({ file, now, tell: (words) => void told.push(words) });
    return { store, told };
  };
  const parts = ["", "-wal", "-shm", "-last"];
  /** A copy of a store's files as a killed process leaves them. */
  const killed = async (name: string) => {
    const [from, to] = [join(folder, name), join(folder, "killed-" + name)];
    const { store, told } = opened(from);
    for (let at = 0; at < 40; at++) await store.create("visits", { ...address, id: String(at) });
    for (const part of parts) copyFileSync(from + part, to + part);
    await store.close();
    expect(told).toEqual([]);
    return to;
  };
  const reopened = async (file: string) => {
    const { store, told } = opened(file);
    const kept = (await store.changes("visits", 100)).items.length;
    await store.close();
    const again = opened(file);
    await again.store.close();
    expect(again.told).toEqual([]);
    return { kept, told };
  };

  test("not when it was only killed", async () => {
    expect(await reopened(await killed("whole.db"))).toEqual({ kept: 40, told: [] });
  });

  test.each([
    ["a byte", 1],
    ["some pages", 40_000],
  ])("when its -wal lacks %s", async (_what, bytes) => {
    const file = await killed(`short-${String(bytes)}.db`);
    truncateSync(file + "-wal", statSync(file + "-wal").size - bytes);
    const { kept, told } = await reopened(file);
    expect(kept).toBeLessThan(40);
    expect(told).toEqual([
      expect.stringContaining(`${file} lacks its last writes (${String(40 - kept)} of them)`),
    ]);
    expect(told[0]).toMatch(/put the newest copy back, or renew those links\.$/);
  });

  test("when an older copy was put in its place", async () => {
    const file = await killed("older.db");
    const copy = openSqliteStore({ file: join(folder, "copy.db"), now });
    await copy.create("visits", address);
    await copy.close();
    for (const part of parts.slice(1, 3)) rmSync(file + part);
    copyFileSync(join(folder, "copy.db"), file);
    expect((await reopened(file)).told).toHaveLength(1);
  });
});

describe("damage is said in words, with the file and what to do", () => {
  const RESTORE =
    /Stop the connector and put back a copy of the file .*; or move it away to begin with an empty store/;
  /** A closed store of many rows. */
  const filled = async (name: string) => {
    const file = join(folder, name);
    const store = openSqliteStore({ file, now });
    for (let at = 0; at < 100; at++)
      await store.create("visits", { ...address, id: String(at), body: { much: "x".repeat(1000) } });
    await store.close();
    return file;
  };
  const alter = (file: string, sql: string) => {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
  };

  test("a page that was overwritten, at the start", async () => {
    const file = await filled("page.db");
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * 9);
    closeSync(descriptor);
    expect(() => openSqliteStore({ file, now })).toThrow(StoreFault);
    expect(() => openSqliteStore({ file, now })).toThrow(/page\.db is damaged/);
    expect(() => openSqliteStore({ file, now })).toThrow(RESTORE);
  });

  test("a file without its table, at the start and while it is open", async () => {
    const file = await filled("table.db");
    const store = openSqliteStore({ file, now });
    alter(file, "drop table items");
    await expect(store.read("visits", "p", "1")).rejects.toThrow(/table\.db lacks a table/);
    await expect(store.create("visits", { ...address, id: "new" })).rejects.toThrow(RESTORE);
    await store.close();
    expect(() => openSqliteStore({ file, now })).toThrow(/table\.db lacks a table/);
  });

  test("another program's database is left as it was", () => {
    const file = join(folder, "another.db");
    alter(file, "create table letters (text text)");
    chmodSync(file, 0o644);
    const before = readFileSync(file);
    expect(() => openSqliteStore({ file, now })).toThrow(/another\.db is another program's database/);
    expect([statSync(file).mode & 0o777, readFileSync(file).equals(before)]).toEqual([0o644, true]);
  });

  test("a file that is no database is left as it was", () => {
    const file = join(folder, "letters.txt");
    writeFileSync(file, "Dear colleague, ".repeat(100), { mode: 0o644 });
    expect(() => openSqliteStore({ file, now })).toThrow(/letters\.txt is not a store of the connector/);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder).filter((name) => name.startsWith("letters"))).toEqual(["letters.txt"]);
  });

  test.each([
    ["cut off", '{"much":"Secret Name'],
    ["no object", "7"],
  ])(
    "a row whose body is %s, without a word of what it holds; its neighbours are read",
    async (how, body) => {
      const file = await filled(how.replace(" ", "-") + ".db");
      const store = openSqliteStore({ file, now });
      onTestFinished(() => store.close());
      alter(file, `update items set body = '${body}' where id = '7'`);
      const [seven, eight] = await Promise.allSettled([
        store.read("visits", "p", "7"),
        store.read("visits", "p", "8"),
      ]);
      expect(eight.status).toBe("fulfilled");
      const reason = seven.status === "rejected" ? (seven.reason as Error) : new Error("it was read");
      expect(reason).toBeInstanceOf(StoreFault);
      expect(reason.message).toMatch(/holds a damaged row\. Stop .* delete from items where seq = 8$/);
      expect(reason.message + String(reason.cause)).not.toContain("Secret");
    },
  );
});

describe("while another process holds the file's lock", () => {
  const held = async (name: string) => {
    const file = join(folder, name);
    const store = openSqliteStore({ file, now });
    onTestFinished(() => store.close());
    const { etag } = await store.create("visits", address);
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec("begin immediate");
    return { file, store, other, etag };
  };

  test("reads go on, and a write is done as soon as it lets go", async () => {
    const { store, other, etag } = await held("held.db");
    let isDone = false;
    const writes = Promise.all([
      store.replace("visits", { ...address, body: { kept: "new" } }, etag),
      store.create("visits", { ...address, id: "two" }),
      store.batch("visits", "p", [{ kind: "create", item: { ...address, id: "three" } }]),
    ]).then(() => (isDone = true));
    for (let reads = 0; reads < 200; reads++)
      expect((await store.read("visits", "p", "one"))?.body).toEqual({ kept: true });
    expect(isDone).toBe(false);
    other.exec("commit");
    await writes;
    expect((await store.read("visits", "p", "one"))?.body).toEqual({ kept: "new" });
  });

  test("a store can be opened", async () => {
    const { file } = await held("opened.db");
    const second = openSqliteStore({ file, now });
    expect((await second.read("visits", "p", "one"))?.body).toEqual({ kept: true });
    await second.close();
  });
});

test.skipIf(process.platform === "win32")(
  "the file, what lies beside it, and its folder are their owner's alone",
  async () => {
    const file = join(folder, "deep", "owned.db");
    const store = openSqliteStore({ file, now });
    await store.create("visits", address);
    const modes = () => ["", "-wal", "-shm", "-last"].map((part) => statSync(file + part).mode & 0o777);
    expect([statSync(join(folder, "deep")).mode & 0o777, ...modes()]).toEqual([
      0o700, 0o600, 0o600, 0o600, 0o600,
    ]);
    for (const part of ["", "-wal", "-shm"]) chmodSync(file + part, 0o644);
    const second = openSqliteStore({ file, now });
    expect(modes()).toEqual([0o600, 0o600, 0o600, 0o600]);
    await Promise.all([store.close(), second.close()]);
  },
);

test("a closed store answers no more, and closing twice is fine", async () => {
  const store = openSqliteStore({ file: ":memory:", now });
  await store.close();
  await store.close();
  await expect(store.ready()).rejects.toThrow(/^:memory: cannot be used/);
});

test("a file that is no store is refused with what to do", () => {
  const file = join(folder, "letter.db");
  writeFileSync(file, "Dear hospital,\n".repeat(100));
  expect(() => openSqliteStore({ file, now })).toThrow(
    /letter\.db is not a store of the connector.*or move it away/,
  );
});

test("a path where no file can be is refused with what to do", () => {
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
