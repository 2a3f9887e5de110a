/** Graph's refusals: how they are made, and how they are answered. */
import { randomUUID } from "node:crypto";
import type { Response } from "express";

/** A refusal in Graph's own words. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function answerGraphError(
  response: Response,
  { status, code, message, headers }: GraphError,
  now: Date,
): void {
  const id = randomUUID();
  response
    .status(status)
    .set({ ...headers, "request-id": id })
    .json({
      error: {
        code,
        message,
        innerError: { date: now.toISOString().slice(0, 19), "request-id": id, "client-request-id": id },
      },
    });
}

export const badRequest = (message: string) => new GraphError(400, "BadRequest", message);
