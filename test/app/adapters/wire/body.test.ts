import { get, createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createGzip, brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { bodyOf, bodyOfMessage, boundedFetch, TooLarge } from "../../../../app/adapters/wire/body.ts";

const MAX = 1_000_000;
const ways: Readonly<Record<string, (origin: string) => Promise<string>>> = {
  "by fetch": async (origin) => bodyOf(await fetch(origin), MAX),
  "by a fetch for libraries": async (origin) => (await boundedFetch(fetch, MAX)(origin)).text(),
  "by http.request": async (origin) => bodyOfMessage(await asked(origin), MAX),
};

describe.each(Object.entries(ways))("%s", (_way, read) => {
  test.each<[string, string | undefined, (body: string) => Buffer]>([
    ["plain", undefined, (body) => Buffer.from(body)],
    ["gzip", "gzip", gzipSync],
    ["deflate", "deflate", deflateSync],
    ["brotli", "br", brotliCompressSync],
  ])("a body comes whole: %s", async (_name, encoding, pack) => {
    const body = "é".repeat(MAX / 2);
    const origin = await serving((_request, response) => {
      response.writeHead(200, encoding === undefined ? {} : { "content-encoding": encoding });
      response.end(pack(body));
    });
    expect(await read(origin)).toBe(body);
  });

  test("one byte more than is taken is refused", async () => {
    const origin = await serving((_request, response) => response.end("x".repeat(MAX + 1)));
    await expect(read(origin)).rejects.toThrow(TooLarge);
  });

  test("an answer without an end is hung up on", async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<unknown>();
    const origin = await serving((_request, response) => {
      response.on("close", resolve);
      const more = () => {
        while (!response.destroyed && response.write(ZEROS));
      };
      response.on("drain", more);
      more();
    });
    await expect(read(origin)).rejects.toThrow(TooLarge);
    await hungUp;
  });

  test("an answer without an end that is packed small is hung up on", async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<unknown>();
    const origin = await serving((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      const gzip = createGzip();
      gzip.pipe(response);
      response.on("close", () => {
        gzip.destroy();
        resolve(undefined);
      });
      const more = () => {
        while (!gzip.destroyed && gzip.write(ZEROS));
      };
      gzip.on("drain", more);
      more();
    });
    await expect(read(origin)).rejects.toThrow(TooLarge);
    await hungUp;
  });

  test("an answer that breaks off is no answer", async () => {
    const origin = await serving((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    await expect(read(origin)).rejects.toThrow();
  });
});

test("a library still sees status and headers, and a body that may not be is none", async () => {
  const origin = await serving((_request, response) => {
    response.writeHead(204, { "x-request-id": "r-1" }).end();
  });
  const answer = await boundedFetch(fetch, MAX)(origin);
  expect([answer.status, answer.headers.get("x-request-id"), answer.body]).toEqual([204, "r-1", null]);
});

const ZEROS = Buffer.alloc(65_536);

function asked(origin: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(origin, resolve).on("error", reject));
}

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return "http://127.0.0.1:" + String(address.port);
}
