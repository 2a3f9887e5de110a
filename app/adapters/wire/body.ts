/**
 * Reads a vendor's body up to a limit. The size after decompression counts. The connection is closed as soon as the limit is
 * exceeded, so an endless answer needs no more memory than one that is slightly too large.
 */
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** The body is larger than the limit for this vendor. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
  constructor(maxBytes: number) {
    super("the answer is larger than " + String(maxBytes) + " bytes");
  }
}

/** The body of an answer to `fetch`, which decompresses it. @throws TooLarge, and what the connection throws */
export async function bodyOf(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  return whole(response.body, maxBytes);
}

/**
 * The body of an answer to `http.request`, decompressed.
 * @throws TooLarge, and what the connection or the decompression throws
 */
export async function bodyOfMessage(incoming: IncomingMessage, maxBytes: number): Promise<string> {
  const unpacked = unpack(incoming);
  try {
    return await whole(unpacked, maxBytes);
  } finally {
    if (!incoming.complete) incoming.destroy();
  }
}

/** A body that a library has decompressed. @throws TooLarge, and what the stream throws */
export function streamed(chunks: AsyncIterable<Uint8Array | string>, maxBytes: number): Promise<string> {
  return whole(chunks, maxBytes);
}

/**
 * A `fetch` for libraries that read answers without a limit: the answer that they get has been read already and is not
 * larger than `maxBytes`. It rejects as `fetch` does when the connection breaks.
 */
export function boundedFetch<Asked extends readonly unknown[]>(
  ask: (...asked: Asked) => Promise<Response>,
  maxBytes: number,
): (...asked: Asked) => Promise<Response> {
  return async (...asked) => {
    const response = await ask(...asked);
    const { status, statusText } = response;
    const headers = new Headers(response.headers);
    // These headers describe the body as it was transferred.
    for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
    const body = await bodyOf(response, maxBytes);
    return new Response(NO_BODY.has(status) ? null : body, { status, statusText, headers });
  };
}

/** https://fetch.spec.whatwg.org/#null-body-status */
const NO_BODY = new Set([101, 103, 204, 205, 304]);

async function whole(chunks: AsyncIterable<Uint8Array | string>, maxBytes: number): Promise<string> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop in any way closes the stream and its connection.
  for await (const piece of chunks) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : piece;
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge(maxBytes);
    kept.push(chunk);
  }
  return Buffer.concat(kept).toString("utf8");
}

/** Decompresses. We do not ask for compression, but some servers compress all the same. */
function unpack(incoming: IncomingMessage): Readable {
  const unpacker = UNPACKERS[incoming.headers["content-encoding"]?.trim().toLowerCase() ?? ""];
  if (unpacker === undefined) return incoming;
  const unpacked = unpacker();
  incoming.on("error", (error) => unpacked.destroy(error));
  return incoming.pipe(unpacked);
}

const UNPACKERS: Readonly<Record<string, () => ReturnType<typeof createGunzip>>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
