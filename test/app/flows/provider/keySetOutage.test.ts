/** The published key set while the vault is out of reach: Oracle, which reads it, must not take silence for a change. */
import { createServer } from "node:http";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { keysInUse, keySetRoutes } from "../../../../app/flows/provider/keySet.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { openHospital } from "../../../../app/records/hospital.ts";
import { connectionAt } from "./otherChart.ts";

const KEYS = { first: "RS384", second: "ES384" } as const;
/** The name of the portal's key, which is published whether or not a connection uses it. */
const OWN = "fhir-portal";

async function served() {
  const down = new Set<string>();
  let ahead = 0;
  let asked = 0;
  const logged: string[] = [];
  const vault = {
    publicKeys(key: string) {
      asked += 1;
      return down.has(key)
        ? Promise.reject(new VaultFault("The vault could not be asked for the key " + key))
        : Promise.resolve([{ kid: key, kty: "RSA" }]);
    },
  };
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (event: string, cause: unknown) => void logged.push(event + " " + String(cause)),
  };
  const hospital = openHospital({
    organization: { name: "Lamna", phone: "(202) 555-0100" },
    visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
    connections: Object.entries(KEYS).map(([key, algorithm]) => ({
      ...connectionAt("http://localhost/" + key),
      provider: { clientId: "c", authentication: { method: "private_key_jwt", key, algorithm } },
    })),
    departments: [],
  });
  const app = express();
  app.use(
    keySetRoutes({
      environment: "local",
      hospital,
      vault: vault as never,
      log,
      now: () => new Date(Date.now() + ahead),
    }),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    down,
    logged,
    asked: () => asked,
    forward: (milliseconds: number) => void (ahead += milliseconds),
    read: async () => {
      const answer = await fetch(`http://127.0.0.1:${String(address.port)}/.well-known/jwks.json`);
      const body = (await answer.json()) as { keys?: { kid: string }[] };
      return { answer, body, kids: body.keys?.map(({ kid }) => kid) };
    },
  };
}

test("with nothing to serve it says so in words, in JSON, and when to come back", async () => {
  const { down, logged, read } = await served();
  for (const key of [...Object.keys(KEYS), OWN]) down.add(key);
  const { answer, body } = await read();
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "30"]);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(body).toMatchObject({ error: "temporarily_unavailable" });
  expect(JSON.stringify(body)).toMatch(/cannot read its public keys .* Try again in a minute/);
  expect(logged.join("\n")).toMatch(/key_set.incomplete .*The vault could not be asked for the key first/);
});

test("what was read last is served, not to be kept by anybody, and the vault is not asked by each request", async () => {
  const { down, asked, read, forward } = await served();
  expect((await read()).answer.headers.get("cache-control")).toBe("public, max-age=300");
  for (const key of Object.keys(KEYS)) down.add(key);
  for (const _again of [1, 2, 3]) {
    const { answer, kids } = await read();
    expect([answer.status, kids]).toEqual([200, ["first", "second", OWN]]);
    expect(answer.headers.get("cache-control")).toBeNull();
  }
  expect(asked()).toBe(8);
  down.clear();
  forward(16_000);
  expect((await read()).answer.headers.get("cache-control")).toBe("public, max-age=300");
});

test("a clock that goes back keeps nobody from asking again", async () => {
  const { down, read, forward } = await served();
  for (const key of [...Object.keys(KEYS), OWN]) down.add(key);
  expect((await read()).answer.status).toBe(503);
  down.clear();
  forward(-3_600_000);
  expect((await read()).answer.status).toBe(200);
});

test("a vault that has failed is asked again after a quarter of a minute, each key for itself", async () => {
  const { down, asked, read, forward } = await served();
  down.add("first");
  await read();
  expect(asked()).toBe(3);
  forward(14_000);
  await read();
  expect(asked()).toBe(5);
  forward(1_000);
  await read();
  expect(asked()).toBe(8);
});

test("one key that was never read stops nobody who signs by another", async () => {
  const { down, read } = await served();
  down.add("second");
  const { answer, kids } = await read();
  expect([answer.status, kids]).toEqual([200, ["first", OWN]]);
});

test("a vault without the key for the portal's connections is a fault, and hides no other key", async () => {
  const { down, logged, read } = await served();
  down.add(OWN);
  const { answer, kids } = await read();
  expect([answer.headers.get("cache-control"), kids]).toEqual([null, ["first", "second"]]);
  expect(logged.join("\n")).toMatch(/key_set.incomplete .*could not be asked for the key fhir-portal/);
});

test("a client that signs in by a secret has no key to publish", async () => {
  const provider = (authentication: object) => ({ provider: { clientId: "c", authentication } });
  const connections = [
    provider({ method: "client_secret_basic", secret: "s" }),
    provider({ method: "private_key_jwt", key: "first", algorithm: "RS384" }),
  ];
  const hospital = { connections: () => Promise.resolve(connections) };
  expect([...(await keysInUse(hospital as never))]).toEqual([
    ["first", "RS384"],
    [OWN, expect.any(String)],
  ]);
});
