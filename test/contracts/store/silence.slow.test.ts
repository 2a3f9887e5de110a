import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { containers } from "../../../app/records/containers.ts";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { startCosmosStandIn } from "./cosmosStandIn.ts";

test("an account that takes requests and never answers is given up on, and said to be silent", async () => {
  const now = () => new Date();
  const standIn = await startCosmosStandIn({ containers, clock: now });
  const { endpoint, database, agent } = standIn;
  const store = openCosmosStore({
    endpoint,
    database,
    agent,
    credential: standIn.directory.credential(),
    now,
  });
  standIn.failNext("silence");
  await expect(store.read("visits", "p", "one")).rejects.toHaveProperty("cause.code", "TimeoutError");
  for (const ask of [
    () => store.create("visits", { partition: "p", id: "one", body: {} }),
    () => store.list("visits", "p", { limit: 1 }),
    () => store.changes("visits", 1),
  ]) {
    for (let request = 0; request < 20; request++) standIn.failNext("silence");
    await expect(ask()).rejects.toThrow(/Cosmos did not .+ in visits: no answer/);
  }
  await standIn.stop();
});

test("a SQLite file whose lock is never let go is given up on, in words, and reads go on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "held-"));
  const file = join(folder, "never.db");
  const store = openSqliteStore({ file, now: () => new Date() });
  const other = new DatabaseSync(file);
  other.exec("begin immediate");
  const item = { partition: "p", id: "one", body: {} };
  const written = store.create("visits", item).then(
    () => "done",
    (reason: unknown) => String(reason),
  );
  expect(await store.read("visits", "p", "one")).toBeUndefined();
  expect(await written).toMatch(/never\.db is in use by another process that does not let go\. Stop it/);
  other.close();
  await store.create("visits", item);
  await store.close();
  rmSync(folder, { recursive: true });
});
