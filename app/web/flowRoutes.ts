/** A flow's addresses, together with what every flow needs around them, so that none forgets it. */
import { Router, type ErrorRequestHandler } from "express";
import { nothingHere } from "./faults.ts";
import { sameOriginWrites, type WritesFrom } from "./sameOrigin.ts";

export interface FlowFrame {
  /** Paths that no other flow has; everything below them belongs to this flow, too. */
  readonly ours: readonly string[];
  /** Who may change something at `ours`: a form of our own pages at this origin, or nobody. */
  readonly writes: WritesFrom | "nobody";
  /** Tells what went wrong in the flow's own words. */
  readonly faults: ErrorRequestHandler;
}

export function flowRoutes(frame: FlowFrame, ...parts: readonly Router[]): Router {
  const routes = Router();
  if (frame.writes !== "nobody") routes.use([...frame.ours], sameOriginWrites(frame.writes));
  for (const part of parts) routes.use(part);
  // Where nobody may change anything only reads are mounted, so a write finds nothing here, either.
  routes.use([...frame.ours], nothingHere);
  routes.use(frame.faults);
  return routes;
}
