/** Server-sent events: one answer that goes on for minutes. Any proxy in between must pass each event on at once. */
import { randomInt } from "node:crypto";
import type { Response } from "express";

export interface EventStream {
  /** Does nothing after the stream has ended. */
  readonly send: (event: string, data: string) => void;
  readonly end: () => void;
}

/**
 * How soon, in milliseconds, the browser asks again after the stream has ended. It is random, so that not all ask at once
 * when a process has stopped.
 */
const AGAIN_MS = { from: 500, to: 2_500 };
/** If so much waits unread for a reader, the reader is taken to have gone. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** A reader that has not read the last of the stream so long after its end is taken to have gone, too. */
export const READ_TO_THE_END_MS = 5_000;

export function openEventStream(response: Response): EventStream {
  response.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    // Nothing in between may cache the stream, or collect it to compress it.
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
  // An error without a listener would end the process for everybody. Whoever opened the stream sees that it closes.
  response.on("error", () => undefined);
  response.write(`retry: ${String(randomInt(AGAIN_MS.from, AGAIN_MS.to))}\n\n`);
  return {
    send(event, data) {
      if (response.writableEnded || response.destroyed) return;
      const lines = data.split(/\r\n|\r|\n/).map((line) => "data: " + line);
      response.write([`event: ${event}`, ...lines].join("\n") + "\n\n");
      if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
    },
    end() {
      if (response.writableEnded || response.destroyed) return;
      response.end();
      const unread = setTimeout(() => response.destroy(), READ_TO_THE_END_MS).unref();
      response.once("close", () => {
        clearTimeout(unread);
      });
    },
  };
}
