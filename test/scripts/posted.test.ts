/** The bench's stand-in of Graph repeats a request that was not answered, and never one that was. */
import { once } from "node:events";
import { Agent, createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished, expect, test } from "vitest";
import { posted } from "../../scripts/bench/posted.ts";

/** A server that breaks the connection `breaks` times instead of answering, and then answers `status`. */
async function server(breaks: number, status = 202) {
  const sockets: Socket[] = [];
  const bodies: string[] = [];
  let left = breaks;
  const listening: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      sockets.push(request.socket);
      bodies.push(body);
      if (left-- > 0) request.socket.destroy();
      else response.writeHead(status).end();
    });
  }).listen(0, "127.0.0.1");
  await once(listening, "listening");
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => {
    agent.destroy();
    listening.closeAllConnections();
    listening.close();
  });
  const post = () =>
    posted(`http://127.0.0.1:${String((listening.address() as AddressInfo).port)}/`, { agent, body: "said" });
  return { post, sockets, bodies };
}

test("what a server did not answer, because it has closed the connection, is sent again by a new one", async () => {
  const { post, sockets, bodies } = await server(2);
  expect(await post()).toBe(202);
  expect(new Set(sockets).size).toBe(3);
  expect(bodies).toEqual(["said", "said", "said"]);
});

test("what is never answered is given up after a few times", async () => {
  const { post, sockets } = await server(Infinity);
  expect(await post()).toBeUndefined();
  expect(sockets).toHaveLength(4);
});

test("what is answered, even with a refusal, is not sent again", async () => {
  const { post, sockets } = await server(0, 503);
  expect(await post()).toBe(503);
  expect(await post()).toBe(503);
  expect(sockets).toHaveLength(2);
});
