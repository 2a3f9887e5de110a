/**
 * The body of a call to Graph's address. The proof that a call is Graph's is in the body itself, so what anybody may send is
 * read first: it may take no more than a batch of notifications does. What grows when it is unpacked is not unpacked, and what
 * has more parts than such a batch is not parsed.
 */
import express, { type RequestHandler } from "express";

/** Graph documents no limit; a batch of encrypted items is some hundred kilobytes. */
export const LARGEST_BYTES = 1024 * 1024;
/**
 * How many objects, lists and commas there may be. An item of a notification has some twenty of them, and more than five
 * hundred encrypted items do not fit into the bytes.
 */
export const MOST_PARTS = 20_000;

const TYPE = "application/json";
const [BRACE, BRACKET, COMMA] = ["{", "[", ","].map((one) => one.charCodeAt(0));

/**
 * Reads the body into `request.body`; undefined if it is not JSON by its type. Errors bear the status to answer with, as those
 * of Express's own parsers do.
 */
export const notificationBody: readonly RequestHandler[] = [
  express.raw({ limit: LARGEST_BYTES, type: TYPE, inflate: false }),
  (request, _response, next) => {
    const bytes: unknown = request.body;
    if (bytes instanceof Buffer) request.body = parsed(bytes);
    next();
  },
];

/** @throws Unfit */
function parsed(bytes: Buffer): unknown {
  let parts = 0;
  for (const byte of bytes) if (byte === COMMA || byte === BRACE || byte === BRACKET) parts++;
  if (parts > MOST_PARTS) throw new Unfit(413);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    // The parser's own error would quote the body, so it is not kept as a cause.
    throw new Unfit(400);
  }
}

class Unfit extends Error {
  override readonly name = "Unfit";
  readonly status: number;
  constructor(status: 400 | 413) {
    super("the body is no batch of notifications");
    this.status = status;
  }
}
