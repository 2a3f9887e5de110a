/**
 * The visits that open pages follow. Each is read once a second in this process, however many pages follow it; a visit that
 * no page follows is not read.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { VisitId } from "../../domain/linkToken.ts";
import { UnreadableRecord } from "../../records/record.ts";
import { departmentOfVisit } from "../../records/visitDepartment.ts";
import { openErrors } from "../../web/floods.ts";
import type { ProviderPicks } from "./parts.ts";
import { isBehind, sharing, waitingOf, type Waiting } from "./waiting.ts";
import { shownOf, type Shown } from "./waitingCard.tsx";

type FollowPicks = Pick<
  ProviderPicks,
  "callEvents" | "hospital" | "log" | "notifications" | "now" | "presences" | "visits" | "workStanding"
>;

const EVERY_MS = 1_000;
/**
 * The row of presences says who waits. The visit's own row, what nobody has read yet, and what changes with time alone, are
 * read less often.
 */
const WHOLE_EVERY_MS = 15_000;

/** What a page shows of a visit now; undefined where there is nothing to show. */
export async function shownNow(parts: FollowPicks, visit: VisitId): Promise<Shown | undefined> {
  return (await look(parts, visit, undefined))?.shown;
}

interface Look {
  readonly at: Date;
  readonly row: string;
  readonly waiting: Waiting;
  readonly shown: Shown;
}

async function look(parts: FollowPicks, id: VisitId, before: Look | undefined): Promise<Look | undefined> {
  const watched = await parts.presences.of(id).catch((error: unknown) => {
    if (error instanceof UnreadableRecord) return "not-read" as const;
    throw error;
  });
  const row = JSON.stringify(watched ?? null);
  const at = parts.now();
  if (before?.row === row && Math.abs(at.getTime() - before.at.getTime()) < wholeAfterMs(before))
    return before;
  const visit = await parts.visits.byId(id);
  if (visit === undefined) return undefined;
  const { department } = await departmentOfVisit(parts.hospital, visit);
  const waiting: Waiting =
    watched === "not-read"
      ? { kind: watched }
      : await sharing(parts, visit, waitingOf(parts, visit, watched, await isBehind(parts, id)));
  return {
    at,
    row,
    waiting,
    shown: shownOf(waiting, { visit, zone: department.timeZone, now: at }),
  };
}

/**
 * After how long everything is read anew. Before the visit's time nobody can be there; it is read again when that time
 * comes.
 */
function wholeAfterMs({ at, waiting }: Look): number {
  const left = waiting.kind === "not-yet" ? waiting.from.getTime() - at.getTime() : WHOLE_EVERY_MS;
  return Math.max(EVERY_MS, Math.min(WHOLE_EVERY_MS, left));
}

export interface Follower {
  tell(shown: Shown): void;
  /** Called when nothing is known any more: the store fails, or the visit is gone. */
  lost(): void;
}

export interface Following {
  /** Tells the follower at once, and at each change. */
  begin(visit: VisitId, follower: Follower): void;
  /** Does nothing where the follower does not follow the visit any more. */
  end(visit: VisitId, follower: Follower): void;
}

interface Followed {
  readonly followers: Set<Follower>;
  timer?: NodeJS.Timeout;
  last?: Look;
}

export function following(parts: FollowPicks): Following {
  const followed = new Map<VisitId, Followed>();
  const notRead = openErrors(parts.log, "presence.not_read");
  // It is begun while a request is answered, but is not about that request.
  const aside = AsyncLocalStorage.snapshot();

  const again = async (visit: VisitId, one: Followed): Promise<void> => {
    const seen = await look(parts, visit, one.last).catch((cause: unknown) => {
      notRead(cause);
      return undefined;
    });
    if (seen === undefined) {
      if (followed.get(visit) === one) followed.delete(visit);
      for (const follower of one.followers) follower.lost();
      return;
    }
    const isNew = seen.shown.tag !== one.last?.shown.tag;
    one.last = seen;
    if (isNew) for (const follower of one.followers) follower.tell(seen.shown);
    if (one.followers.size === 0) return;
    const next = seen.waiting.kind === "not-yet" ? wholeAfterMs(seen) : EVERY_MS;
    one.timer = setTimeout(() => void again(visit, one), next);
  };

  return {
    begin(visit, follower) {
      const known = followed.get(visit);
      const one = known ?? { followers: new Set<Follower>() };
      one.followers.add(follower);
      if (known === undefined) {
        followed.set(visit, one);
        aside(() => void again(visit, one));
      } else if (known.last !== undefined) follower.tell(known.last.shown);
    },
    end(visit, follower) {
      const one = followed.get(visit);
      if (one?.followers.delete(follower) !== true || one.followers.size > 0) return;
      clearTimeout(one.timer);
      followed.delete(visit);
    },
  };
}
