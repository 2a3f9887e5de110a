/** Whether anything of a request may have left, by how its connection stood. */
import { once } from "node:events";
import { createServer, get, request, type Server } from "node:http";
import { get as getSecurely } from "node:https";
import type { AddressInfo } from "node:net";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { watchLeave } from "../../../../app/adapters/wire/leaving.ts";

let server: Server;
let address: string;
beforeEach(async () => {
  server = createServer((asked, response) => {
    if (asked.url === "/silent") asked.socket.destroy();
    else response.end("heard");
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  address = "http://localhost:" + String((server.address() as AddressInfo).port);
  return () => void server.close();
});

/** Whether it may have left while it was made, and afterwards. */
async function left(make: () => Promise<unknown>): Promise<boolean> {
  const watched = { left: false };
  await watchLeave(watched, make).catch(() => undefined);
  return watched.left;
}

test("it may have left once its connection stands, whatever is answered", async () => {
  expect(await left(() => once(get(address), "response"))).toBe(true);
  expect(await left(() => once(get(address + "/silent"), "response"))).toBe(true);
});

/** Never says where a host is, so that a connection to it is begun and never stands. */
const nowhere = { lookup: () => undefined, signal: AbortSignal.timeout(50) };

test.each([
  ["", () => get("http://drops.example", nowhere)],
  [" securely", () => getSecurely("https://drops.example", nowhere)],
])("it has not left where it never gets a connection%s, as where packets are dropped", async (_how, make) => {
  expect(await left(() => once(make(), "response"))).toBe(false);
});

test("it has not left where nobody listens", async () => {
  server.close();
  expect(await left(() => once(get(address), "response"))).toBe(false);
});

test("what follows a request that has left does not take that back", async () => {
  const twice = async () => {
    await once(get(address), "response");
    await once(get("http://drops.example", { ...nowhere, signal: AbortSignal.timeout(50) }), "response");
  };
  expect(await left(twice)).toBe(true);
});

test("it may have left on a connection that somebody else has made before", async () => {
  const made = request(address);
  made.end();
  await once(made, "response");
  const { socket } = made;
  if (socket === null) throw new Error("there is no connection");
  onTestFinished(() => void socket.destroy());
  const over = { createConnection: () => socket, agent: false as const };
  expect(await left(() => once(get(address + "/silent", over), "response"))).toBe(true);
});

test("a request that is not seen counts as having left", async () => {
  expect(await left(() => Promise.reject(new Error("by another client")))).toBe(true);
});

test("another request at the same time says nothing of it", async () => {
  const [one, other] = await Promise.all([
    left(() => once(get(address), "response")),
    left(() =>
      once(get("http://drops.example", { ...nowhere, signal: AbortSignal.timeout(50) }), "response"),
    ),
  ]);
  expect([one, other]).toEqual([true, false]);
});
