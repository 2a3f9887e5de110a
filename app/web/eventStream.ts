/** Server-sent events: one answer that goes on for minutes. Whatever stands between must pass each of them on at once. */
import { randomInt } from "node:crypto";
import type { Response } from "express";

export interface EventStream {
  /** Says nothing any more after it has ended. */
  readonly send: (event: string, data: string) => void;
  readonly end: () => void;
}

/** After it has ended, the browser asks again so much later: not all of them at once where a process has stopped. */
const AGAIN_MS = { from: 500, to: 2_500 };
/** Whoever reads nothing for so long that this much waits for them is gone. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** Whoever has not read the last of it so long after the end is gone, too. */
export const READ_TO_THE_END_MS = 5_000;

export function openEventStream(response: Response): EventStream {
  response.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    // No cache, and nobody who would gather it up to compress it.
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
  // An error that nobody listens for would end the process for everybody; whoever opened the stream sees that it closes.
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
