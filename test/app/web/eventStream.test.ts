/** A reader who stops reading, over a real connection. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import express, { type Response } from "express";
import { afterEach, expect, test, vi } from "vitest";
import { openEventStream, READ_TO_THE_END_MS } from "../../../app/web/eventStream.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0).toReversed()) await end();
});

/** What the server answers to somebody who reads nothing. */
async function stalled(): Promise<Response> {
  const opened = Promise.withResolvers<Response>();
  const app = express().get("/", (_request, response) => {
    opened.resolve(response);
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined).pause();
  ends.push(() => socket.destroy());
  socket.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  return opened.promise;
}

/** Sends until the connection takes no more. */
async function fill(response: Response, send: (event: string, data: string) => void): Promise<void> {
  while (response.writableLength === 0) {
    send("waiting", "x".repeat(60_000));
    for (let turn = 0; turn < 3; turn++) await setImmediate();
  }
}

test("after its end a stream says nothing more to whoever has stopped reading, and nobody else is disturbed", async () => {
  const response = await stalled();
  const stream = openEventStream(response);
  await fill(response, stream.send);
  expect(response.listenerCount("error")).toBeGreaterThan(0);
  const errors: unknown[] = [];
  response.on("error", (error) => errors.push(error));
  stream.end();
  stream.send("beat", "");
  await setImmediate();
  expect(errors).toEqual([]);
});

test("whoever does not read the end is gone some seconds later", async () => {
  const response = await stalled();
  const stream = openEventStream(response);
  await fill(response, stream.send);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const closed = once(response, "close");
  stream.end();
  vi.advanceTimersByTime(READ_TO_THE_END_MS - 1);
  expect(response.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(response.destroyed).toBe(true);
  await closed;
});

test("whoever reads nothing while more and more waits for them is gone before the end", async () => {
  const response = await stalled();
  const stream = openEventStream(response);
  await fill(response, stream.send);
  for (let more = 0; more < 5; more++) stream.send("waiting", "x".repeat(60_000));
  expect(response.destroyed).toBe(true);
  stream.send("beat", "");
  stream.end();
});
