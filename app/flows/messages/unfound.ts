/**
 * That staff run late, of a visit that they have opened from the chart and that the connector has not found there, or not yet
 * as they saw it. It may be found at the next look. A text is of use for a quarter of an hour; then a record says why none went.
 */
import type { IdsOf, JobKinds, Outcome } from "../../domain/job.ts";
import { LATE_TEXT_OF_USE_MS, lateSince } from "../../domain/lateness.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { nameOf, textNameOf } from "../../domain/visitMessages.ts";
import type { MessagePicks } from "./parts.ts";

interface Click {
  readonly visit: VisitId;
  readonly said: Date;
  readonly of: Pick<IdsOf<JobKinds, "message">, "by">;
}

/** @throws VisitDeleted */
export async function unfound(
  { messages, queue, visits }: Pick<MessagePicks, "messages" | "queue" | "visits">,
  { visit, said, of }: Click,
): Promise<Outcome> {
  const known = await visits.byId(visit);
  if (known === undefined) return { kind: "done" };
  const now = queue.now();
  const isSaid = lateSince(known, now)?.getTime() === said.getTime();
  if (isSaid && now.getTime() - said.getTime() < LATE_TEXT_OF_USE_MS) return NOT_FOUND;
  const which = textNameOf(nameOf({ kind: "late", said }), of.by);
  const start = known.start.toISOString();
  await messages.withhold(
    { visit, kind: "late", way: "text", start, which },
    isSaid ? "not-found" : "not-late",
  );
  return { kind: "done" };
}

const NOT_FOUND: Outcome = {
  kind: "not-now",
  reason: "messages.not-found",
  afterSeconds: 15,
  growsToSeconds: 60,
};
