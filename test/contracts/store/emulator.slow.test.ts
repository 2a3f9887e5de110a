import { existsSync } from "node:fs";
import type https from "node:https";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll } from "vitest";
import { containers } from "../../../app/records/containers.ts";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
import { notProved, storeContract, type DatabaseUnderTest } from "./contract.ts";
import { loopbackCertificate, type LoopbackCertificate } from "./standIn/certificate.ts";
import { directory } from "./standIn/tokens.ts";

const NO_BATCH =
  "its batch is no transaction, and wants a partition key with each write; proved on the stand-in";
const NO_FEED =
  "its change feed is one page, in no order, and nothing new ever after; proved on the stand-in";
const WRONG: DatabaseUnderTest["wrong"] = {
  "an expired item is in no change feed, and ends none": NO_FEED,
  "a batch counts expired items as absent": NO_BATCH,
  "a batch creates, replaces and removes together": NO_BATCH,
  "a batch whose third write fails leaves nothing": NO_BATCH,
  "a batch with a stale ETag leaves nothing": NO_BATCH,
  "what is refused spoils nothing that was asked for at the same time": NO_BATCH,
  "changes come oldest first within a partition, each item once as it is now": NO_FEED,
  "a continuation goes on with what changed since": NO_FEED,
  "nothing new is an empty page whose continuation is good later": NO_FEED,
  "small pages give each change once": NO_FEED,
  "a store that answers is ready":
    "it calls its consistency Session, which the adapter refuses; proved on the stand-in",
};

const EMULATORS = new URL("../../emulators/package.json", import.meta.url);

if (existsSync(new URL("node_modules/@vercel/cosmosdb-server", EMULATORS))) {
  let server: https.Server;
  let certificate: LoopbackCertificate;
  let endpoint: string;

  beforeAll(async () => {
    certificate = await loopbackCertificate();
    const emulator = createRequire(EMULATORS)("@vercel/cosmosdb-server") as {
      createHttpsServer(options: https.ServerOptions): https.Server;
    };
    server = emulator.createHttpsServer({ key: certificate.key, cert: certificate.cert, keepAlive: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const client = new CosmosClient({
      endpoint,
      key: Buffer.from("any key is accepted").toString("base64"),
      agent: certificate.agent,
      connectionPolicy: { enableEndpointDiscovery: false },
    });
    const { database } = await client.databases.create({ id: "connector" });
    for (const { name, partitionKey } of containers)
      await database.containers.create({ id: name, partitionKey: { paths: [partitionKey] } });
    client.dispose();
  });
  afterAll(async () => {
    certificate.agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  storeContract({ column: "npm emulator", wrong: WRONG }, async ({ now }) => {
    const credential = (await directory()).credential();
    return openCosmosStore({ endpoint, database: "connector", agent: certificate.agent, credential, now });
  });
} else notProved("npm emulator", "not installed; run npm ci in test/emulators");
