/** Answers of a Cosmos DB account that must do no harm. */
import type { ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openCosmosStore } from "../../../../app/adapters/cosmos/store.ts";
import type { Store } from "../../../../app/ports/store.ts";
import { trustedCertificate } from "../server.ts";

async function storeAnswering(answer: (response: ServerResponse, asked: string) => void): Promise<Store> {
  const server = https.createServer(await trustedCertificate(), (request, response) => {
    request.resume();
    answer(
      response,
      [request.method, request.url, request.headers["x-ms-cosmos-is-query-plan-request"]].join(" "),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const agent = new https.Agent();
  const credential = {
    getToken: () => Promise.resolve({ token: "t", expiresOnTimestamp: Date.now() + 3.6e6 }),
  };
  const endpoint = "https://127.0.0.1:" + String((server.address() as AddressInfo).port);
  const store = openCosmosStore({ endpoint, database: "d", credential, agent, now: () => new Date() });
  onTestFinished(async () => {
    await store.close();
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return store;
}

const CALLS: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
  ["a read", (store) => store.read("visits", "p", "one")],
  ["a write", (store) => store.create("visits", { partition: "p", id: "one", body: {} })],
  ["a list", (store) => store.list("visits", "p", { limit: 1 })],
  ["a change feed", (store) => store.changes("visits", 1)],
];

const PIECE = Buffer.alloc(1_000_000, " ");

test.each(CALLS)(
  "%s that is answered without an end is given up on, and not asked for again",
  async (_, ask) => {
    const requests: string[] = [];
    const store = await storeAnswering((response, asked) => {
      requests.push(asked);
      response.writeHead(200, { "content-type": "application/json" });
      const more = (): void => {
        while (response.writable && response.write(PIECE));
        if (response.writable) response.once("drain", more);
      };
      more();
    });
    await expect(ask(store)).rejects.toThrow(/Cosmos did not .+: the answer is larger than 5000000 bytes/);
    expect(requests.length).toBeGreaterThan(0);
    expect(requests).toEqual([...new Set(requests)]);
  },
);
