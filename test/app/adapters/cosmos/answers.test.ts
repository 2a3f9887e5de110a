/** Answers of a Cosmos DB account that must do no harm. */
import type { ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openCosmosStore } from "../../../../app/adapters/cosmos/store.ts";
import { StoreConflict, StoreFault, type Store } from "../../../../app/ports/store.ts";
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

const ETAG = '"1"';
const WRITES: typeof CALLS = [
  ["a create", (store) => store.create("visits", { partition: "p", id: "one", body: {} })],
  ["a replace", (store) => store.replace("visits", { partition: "p", id: "one", body: {} }, ETAG)],
  ["a removal", (store) => store.remove("visits", "p", "one", ETAG)],
  [
    "a batch",
    (store) =>
      store.batch("visits", "p", [{ kind: "create", item: { partition: "p", id: "one", body: {} } }]),
  ],
];
const OF_ITEMS: typeof CALLS = [...CALLS.filter(([name]) => name !== "a write"), ...WRITES];

/** Statuses that mean something where Cosmos DB says them, and the words that a proxy may answer with. */
const IN_BETWEEN: readonly (readonly [number, string])[] = [
  [404, "{}"],
  [404, '{"code":"NotFound","message":"no such route"}'],
  [404, ""],
  [404, "<html><title>404 Not Found</title></html>"],
  [409, "{}"],
  [412, "{}"],
  [449, "{}"],
  [200, "{}"],
  [200, "[]"],
  [200, ""],
  [304, ""],
];

test.each(IN_BETWEEN.flatMap(([status, body]) => OF_ITEMS.map((call) => [status, body, ...call] as const)))(
  "%i %j from somebody in between says nothing about an item: %s fails",
  async (status, body, _, ask) => {
    const store = await storeAnswering((response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(body === "" ? undefined : body);
    });
    const failed = await ask(store).then(
      () => "believed",
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(StoreFault);
    expect(failed).not.toBeInstanceOf(StoreConflict);
    expect(String(failed)).toContain(
      "status " + String(status) + " without the headers of Cosmos DB, so from somebody in between",
    );
  },
);

/** Cosmos DB's own refusal of an item that is missing. */
function missing(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  response
    .writeHead(404, { "content-type": "application/json", ...headers })
    .end('{"code":"NotFound","message":"Entity with the specified id does not exist in the system."}');
}

test.each([
  { "x-ms-activity-id": "a" },
  { "x-ms-request-charge": "1" },
  { "x-ms-activity-id": "a", "x-ms-substatus": "0" },
])("Cosmos DB's own 404 is a missing item, as %j shows", async (headers) => {
  const store = await storeAnswering((response) => {
    missing(response, headers);
  });
  expect(await store.read("visits", "p", "one")).toBeUndefined();
  await expect(store.remove("visits", "p", "one", ETAG)).rejects.toBeInstanceOf(StoreConflict);
});

test.each(OF_ITEMS.filter(([name]) => name !== "a change feed"))(
  "a 404 of a copy that is behind is no missing item: %s fails",
  async (_, ask) => {
    const store = await storeAnswering((response) => {
      missing(response, { "x-ms-activity-id": "a", "x-ms-substatus": "1002" });
    });
    await expect(ask(store)).rejects.toThrow("status 404, substatus 1002");
  },
);

test("the account's own page is read without these headers, as it has none", async () => {
  const store = await storeAnswering((response, asked) => {
    if (asked.startsWith("GET / ") || asked.trim() === "GET /")
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(
          '{"writableLocations":[{"name":"East US"}],"userConsistencyPolicy":{"defaultConsistencyLevel":"Strong"}}',
        );
    else missing(response, { "x-ms-activity-id": "a" });
  });
  await store.ready();
  expect(store.regions()).toEqual(["East US"]);
});
