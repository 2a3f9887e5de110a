/**
 * Whether Teams still has the meetings of visits that start soon, as they were made: somebody may have deleted or changed
 * them there. Each has its turn, and a few are asked for at a time. What is found is put right by the job that prepares the
 * visit.
 */
import { atMost } from "../../domain/few.ts";
import type { FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { unlessDamaged, type Came, type Look } from "./look.ts";

/** When the meeting of each visit was last looked at, in milliseconds, by connection. */
export type LookedAt = Map<string, ReadonlyMap<VisitId, number>>;

/** How many meetings of a connection are asked for in one round. */
const MOST_LOOKED_AT = 100;
const AT_ONCE = 4;
/** The meetings of visits that start within this time are asked for first, each round. */
const NEXT_MS = 3_600_000;
/** After this many failures in a row Teams is taken to be away, and is not asked for the others. */
const MOST_FAILED = 3;

interface Asking extends Pick<Look, "parts" | "signal" | "prepare"> {
  readonly connectionId: string;
  readonly came: Pick<Came, "damaged">;
}

/** @param soon the visits that start soon and that nothing else is wrong with */
export async function lookAtMeetings(
  asking: Asking,
  soon: readonly FoundVisit[],
  lookedAt: LookedAt,
): Promise<void> {
  const { parts, connectionId: connection, signal, prepare } = asking;
  const now = parts.queue.now().getTime();
  const before = lookedAt.get(connection);
  const after = new Map(soon.flatMap(({ id }) => [[id, before?.get(id) ?? 0] as const]));
  lookedAt.set(connection, after);
  let failed = 0;
  const lookAt = async ({ id }: FoundVisit) => {
    if (signal.aborted || failed >= MOST_FAILED) return;
    // One that fails each time has its turn like the others, and keeps none of them waiting.
    after.set(id, now);
    try {
      if ((await parts.visits.lookAtMeeting(id)) !== "as-asked") await prepare(id);
      failed = 0;
    } catch (error) {
      if (!(error instanceof MeetingsFault)) throw error;
      if (error.reason === "access-policy") await prepare(id);
      if (error.reason === "unavailable") failed += 1;
    }
  };
  const inTurn = atMost(AT_ONCE);
  const next = inOrder(soon, after, now).slice(0, MOST_LOOKED_AT);
  await Promise.all(next.map((found) => inTurn(() => unlessDamaged(asking, () => lookAt(found)))));
}

/** Those that start next come first, and then those that were looked at longest ago. */
function inOrder(
  soon: readonly FoundVisit[],
  lookedAt: ReadonlyMap<VisitId, number>,
  now: number,
): readonly FoundVisit[] {
  const isNext = ({ start }: FoundVisit) => (start.getTime() - now < NEXT_MS ? 0 : 1);
  const last = ({ id }: FoundVisit) => lookedAt.get(id) ?? 0;
  return soon.toSorted((one, other) => isNext(one) - isNext(other) || last(one) - last(other));
}
