/**
 * Staff hold back the messages about a visit that the connector writes by itself, such as while the chart's number is somebody
 * else's. They are held back until staff let them go, or the visit becomes another patient's. Pure functions.
 */
import type { Visit } from "./visit.ts";

/** The visit with its messages held back since `at`; the very same where they are held back already. */
export const holding = (visit: Visit, at: Date): Visit =>
  visit.held === undefined ? { ...visit, held: at } : visit;

/** The visit without what was held back since that moment; the very same where nothing is, or since another moment. */
export function lettingGo(visit: Visit, since: Date): Visit {
  const { held, ...others } = visit;
  return held?.getTime() === since.getTime() ? others : visit;
}
