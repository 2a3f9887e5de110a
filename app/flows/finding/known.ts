/** The visits of a connection that were found before, as its rounds begin with them. */
import type { FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { Range } from "./batch.ts";
import type { FindingPicks } from "./parts.ts";

export interface Known {
  readonly visits: ReadonlyMap<VisitId, FoundVisit>;
  /** How many of their rows cannot be read. */
  readonly damaged: number;
}

/** What was read for the rounds that began last, by reach and connection. */
export type KnownLately = Map<string, KeptReading>;

interface KeptReading {
  readonly at: number;
  /** The batches that were given it. */
  readonly given: Set<number>;
  readonly known: Promise<Known>;
}

/** The batches of a connection come round together; what was read so lately is good for all of them. */
const TOGETHER_MS = 5_000;

/**
 * All batches of a connection need the same visits, so those whose rounds begin together read them once; a batch is never
 * given the same reading twice. What is older by seconds does no harm, because each row is read again where it is changed.
 * @param name of the rounds that share it: their reach and connection
 */
export function knownTogether(
  parts: FindingPicks,
  lately: KnownLately,
  {
    name,
    number,
    connectionId,
  }: { readonly name: string; readonly number: number; readonly connectionId: string },
  range: Range,
): Promise<Known> {
  const at = parts.queue.now().getTime();
  const last = lately.get(name);
  if (last !== undefined && Math.abs(at - last.at) < TOGETHER_MS && !last.given.has(number)) {
    last.given.add(number);
    return last.known;
  }
  const known = knownIn(parts, connectionId, range);
  lately.set(name, { at, given: new Set([number]), known });
  return known;
}

export async function knownIn(
  { foundVisits }: Pick<FindingPicks, "foundVisits">,
  connectionId: string,
  { from, before }: Range,
): Promise<Known> {
  const visits = new Map<VisitId, FoundVisit>();
  let damagedRows = 0;
  for await (const { found, damaged } of foundVisits.between(connectionId, from, before)) {
    for (const one of found) visits.set(one.id, one);
    damagedRows += damaged;
  }
  return { visits, damaged: damagedRows };
}
