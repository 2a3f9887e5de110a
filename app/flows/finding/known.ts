/** The visits of a connection that were found before, as its rounds begin with them. */
import type { FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { Range } from "../../domain/halfHours.ts";
import type { FindingPicks } from "./parts.ts";

export interface Known {
  /** A copy for the caller, who removes from it what was seen. */
  readonly visits: Map<VisitId, FoundVisit>;
  /** How many of their rows cannot be read. */
  readonly damaged: number;
}

/** Readings that some batch of a connection has not been given yet, by reach and connection. */
export type KnownLately = Map<string, KeptReading>;

interface KeptReading {
  readonly at: number;
  /** The batches that were given this reading. */
  readonly given: Set<number>;
  readonly known: Promise<Known>;
}

/** The batches of a connection come round together; a reading that is younger than this is good for all of them. */
const TOGETHER_MS = 5_000;

/** A batch whose rounds read the same as its connection's others. */
export interface Sharing {
  /** Of the rounds that share what is read: their reach and connection. */
  readonly name: string;
  readonly connectionId: string;
  /** The batch's number, from 1 on, and how many the connection has. */
  readonly number: number;
  readonly count: number;
}

/**
 * All batches of a connection need the same visits, so those whose rounds begin together read them once; a batch is never
 * given the same reading twice. What is older by seconds does no harm, because each row is read again where it is changed.
 * A reading is forgotten once each batch was given it, or once it is too old to be given.
 */
export async function knownTogether(
  parts: FindingPicks,
  lately: KnownLately,
  { name, number, count, connectionId }: Sharing,
  range: Range,
): Promise<Known> {
  const at = parts.queue.now().getTime();
  for (const [of, kept] of lately) if (Math.abs(at - kept.at) >= TOGETHER_MS) lately.delete(of);
  if (count === 1) return knownIn(parts, connectionId, range);
  const last = lately.get(name);
  const reading =
    last === undefined || last.given.has(number)
      ? { at, given: new Set<number>(), known: knownIn(parts, connectionId, range) }
      : last;
  reading.given.add(number);
  if (reading.given.size < count) lately.set(name, reading);
  else lately.delete(name);
  const { visits, damaged } = await reading.known;
  return { visits: new Map(visits), damaged };
}

export async function knownIn(
  { foundVisits, queue }: Pick<FindingPicks, "foundVisits" | "queue">,
  connectionId: string,
  { from, before }: Range,
): Promise<Known> {
  const visits = new Map<VisitId, FoundVisit>();
  let damagedRows = 0;
  for await (const { found, unreadable } of foundVisits.between(connectionId, from, before)) {
    for (const one of found) visits.set(one.id, one);
    damagedRows += unreadable.length;
  }
  // One that was moved to times that are over may still be cancelled, and its patient believes in another time.
  for await (const { found: one } of foundVisits.awaitedBetween(connectionId, from, before))
    if (one.end <= queue.now()) visits.set(one.id, one);
  return { visits, damaged: damagedRows };
}
