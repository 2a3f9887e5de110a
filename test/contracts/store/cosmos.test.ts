import { DefaultAzureCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StoreConflict } from "../../../app/ports/store.ts";
import { containers } from "../../../app/records/containers.ts";
import { changeRow, createOrRead } from "../../../app/records/writing.ts";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
import { startCosmosStandIn, type CosmosStandIn } from "./cosmosStandIn.ts";
import { notProved, storeContract } from "./contract.ts";
import { Clock } from "./storeUnderTest.ts";
import { Refused } from "../../../infra/rehearsal/planes/cosmos/refused.ts";

const now = () => new Date();
const visit = { partition: "p", id: "one", body: { of: "one" } };
/** A service whose clock stands still, so that it keeps items that have expired for us. The other one's clock is ours. */
let still: CosmosStandIn;
let moving: CosmosStandIn;
let serviceNow = now;

beforeAll(async () => {
  const start = new Date();
  still = await startCosmosStandIn({ containers, clock: () => start });
  moving = await startCosmosStandIn({ containers, clock: () => serviceNow() });
});
afterAll(async () => {
  await Promise.all([still.stop(), moving.stop()]);
  expect([...still.unspoken, ...moving.unspoken]).toEqual([]);
});

const storeOn = (
  { endpoint, database, agent, directory }: CosmosStandIn,
  clock: { now: () => Date } = { now },
) => openCosmosStore({ endpoint, database, agent, credential: directory.credential(), now: clock.now });

storeContract({ column: "cosmos stand-in", how: "which still holds what has expired" }, (clock) =>
  storeOn(still, clock),
);
storeContract({ column: "cosmos stand-in", how: "which lets go of what has expired" }, (clock) => {
  serviceNow = clock.now;
  return storeOn(moving, clock);
});

const endpoint = process.env["COSMOS_TEST_ENDPOINT"];
const database = process.env["COSMOS_TEST_DATABASE"];
if (endpoint === undefined || database === undefined)
  notProved("endpoint", "COSMOS_TEST_ENDPOINT and COSMOS_TEST_DATABASE name no account");
else {
  const credential = new DefaultAzureCredential();
  storeContract({ column: "endpoint" }, (clock) =>
    openCosmosStore({ endpoint, database, credential, now: clock.now }),
  );
}

test("Cosmos DB is told to let go of an item within a second after it expires, never before", async () => {
  const clock = new Clock(new Date("2026-03-01T12:00:00.400Z"));
  serviceNow = clock.now;
  const store = storeOn(moving, clock);
  const expiresAt = clock.inSeconds(10.1);
  await store.create("visits", { ...visit, id: "rounded", expiresAt });
  clock.moveTo(new Date(expiresAt.getTime() - 1));
  expect(await store.read("visits", "p", "rounded")).toBeDefined();
  await store.close();
});

describe("a machine whose clock is off", () => {
  const REAL = Date.parse("2026-03-01T12:00:00Z");
  const DAY = 86_400_000;
  /** A store on a machine whose clock is off by `milliseconds`, and what its log was told. */
  const offBy = (milliseconds: number) => {
    const told: string[] = [];
    serviceNow = () => new Date(REAL);
    const { endpoint, database, agent, directory } = moving;
    const credential = directory.credential();
    const clock = () => new Date(REAL + milliseconds);
    const tell = (words: string) => void told.push(words);
    return { told, store: openCosmosStore({ endpoint, database, agent, credential, now: clock, tell }) };
  };
  const item = (id: string) => ({ ...visit, id, expiresAt: new Date(REAL + 7 * DAY) });

  test.each([
    [
      "ten days ahead",
      10 * DAY,
      /is 14400 minutes ahead of the Cosmos account's\. .*set it by a time service/,
    ],
    ["five days ahead", 5 * DAY, /is 7200 minutes ahead of/],
    ["ten days behind", -10 * DAY, /is 14400 minutes behind the Cosmos account's/],
  ])(
    "%s takes no living item for an expired one, lets the service keep it as long as it must, and is told so once",
    async (how, off, words) => {
      const { store, told } = offBy(off);
      await store.ready();
      const made = await store.create("visits", item(how));
      await store.replace("visits", { ...item(how), body: { of: "changed" } }, made.etag);
      expect((await store.read("visits", "p", how))?.body).toEqual({ of: "changed" });
      await expect(store.create("visits", item(how))).rejects.toBeInstanceOf(StoreConflict);
      await store.close();
      serviceNow = () => new Date(REAL + 7 * DAY - 1000);
      const right = storeOn(moving, { now: serviceNow });
      expect((await right.read("visits", "p", how))?.body).toEqual({ of: "changed" });
      await right.close();
      expect(told).toEqual([expect.stringMatching(words)]);
    },
  );

  test("some minutes ahead is told, and believed", async () => {
    const { store, told } = offBy(600_000);
    await store.ready();
    expect(told).toEqual([expect.stringContaining("is 10 minutes ahead of")]);
    await store.close();
  });

  test("a minute ahead is nothing to tell", async () => {
    const { store, told } = offBy(60_000);
    await store.ready();
    expect(told).toEqual([]);
    await store.close();
  });
});

test("a throttled write is repeated, and done once", async () => {
  const store = storeOn(still);
  still.failNext(new Refused(429, "Request rate is large", 3200, { "x-ms-retry-after-ms": "1" }));
  const { etag } = await store.create("visits", { ...visit, id: "throttled" });
  expect((await store.read("visits", "p", "throttled"))?.etag).toBe(etag);
  await store.close();
});

describe("a write that the service ran against another one (449, retry with)", () => {
  const retryWith = () => new Refused(449, "The operation encountered a transient error. Retry it.");

  test("is a lost race to whoever replaces, removes or writes a batch, and changes nothing", async () => {
    const store = storeOn(still);
    const item = { ...visit, partition: "race", id: "met" };
    const { etag } = await store.create("visits", item);
    for (const write of [
      () => store.replace("visits", { ...item, body: {} }, etag),
      () => store.remove("visits", item.partition, item.id, etag),
      () => store.batch("visits", item.partition, [{ kind: "replace", item: { ...item, body: {} }, etag }]),
    ]) {
      still.failNext(retryWith());
      await expect(write()).rejects.toBeInstanceOf(StoreConflict);
    }
    expect(await store.read("visits", item.partition, item.id)).toEqual({ ...item, etag });
    await store.close();
  });

  test("is made again where a record is made or changed, and nobody hears of it", async () => {
    const store = storeOn(still);
    const item = { ...visit, partition: "race", id: "again" };
    still.failNext(retryWith());
    await createOrRead(store, "visits", item);
    const address = { partition: item.partition, id: item.id };
    const changed = changeRow(store, "visits", address, () => {
      if (!told) still.failNext(retryWith());
      told = true;
      return { body: { of: "changed" } };
    });
    let told = false;
    expect((await changed)?.body).toEqual({ of: "changed" });
    await store.close();
  });
});

test("a write that the service failed is not repeated, and the reason is kept", async () => {
  const store = storeOn(still);
  still.failNext(new Refused(500, "The service is not well"));
  const failing = store.create("visits", { ...visit, id: "failed" });
  await expect(failing).rejects.toThrow("Cosmos did not create an item in visits: status 500");
  await expect(failing).rejects.toHaveProperty(
    "cause.message",
    expect.stringMatching(/^The service is not well\r\nActivityId: /),
  );
  expect(await store.read("visits", "p", "failed")).toBeUndefined();
  await store.close();
});

test("a token for another resource is refused, and the store is not ready", async () => {
  const { endpoint, database, agent, directory } = still;
  const credential = directory.credential("https://graph.microsoft.com");
  const store = openCosmosStore({ endpoint, database, agent, credential, now });
  await expect(store.ready()).rejects.toThrow("status 401");
  await expect(store.create("visits", visit)).rejects.toThrow("status 401");
});

test("a missing database is no empty one", async () => {
  const { endpoint, agent, directory } = still;
  const store = openCosmosStore({
    endpoint,
    agent,
    database: "other",
    credential: directory.credential(),
    now,
  });
  for (const ask of [
    () => store.ready(),
    () => store.read("visits", "p", "one"),
    () => store.create("visits", visit),
    () => store.replace("visits", visit, "etag"),
    () => store.remove("visits", "p", "one", "etag"),
    () => store.batch("visits", "p", [{ kind: "create", item: visit }]),
    () => store.list("visits", "p", { limit: 1 }),
    () => store.changes("visits", 1),
  ])
    await expect(ask()).rejects.toThrow("the container or its database is missing; pulumi up makes it");
});

test("the regions of its copies are known once it is ready", async () => {
  const account = await startCosmosStandIn({ containers, clock: now });
  const store = storeOn(account);
  expect(store.regions()).toEqual([]);
  await store.ready();
  expect(store.regions()).toEqual(["West Europe"]);
  await account.stop();
});

test("an account whose instances would read stale items is not ready", async () => {
  const weak = await startCosmosStandIn({ containers, clock: now, consistency: "Session" });
  await expect(storeOn(weak).ready()).rejects.toThrow("default consistency is Session; set it to Strong");
  await weak.stop();
});

test("an account that is not there is said at once, not after two minutes", async () => {
  const gone = await startCosmosStandIn({ containers, clock: now });
  await gone.stop();
  await expect(storeOn(gone).ready()).rejects.toThrow("Cosmos did not read an item in keys: no answer");
});
