import { CosmosClient, type Resource } from "@azure/cosmos";
import { expect, onTestFinished, test } from "vitest";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
import type { Store } from "../../../app/ports/store.ts";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { SOMEBODY } from "../../../infra/rehearsal/front/hosts/caller.ts";
import {
  accountId,
  DATABASE,
  ENDPOINT,
  grantData,
  makeStore,
  startDataPlanes,
  type DataPlanes,
} from "./dataPlanes.ts";

async function stored(
  account: Properties = {},
  now = () => new Date(),
): Promise<{ planes: DataPlanes; store: Store }> {
  const planes = await startDataPlanes(now);
  onTestFinished(() => planes.stop());
  await makeStore(planes, account);
  await grantData(planes);
  const agent = await planes.from(SOMEBODY);
  const credential = planes.credential();
  const store = openCosmosStore({
    endpoint: ENDPOINT,
    database: DATABASE,
    agent,
    credential,
    now: () => new Date(),
  });
  onTestFinished(() => store.close());
  return { planes, store };
}

/** A client with endpoint discovery, the SDK's default, so that it calls the region that the account names. */
async function clientOf(planes: DataPlanes): Promise<CosmosClient> {
  const agent = await planes.from(SOMEBODY);
  const client = new CosmosClient({ endpoint: ENDPOINT, aadCredentials: planes.credential(), agent });
  onTestFinished(() => client.dispose());
  return client;
}

const visits = `${accountId}/sqlDatabases/${DATABASE}/containers/visits`;
const item = { partition: "p", id: "one", body: { of: "one" } };

test("a container that the cloud does not hold is missing, and one made again is empty", async () => {
  const { planes, store } = await stored();
  await store.create("visits", item);
  const { properties } = planes.vendors.cloud.find(visits) ?? {};
  await planes.vendors.delete(visits);
  await expect(store.read("visits", "p", "one")).rejects.toThrow("the container or its database is missing");
  await planes.make("cosmosdb:SqlResourceSqlContainer", {
    resourceGroupName: "stores",
    accountName: "lamnavisits",
    databaseName: DATABASE,
    containerName: "visits",
    ...properties,
  });
  expect(await store.read("visits", "p", "one")).toBeUndefined();
});

test("a change of the container keeps its items", async () => {
  const { planes, store } = await stored();
  await store.create("visits", item);
  await planes.vendors.cloud.change(visits, { resource: { defaultTtl: 3600 } });
  expect((await store.read("visits", "p", "one"))?.body).toEqual({ of: "one" });
});

test.each([
  ["no time to live keeps what its items say", undefined, "there"],
  ["-1 goes by its items", -1, "gone"],
  ["a time to live of its own lets go of items that say nothing", 5, "gone"],
])("a container with %s", async (_, defaultTtl, expected) => {
  let passed = 0;
  const { planes } = await stored({}, () => new Date(Date.now() + passed));
  await planes.make("cosmosdb:SqlResourceSqlContainer", {
    resourceGroupName: "stores",
    accountName: "lamnavisits",
    databaseName: DATABASE,
    containerName: "timed",
    resource: {
      id: "timed",
      partitionKey: { kind: "Hash", paths: ["/clinic"] },
      ...(defaultTtl !== undefined && { defaultTtl }),
    },
  });
  const client = await clientOf(planes);
  const timed = client.database(DATABASE).container("timed");
  await timed.items.create({ id: "a", clinic: "c", ...(defaultTtl !== 5 && { ttl: 10 }) });
  passed = 11_000;
  const { resource } = await timed.item("a", "c").read<{ id: string }>();
  expect(resource === undefined ? "gone" : "there").toBe(expected);
});

test("an item that is replaced keeps its own ids, and what is refused is told as a list within the text", async () => {
  const { planes } = await stored();
  const container = (await clientOf(planes)).database(DATABASE).container("visits");
  const own = ({ resource }: { resource?: Resource | undefined }) => [resource?._rid, resource?._self];
  const made = await container.items.create<object>({ id: "one", partition: "p" });
  const replaced = await container.item("one", "p").replace<object>({ id: "one", partition: "p", of: "two" });
  expect(own(replaced)).toEqual(own(made));
  await expect(container.items.create({ id: "one", partition: "p" })).rejects.toThrow(
    /Message: \{"Errors":\["Resource with specified id or name already exists\."\]\}/,
  );
});

test("the account's consistency is the one that the stack asked for", async () => {
  const { planes, store } = await stored({ consistencyPolicy: { defaultConsistencyLevel: "Session" } });
  await expect(store.ready()).rejects.toThrow("default consistency is Session; set it to Strong");
  await planes.vendors.cloud.change(accountId, { consistencyPolicy: { defaultConsistencyLevel: "Strong" } });
  await store.ready();
});

test("the account names the host of its region, which answers, too", async () => {
  const { planes, store } = await stored();
  await store.create("visits", item);
  const client = await clientOf(planes);
  const { resource } = await client
    .database(DATABASE)
    .container("visits")
    .item("one", "p")
    .read<{ id: string }>();
  expect(resource?.id).toBe("one");
  const hosts = () => planes.front.received().map(({ host }) => host);
  await expect.poll(hosts).toContain("lamnavisits-eastus2.documents.azure.com");
});

test("an account that the cloud does not hold is nobody's host", async () => {
  const { planes } = await stored();
  const agent = await planes.from(SOMEBODY);
  const endpoint = "https://lamnavisit.documents.azure.com";
  const store = openCosmosStore({
    endpoint,
    database: DATABASE,
    agent,
    credential: planes.credential(),
    now: () => new Date(),
  });
  await expect(store.ready()).rejects.toThrow("Cosmos did not read an item in keys");
  expect(planes.front.refused()).toEqual(["lamnavisit.documents.azure.com"]);
});

test("what Cosmos may know and the rehearsal does not is refused, and remembered", async () => {
  const { planes } = await stored();
  const client = await clientOf(planes);
  const { items } = client.database(DATABASE).container("visits");
  await expect(
    items.query("SELECT VALUE COUNT(1) FROM c", { partitionKey: "p" }).fetchAll(),
  ).rejects.toThrow();
  expect(planes.plane.unspoken.join()).toContain("DOES NOT SPEAK THIS");
});
