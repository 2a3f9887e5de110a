/**
 * Server-sent events: one answer that goes on for minutes. Any proxy in between must pass each event on at once. Thousands
 * are open in a process, so a stream is no more than its connection (web/takenOver.ts).
 */
import { randomInt } from "node:crypto";
import type { Socket } from "node:net";
import type { Response } from "express";
import { takenOver } from "./takenOver.ts";

/**
 * How soon, in milliseconds, the browser asks again after the stream has ended. It is random, so that not all ask at once
 * when a process has stopped.
 */
const AGAIN_MS = { from: 500, to: 2_500 };
/** A reader for whom more than this waits unread is taken to have gone. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** A reader that has not read the last of the stream this long after its end is taken to have gone, too. */
export const READ_TO_THE_END_MS = 5_000;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // Nothing in between may cache the stream, or collect it to compress it.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  connection: "close",
};

export class EventStream {
  readonly #socket: Socket;

  /** Answers with a stream. @throws Error where `canBeTakenOver` is false */
  constructor(response: Response) {
    const headers = { ...response.getHeaders(), ...HEADERS, date: new Date().toUTCString() };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    this.#socket = takenOver(response);
    this.#socket.write(["HTTP/1.1 200 OK", ...lines, "", ""].join("\r\n"));
    this.#socket.write(`retry: ${String(randomInt(AGAIN_MS.from, AGAIN_MS.to))}\n\n`);
  }

  /** Does nothing after the stream has ended. */
  send(event: string, data: string): void {
    const socket = this.#socket;
    if (socket.writableEnded || socket.destroyed) return;
    const lines = data.split(/\r\n|\r|\n/).map((line) => "data: " + line);
    socket.write([`event: ${event}`, ...lines].join("\n") + "\n\n");
    if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
  }

  end(): void {
    const socket = this.#socket;
    if (socket.writableEnded || socket.destroyed) return;
    socket.end();
    const unread = setTimeout(() => socket.destroy(), READ_TO_THE_END_MS).unref();
    socket.once("close", () => {
      clearTimeout(unread);
    });
  }

  /** @param call called once, when the reader has gone or has read the end */
  onClose(call: () => void): void {
    this.#socket.once("close", call);
  }
}
