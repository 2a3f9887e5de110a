/**
 * A connection's locations are searched in batches, and each batch has rounds of its own, so that one that is slow or fails
 * holds up no other. The rounds of the first batch are named by the connection alone, so a connection has them even without
 * locations.
 */
import { MOST_LOCATIONS } from "../../ports/systemEhr.ts";

/** In the same order each time, so that a batch has the same locations for as long as the departments do. */
export function batchesOf(locations: Iterable<string>): readonly (readonly string[])[] {
  const all = [...locations].sort();
  const count = Math.max(1, Math.ceil(all.length / MOST_LOCATIONS));
  return Array.from({ length: count }, (_, index) =>
    all.slice(index * MOST_LOCATIONS, (index + 1) * MOST_LOCATIONS),
  );
}

export interface BatchName {
  readonly connectionId: string;
  /** From 1 on. */
  readonly number: number;
}

/** The names of a connection's batches. No connection's id has a full stop. */
export const batchNames = (connectionId: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    index === 0 ? connectionId : [connectionId, String(index + 1)].join("."),
  );

export function batchNamed(name: string): BatchName {
  const [connectionId = "", number = "1"] = name.split(".");
  return { connectionId, number: Number(number) };
}
