/**
 * The visits that somebody may come to in a range of time, and what is wrong with each: those that start in it by the chart,
 * and those whose patients know of no other time.
 */
import type { FoundVisit, Risk } from "../domain/found.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { riskOf } from "../domain/risks.ts";
import type { FoundSlice, FoundVisits } from "./foundVisits.ts";

export interface ExpectedVisit {
  readonly found: FoundVisit;
  /** The earliest time at which somebody may still come to it, or its start. */
  readonly at: Date;
  /** Whether nobody comes to it any more. */
  readonly isOver: boolean;
  readonly risk?: Risk;
}

export interface ExpectedSlice extends Pick<FoundSlice, "unreadable"> {
  readonly expected: readonly ExpectedVisit[];
}

/** A slice at a time, each visit once; what its patient alone knows comes last. */
export async function* expectedBetween(
  foundVisits: Pick<FoundVisits, "awaitedBetween" | "between">,
  connectionId: string,
  { from, before, now }: { readonly from: Date; readonly before: Date; readonly now: Date },
): AsyncIterable<ExpectedSlice> {
  const others = new Map<VisitId, { readonly found: FoundVisit; readonly at: Date }>();
  for await (const { found, at } of foundVisits.awaitedBetween(connectionId, from, before))
    // Nobody is told of a move to times that are over.
    if (found.isUntold === true || found.standing === "away") others.set(found.id, { found, at });
  for await (const { found, unreadable } of foundVisits.between(connectionId, from, before)) {
    const expected = found.map((one) => expectedAt(one, others.get(one.id)?.at, now));
    for (const { id } of found) others.delete(id);
    yield { expected, unreadable };
  }
  yield { expected: [...others.values()].map(({ found, at }) => elsewhere(found, at, now)), unreadable: [] };
}

function expectedAt(found: FoundVisit, other: Date | undefined, now: Date): ExpectedVisit {
  const isOver = found.end <= now;
  if (other !== undefined && (isOver || other < found.start)) {
    const then = elsewhere(found, other, now);
    if (!then.isOver) return then;
  }
  const risk = riskOf(found, now);
  return { found, at: found.start, isOver, ...(risk !== undefined && { risk }) };
}

/** By the time at which only its patient expects it. */
function elsewhere(found: FoundVisit, at: Date, now: Date): ExpectedVisit {
  const lasts = found.end.getTime() - found.start.getTime();
  const risk = found.isUntold === true ? "untold" : riskOf(found, now);
  return { found, at, isOver: at.getTime() + lasts <= now.getTime(), ...(risk !== undefined && { risk }) };
}
