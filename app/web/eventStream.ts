/** Server-sent events: one answer that goes on for minutes. Whatever stands between must pass each of them on at once. */
import type { Response } from "express";

export interface EventStream {
  readonly send: (event: string, data: string) => void;
  readonly end: () => void;
}

/** After it has ended, the browser asks again this much later. */
const AGAIN_MS = 1_000;

export function openEventStream(response: Response): EventStream {
  response.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    // No cache, and nobody who would gather it up to compress it.
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
  response.write(`retry: ${String(AGAIN_MS)}\n\n`);
  return {
    send(event, data) {
      const lines = data.split(/\r\n|\r|\n/).map((line) => "data: " + line);
      response.write([`event: ${event}`, ...lines].join("\n") + "\n\n");
    },
    end: () => void response.end(),
  };
}
