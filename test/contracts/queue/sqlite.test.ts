import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { openSqliteQueue } from "../../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { queueContract } from "./contract.ts";

const folder = mkdtempSync(join(tmpdir(), "queue-"));
afterAll(() => rmSync(folder, { recursive: true }));
const now = () => new Date();
let files = 0;
const another = () => join(folder, String(files++), "connector.sqlite");

queueContract({ where: "SQLite" }, () => {
  let ahead = 0;
  const file = another();
  const time = () => new Date(Date.now() + ahead);
  const queue = openSqliteQueue({ file, now: time });
  return Promise.resolve({
    queue,
    time,
    pass: (seconds) => Promise.resolve(void (ahead += seconds * 1000)),
    byStranger(text) {
      const other = new DatabaseSync(file);
      other.prepare("insert into messages (visible, text) values (?, ?)").run(time().getTime(), text);
      other.close();
      return Promise.resolve();
    },
  });
});

test("messages lie beside the store in its file, and are there after it is opened again", async () => {
  const file = another();
  const store = openSqliteStore({ file, now });
  const queue = openSqliteQueue({ file, now });
  await store.create("visits", { partition: "p", id: "one", body: {} });
  await queue.send("kept", 0);
  await Promise.all([store.close(), queue.close()]);
  const again = openSqliteQueue({ file, now });
  expect(await again.receive(1, 60)).toMatchObject([{ text: "kept" }]);
  await again.close();
});

test("two processes may have the file open, and no message goes to both", async () => {
  const file = another();
  const one = openSqliteQueue({ file, now });
  const other = openSqliteQueue({ file, now });
  await Promise.all(Array.from({ length: 60 }, (_, at) => one.send(String(at), 0)));
  const batches = await Promise.all([one.receive(32, 60), other.receive(32, 60), one.receive(32, 60)]);
  const ids = batches.flat().map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([60, 60]);
  await Promise.all([one.close(), other.close()]);
});

test("while another process writes for long, everybody else in this one goes on, and the message is sent then", async () => {
  const file = another();
  const queue = openSqliteQueue({ file, now });
  const other = new DatabaseSync(file);
  other.exec("begin immediate");
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const sent = queue.send("patient", 0);
  while (turns < 50) await new Promise((resolve) => setImmediate(resolve));
  clearInterval(counting);
  other.exec("commit");
  await sent;
  expect(await queue.receive(1, 60)).toMatchObject([{ text: "patient" }]);
  other.close();
  await queue.close();
});

test("one whose lease is lost spoils no other's write of the same moment", async () => {
  const queue = openSqliteQueue({ file: another(), now });
  await queue.send("one", 0);
  await queue.send("two", 0);
  const [one, two] = await queue.receive(2, 60);
  if (one === undefined || two === undefined) throw new Error("not received");
  await queue.remove(one);
  const [again, removed, sent] = await Promise.allSettled([
    queue.remove(one),
    queue.remove(two),
    queue.send("three", 0),
  ]);
  expect([again.status, removed.status, sent.status]).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(await queue.receive(32, 60)).toMatchObject([{ text: "three" }]);
  await queue.close();
});

test("while its file is away or another one is in its place, nothing is taken that would be lost, and it says so", async () => {
  const file = another();
  const store = openSqliteStore({ file, now });
  const queue = openSqliteQueue({ file, now });
  await queue.send("before", 0);
  const refused = async () => {
    const words = "connector.sqlite was removed or replaced while the connector worked with it";
    await expect(store.create("visits", { partition: "p", id: "lost", body: {} })).rejects.toThrow(words);
    await expect(store.ready()).rejects.toThrow(words);
    for (const asked of [queue.send("lost", 0), queue.receive(1, 60), queue.ready()])
      await expect(asked).rejects.toMatchObject({
        cause: { message: expect.stringContaining(words) as string },
      });
  };
  renameSync(file, file + "-away");
  await refused();
  writeFileSync(file, "");
  await refused();
  renameSync(file + "-away", file);
  await store.ready();
  await store.create("visits", { partition: "p", id: "kept", body: {} });
  expect(await queue.receive(32, 60)).toMatchObject([{ text: "before" }]);
  await Promise.all([store.close(), queue.close()]);
});

test("a closed queue answers no more, says which it was, and closing twice is fine", async () => {
  const queue = openSqliteQueue({ file: ":memory:", now });
  await queue.close();
  await queue.close();
  await expect(queue.ready()).rejects.toThrow("The queue in :memory:");
});
