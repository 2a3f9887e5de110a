import { CosmosClient } from "@azure/cosmos";
import { expect, onTestFinished, test } from "vitest";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
import type { Store } from "../../../app/ports/store.ts";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { SOMEBODY, type Caller } from "../../../infra/rehearsal/front/hosts/caller.ts";
import {
  ACTIONS,
  accountId,
  CONNECTOR,
  credentialOf,
  DATABASE,
  directory,
  ENDPOINT,
  grantData,
  makeStore,
  startDataPlanes,
  type DataPlanes,
} from "./dataPlanes.ts";

const now = () => new Date();

async function planesWith(account: Properties = {}): Promise<DataPlanes> {
  const planes = await startDataPlanes(now);
  onTestFinished(() => planes.stop());
  await makeStore(planes, account);
  return planes;
}

async function storeOn(
  planes: DataPlanes,
  { caller = SOMEBODY, claims = {} }: { caller?: Caller; claims?: Record<string, string> } = {},
): Promise<Store> {
  const agent = await planes.from(caller);
  const credential = planes.credential(claims);
  const store = openCosmosStore({ endpoint: ENDPOINT, database: DATABASE, agent, credential, now });
  onTestFinished(() => store.close());
  return store;
}

/** The message of Cosmos DB, which the adapter keeps as its error's cause. */
async function said(call: Promise<unknown>): Promise<string> {
  const refused = await call.then(
    () => "nothing: it was done",
    (error: unknown) => error,
  );
  const messages: string[] = [];
  for (let cause = refused; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
  return messages.join(" <- ") || String(refused);
}

const item = { partition: "p", id: "one", body: { of: "one" }, sort: "1" };

const NEEDS: readonly [action: string, call: (store: Store, etag: string) => Promise<unknown>][] = [
  ["readMetadata", (store) => store.create("visits", { ...item, id: "two" })],
  ["sqlDatabases/containers/items/create", (store) => store.create("visits", { ...item, id: "two" })],
  ["sqlDatabases/containers/items/read", (store) => store.read("visits", "p", "one")],
  ["sqlDatabases/containers/items/replace", (store, etag) => store.replace("visits", item, etag)],
  ["sqlDatabases/containers/items/delete", (store, etag) => store.remove("visits", "p", "one", etag)],
  [
    "sqlDatabases/containers/items/delete",
    (store, etag) => store.batch("visits", "p", [{ kind: "remove", id: "one", etag }]),
  ],
  ["sqlDatabases/containers/executeQuery", (store) => store.list("visits", "p", { limit: 1 })],
  ["sqlDatabases/containers/readChangeFeed", (store) => store.changes("visits", 1)],
];

test.each(NEEDS)(
  "without %s in the role, what needs it is refused and the action named",
  async (action, call) => {
    const planes = await planesWith();
    const granted = await grantData(planes);
    const { etag } = await (await storeOn(planes)).create("visits", item);
    await planes.vendors.delete(granted.id);
    await grantData(planes, { actions: ACTIONS.filter((one) => one !== action) });
    const store = await storeOn(planes);
    expect(await said(call(store, etag))).toContain(
      `principal [${CONNECTOR}] does not have required RBAC permissions to perform action [Microsoft.DocumentDB/databaseAccounts/${action}] on resource [dbs/connector/colls/visits]`,
    );
  },
);

test("the role may be taken away while the connector runs, and given back", async () => {
  const planes = await planesWith();
  const granted = await grantData(planes);
  const store = await storeOn(planes);
  await store.ready();
  await planes.vendors.cloud.remove(granted.id);
  expect(await said(store.ready())).toContain("status 403");
  await grantData(planes);
  await store.ready();
});

test("a role holds where it was assigned and below", async () => {
  const planes = await planesWith();
  await grantData(planes, { scope: "/dbs/connector/colls/keys" });
  const store = await storeOn(planes);
  await store.ready();
  expect(await said(store.read("visits", "p", "one"))).toContain("on resource [dbs/connector/colls/visits]");
  await grantData(planes, { scope: "" });
  expect(await store.read("visits", "p", "one")).toBeUndefined();
});

test("a role of somebody else is no role", async () => {
  const planes = await planesWith();
  const other = "7d0c5a1e-0000-4000-8000-0000000c0002";
  planes.vendors.cloud.put({ id: "/users/" + other, token: "entra:User", name: other, properties: {} });
  await grantData(planes, { to: other });
  expect(await said((await storeOn(planes)).ready())).toContain("status 403");
});

test("the built-in reader reads, and writes nothing", async () => {
  const planes = await planesWith();
  await planes.make("cosmosdb:SqlResourceSqlRoleAssignment", {
    resourceGroupName: "stores",
    accountName: "lamnavisits",
    roleAssignmentId: crypto.randomUUID(),
    roleDefinitionId: accountId + "/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001",
    principalId: CONNECTOR,
    scope: accountId,
  });
  const store = await storeOn(planes);
  expect(await store.list("visits", "p", { limit: 1 })).toEqual({ items: [] });
  expect(await said(store.create("visits", item))).toContain("containers/items/create]");
});

test.each([
  ["for another resource", { aud: "https://graph.microsoft.com" }],
  ["for another account", { aud: "https://other.documents.azure.com" }],
  ["of another directory", { tid: "aaaaaaaa-0000-4000-8000-000000000002" }],
])("a token %s is refused", async (_, claims) => {
  const planes = await planesWith();
  await grantData(planes);
  expect(await said((await storeOn(planes, { claims })).ready())).toContain("status 401");
});

test("a token for every Cosmos account is one for this one", async () => {
  const planes = await planesWith();
  await grantData(planes);
  await (await storeOn(planes, { claims: { aud: "https://cosmos.azure.com" } })).ready();
});

test("a token that the directory did not sign is refused", async () => {
  const planes = await planesWith();
  await grantData(planes);
  const agent = await planes.from(SOMEBODY);
  const credential = credentialOf(await directory());
  const store = openCosmosStore({ endpoint: ENDPOINT, database: DATABASE, agent, credential, now });
  expect(await said(store.ready())).toContain("The token is not valid");
});

test("an account whose keys are off says so to whoever brings one", async () => {
  const planes = await planesWith();
  const agent = await planes.from(SOMEBODY);
  const key = Buffer.from("an account's key").toString("base64");
  const client = new CosmosClient({
    endpoint: ENDPOINT,
    key,
    agent,
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  await expect(client.getDatabaseAccount()).rejects.toThrow("Local Authorization is disabled");
});

test("whoever brings nothing is asked for a token", async () => {
  const planes = await planesWith();
  const { fetch } = await planes.front.entryPoint(SOMEBODY);
  const response = await fetch(ENDPOINT, { headers: { "x-ms-version": "2020-07-15" } });
  expect([response.status, await response.json()]).toEqual([
    401,
    {
      code: "Unauthorized",
      message: expect.stringContaining("Required Header authorization is missing") as string,
    },
  ]);
});

test("no role makes databases and containers: that is Azure Resource Manager's", async () => {
  const planes = await planesWith();
  await grantData(planes, { scope: "" });
  const agent = await planes.from(SOMEBODY);
  const client = new CosmosClient({ endpoint: ENDPOINT, aadCredentials: planes.credential(), agent });
  await expect(client.databases.create({ id: "more" })).rejects.toThrow(
    "The given request [POST /dbs] cannot be authorized by AAD token in data plane",
  );
  await expect(client.database(DATABASE).containers.create({ id: "more" })).rejects.toThrow(
    "[POST /dbs/connector/colls]",
  );
});
