/**
 * A stream keeps nothing but its connection: what the reader gets, and what happens when a reader stops reading or leaves.
 */
import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import express, { type Express, type Response } from "express";
import { afterEach, expect, test, vi } from "vitest";
import { EventStream, READ_TO_THE_END_MS } from "../../../app/web/eventStream.ts";
import { canBeTakenOver, takenOver } from "../../../app/web/takenOver.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0).toReversed()) await end();
});

interface Opened {
  readonly stream: EventStream;
  readonly response: Response;
  /** The connection at the server's end, and below at the reader's. */
  readonly connection: Socket;
  readonly reader: Socket;
  readonly server: Server;
}

/** Opens a stream, after other requests on the same connection if there are more than one. */
async function opened(asks: readonly string[] = ["/"]): Promise<Opened> {
  const answered = Promise.withResolvers<Pick<Opened, "response" | "stream" | "connection">>();
  const app = express();
  app.get("/before", (_request, response) => void response.send("before"));
  app.get("/", (_request, response) => {
    const { socket: connection } = response;
    if (connection === null || !canBeTakenOver(response)) throw new Error("no connection");
    response.set("X-Ours", "yes");
    answered.resolve({ response, connection, stream: new EventStream(response) });
  });
  const reader = await readerOf(app);
  for (const ask of asks) {
    reader.write(`GET ${ask} HTTP/1.1\r\nHost: here\r\n\r\n`);
    if (ask !== "/") await once(reader, "readable");
    if (ask !== "/") expect(String(reader.read())).toContain("before");
  }
  return { ...(await answered.promise), reader, server: reader.server };
}

/** A connection to a server of its own. */
async function readerOf(app: Express): Promise<Socket & { readonly server: Server }> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const reader = connect((server.address() as AddressInfo).port, "127.0.0.1");
  reader.on("error", () => undefined).pause();
  ends.push(() => reader.destroy());
  return Object.assign(reader, { server });
}

/** What the reader gets until the connection ends or until the text `until` has come. */
async function got(reader: Socket, until = "[never]"): Promise<string> {
  let all = "";
  for await (const piece of reader.iterator({ destroyOnReturn: false })) {
    all += String(piece);
    if (all.includes(until)) break;
  }
  return all;
}

/** Sends until the connection accepts no more. */
async function fill({ connection, stream }: Opened): Promise<void> {
  while (connection.writableLength === 0) {
    stream.send("waiting", "x".repeat(60_000));
    for (let turn = 0; turn < 3; turn++) await setImmediate();
  }
}

test.each([
  ["on a connection of its own", ["/"]],
  ["on one that was used before", ["/before", "/"]],
])("the reader gets the answer's headers, each event at once, and its end, %s", async (_how, asks) => {
  const { stream, reader, server } = await opened(asks);
  const head = await got(reader, "retry: ");
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(head).toMatch(/\r\nx-ours: yes\r\n/);
  expect(head).toMatch(/\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/);
  expect(head).toMatch(/\r\ndate: \w{3}, .* GMT\r\n\r\nretry: /);
  expect(head).toMatch(/\r\ncache-control: no-store, no-transform\r\n(.*\r\n)?x-accel-buffering: no\r\n/);
  expect(head).toMatch(/\r\nconnection: close\r\n/);
  expect(head).not.toContain("content-length");
  stream.send("waiting", "Jürgen\nwaits");
  expect(await got(reader, "waits")).toContain("event: waiting\ndata: Jürgen\ndata: waits\n\n");
  const closed = new Promise((resolve) => server.close(resolve));
  stream.end();
  expect(await got(reader)).toBe("");
  await closed;
});

test("Node keeps nothing of the request, and what the reader still sends is thrown away", async () => {
  const { response, connection, stream, reader } = await opened();
  expect(response.socket).toBeNull();
  expect((connection as Socket & { readonly parser?: unknown }).parser).toBeNull();
  reader.write("GET /before HTTP/1.1\r\nHost: here\r\n\r\n");
  await setImmediate();
  stream.send("beat", "");
  expect(await got(reader, "event: beat")).not.toContain("before");
});

test.each([
  ["by HEAD, whose answer has no body", "HEAD / HTTP/1.1", ""],
  ["with a body that nobody reads", "GET / HTTP/1.1", "Content-Length: 300000\r\n"],
  ["with a body in pieces", "GET / HTTP/1.1", "Transfer-Encoding: chunked\r\n"],
])("a connection is not taken over for a request %s", async (_how, line, more) => {
  const app = express();
  app.all("/", (_request, response) => void response.status(canBeTakenOver(response) ? 200 : 429).end());
  const reader = await readerOf(app);
  reader.write(`${line}\r\nHost: here\r\n${more}\r\n`);
  expect(await got(reader, "\r\n\r\n")).toMatch(/^HTTP\/1\.1 429 /);
});

test.each<[what: string, response: object, can: boolean]>([
  ["that nobody has answered", {}, true],
  ["whose connection is gone", { socket: null }, false],
  ["whose connection is broken", { socket: { destroyed: true } }, false],
  ["that was begun", { headersSent: true }, false],
  ["of a form", { req: { method: "POST", headers: {} } }, false],
  ["of a look at the headers", { req: { method: "HEAD", headers: {} } }, false],
  ["of a request with a body", { req: { method: "GET", headers: { "content-length": "1" } } }, false],
  ["of a request with an empty body", { req: { method: "GET", headers: { "content-length": "0" } } }, true],
  ["of a request in pieces", { req: { method: "GET", headers: { "transfer-encoding": "chunked" } } }, false],
])("the connection of an answer %s can be taken over: %o, %s", (_what, more, can) => {
  const response = { socket: { destroyed: false }, headersSent: false, req: { method: "GET", headers: {} } };
  expect(canBeTakenOver({ ...response, ...more } as unknown as Response)).toBe(can);
});

test("the server listens to nothing of the connection any more, and no silence ends it", async () => {
  const { connection, response } = await opened();
  const heard = ["close", "data", "drain", "end", "error", "pause", "resume", "timeout"];
  const counts = heard.map((event) => [event, connection.listenerCount(event)]);
  expect(Object.fromEntries(counts)).toEqual({
    ...Object.fromEntries(heard.map((event) => [event, 0])),
    end: 1,
    error: 1,
  });
  expect([connection.timeout, connection.isPaused()]).toEqual([0, false]);
  expect((response.req as Response["req"] & { readonly parser?: unknown }).parser).toBeNull();
});

test("of a connection that Node keeps in an unknown way nothing is taken but its answer", () => {
  const own = { on: vi.fn(), setTimeout: vi.fn(), resume: vi.fn() };
  const { on: _ours, ...others } = own;
  const parser = { unconsume: () => undefined, remove: () => undefined };
  const connection = Object.assign(new EventEmitter(), { ...others, parser });
  const close = vi.fn();
  connection.on("close", close);
  const response = { socket: connection, req: {} } as unknown as Response;
  expect(takenOver(response)).toBe(connection);
  connection.emit("close");
  connection.emit("error", new Error("broken"));
  expect([close.mock.calls.length, connection.listenerCount("end")]).toEqual([1, 0]);
  expect([connection.setTimeout.mock.calls, connection.resume.mock.calls]).toEqual([[[0]], [[]]]);
  for (const parser of [null, undefined])
    expect(takenOver(Object.assign(response, { socket: { ...own, parser } }))).toMatchObject({ parser });
});

test("a reader who goes is told of, whether they end the connection or it breaks", async () => {
  for (const go of ["end", "resetAndDestroy"] as const) {
    const { stream, reader, connection } = await opened();
    const gone = new Promise<void>((resolve) => {
      stream.onClose(resolve);
    });
    reader[go]();
    await gone;
    expect(connection.destroyed).toBe(true);
    stream.send("beat", "");
  }
});

test("after its end a stream says nothing more to whoever has stopped reading, and nobody else is disturbed", async () => {
  const open = await opened();
  await fill(open);
  const errors: unknown[] = [];
  expect(open.connection.listenerCount("error")).toBeGreaterThan(0);
  open.connection.on("error", (error) => errors.push(error));
  open.stream.end();
  open.stream.send("beat", "");
  await setImmediate();
  expect(errors).toEqual([]);
});

test("whoever does not read the end is gone some seconds later", async () => {
  const open = await opened();
  await fill(open);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const closed = once(open.connection, "close");
  open.stream.end();
  vi.advanceTimersByTime(READ_TO_THE_END_MS - 1);
  expect(open.connection.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(open.connection.destroyed).toBe(true);
  await closed;
});

test("whoever reads nothing while more and more waits for them is gone before the end", async () => {
  const open = await opened();
  await fill(open);
  for (let more = 0; more < 5; more++) open.stream.send("waiting", "x".repeat(60_000));
  expect(open.connection.destroyed).toBe(true);
  open.stream.send("beat", "");
  open.stream.end();
});
