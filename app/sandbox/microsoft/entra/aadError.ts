/** Entra's refusals: how they are made, and how they are answered. */
import { randomUUID } from "node:crypto";
import type { Response } from "express";

/** A refusal by Entra: AADSTS code, OAuth error and message. */
export class AadError extends Error {
  override readonly name = "AadError";
  readonly aadsts: number;
  readonly error: string;
  readonly status: number;
  constructor(aadsts: number, error: string, message: string, status = 400, options?: ErrorOptions) {
    super(message, options);
    this.aadsts = aadsts;
    this.error = error;
    this.status = status;
  }
}

/** The `error_description` as Entra writes it, with trace ids. */
export function description(
  { aadsts, message }: AadError,
  now: Date,
  ids = { trace: randomUUID(), correlation: randomUUID() },
): string {
  return [
    `AADSTS${String(aadsts)}: ${message}`,
    `Trace ID: ${ids.trace}`,
    `Correlation ID: ${ids.correlation}`,
    `Timestamp: ${timestamp(now)}`,
  ].join(" ");
}

/** The token endpoint's error body. */
export function answerAadError(response: Response, error: AadError, now: Date): void {
  const ids = { trace: randomUUID(), correlation: randomUUID() };
  response.status(error.status).json({
    error: error.error,
    error_description: description(error, now, ids),
    error_codes: [error.aadsts],
    timestamp: timestamp(now),
    trace_id: ids.trace,
    correlation_id: ids.correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${String(error.aadsts)}`,
  });
}

function timestamp(now: Date): string {
  return now
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
}
