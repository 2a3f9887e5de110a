import { expect, test } from "vitest";
import { containers } from "../../../app/records/containers.ts";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
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
