import type { Request } from "express";

/** The query as it came, doubled parameters included. */
export function parametersOf(request: Request): URLSearchParams {
  return new URL(request.originalUrl, "http://connector.invalid").searchParams;
}
