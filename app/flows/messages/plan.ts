/**
 * Makes the jobs for what is to be told: each change of a visit when it is seen, and each reminder shortly before its time.
 */
import { messagesOf } from "../../domain/defaults.ts";
import type { FoundVisit } from "../../domain/found.ts";
import { beforeNightMs, changeDue, reminderDue, sendingTimeOf } from "../../domain/sendingTime.ts";
import { nameOf, TELLS, type VisitMessage } from "../../domain/visitMessages.ts";
import { toldNow } from "../../messages/whyNot.ts";
import type { Messaging } from "../../parts.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import { addAgain } from "../../records/jobUpkeep.ts";
import type { VisitChange } from "../../records/visitChanges.ts";
import { TurnFailed, type Turn } from "../../web/flow.ts";
import type { MessagePicks } from "./parts.ts";

const MINUTE_MS = 60_000;
/**
 * How far back the first look at changes reaches, from when it was first due: its first turn may fail for long. What was seen
 * before is told by reminders only.
 */
const LOOKS_BACK_MS = 10 * MINUTE_MS;
/**
 * How far a look overlaps the one before it: the clocks of processes differ, and a change is written a little after its
 * moment.
 */
const OVERLAP_MS = 2 * MINUTE_MS;
/** How long before its time a reminder's job is made. Its time may be the evening before. */
const AHEAD_MS = 5 * MINUTE_MS;
/** A look that has much to catch up with, as after an outage, goes in parts, each of reminders that were due within this time. */
const PART_MS = 60 * MINUTE_MS;
const DAY_MS = 86_400_000;
const SLICE = 100;
/** How many jobs are remembered at most: more than are seen within the overlap of two looks. */
const MOST_REMEMBERED = 50_000;

/** Why a reminder waits whose visit does not take place at its start now. */
export const REMINDED_ELSEWHERE = "messages.elsewhere";
const OVER_WHEN_BACK = new Set([REMINDED_ELSEWHERE]);

const atMost = (moment: Date, most: number): Date => new Date(Math.min(moment.getTime(), most));

/**
 * Up to when all has been looked at, in milliseconds since 1970. A moment that is still to come was a wrong clock's, and does
 * not count: it would hide what came up since.
 * @param firstLooksBack how much longer ago than its beginning the first look begins
 */
function lookedTo({ begun, since, reached }: Turn, now: number, firstLooksBack: number): number {
  const past = (moment: Date | undefined) =>
    moment !== undefined && moment.getTime() <= now ? moment.getTime() : undefined;
  const last = past(since);
  const done = last === undefined ? (past(begun) ?? now) - firstLooksBack : last - OVERLAP_MS;
  return Math.max(done, past(reached) ?? done, now - DAY_MS);
}

/** Milliseconds since 1970. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** What is looked at, one after the other: what is long overdue in parts, and then the rest until `to`. */
function partsOf(from: number, now: number, to: number): readonly Part[] {
  const overdue: Part[] = [];
  let at = from;
  for (; at + PART_MS <= now - OVERLAP_MS; at += PART_MS) overdue.push({ from: at, to: at + PART_MS });
  return [...overdue, { from: at, to }];
}

/** Remembers which jobs were made, so that they are not made again at each look. A process that forgets does no harm. */
export function planner(parts: MessagePicks) {
  const made = new Set<string>();

  /**
   * The reminders whose time had passed when the visit was put where it is: where that tells its patient nothing new, they are
   * reminded all the same.
   */
  async function passedAt({ change, number, at, start, connectionId }: VisitChange) {
    const connection = number > 1 ? await parts.hospital.connection(connectionId) : undefined;
    if (connection === undefined || change === "cancelled" || start <= parts.queue.now()) return [];
    const rules = messagesOf(parts.environment, connection, parts.messageRules.connections);
    if (parts.messageRules.isUnknown !== true && !rules.kinds.includes("reminder")) return [];
    return rules.remindMinutesBefore
      .map((minutesBefore) => ({ kind: "reminder", minutesBefore, start }) as const)
      .filter(({ minutesBefore }) => reminderDue(minutesBefore, at, start) === undefined);
  }

  /**
   * Adds jobs; one that the store does not take does not stop the others.
   * @throws the first failure when done, so that the turn is done again
   */
  function adding(messaging: Messaging) {
    const failures: unknown[] = [];

    async function make(
      visit: FoundVisit["id"],
      message: VisitMessage,
      due: Date,
      connectionId?: string,
      back?: number,
    ): Promise<void> {
      const what = nameOf(message);
      const key = [visit, what].join(" ");
      // A visit that is kept no more and found anew counts its changes from the beginning.
      const at = message.kind === "change" ? due.getTime() : undefined;
      const once = [key, ...[at, back].filter((part) => part !== undefined).map(String)].join(" ");
      if (made.has(once)) return;
      const as =
        connectionId === undefined
          ? "live"
          : toldNow(messaging, await parts.hospital.connection(connectionId));
      const job = { kind: "message", key, of: { visit, what, by: "any", as }, due } as const;
      if (back === undefined) await parts.jobs.add(job);
      else await addAgain(parts.jobs, job, OVER_WHEN_BACK);
      if (made.size >= MOST_REMEMBERED) made.clear();
      made.add(once);
    }

    return {
      /**
       * @param connectionId left out where it is not known, because the row that says it cannot be read
       * @param back the change for which the job is made, where it may wait for that change
       * @returns whether the job is there
       */
      add: (...job: Parameters<typeof make>) =>
        make(...job).then(
          () => true,
          (error: unknown) => {
            failures.push(error);
            return false;
          },
        ),
      done(): void {
        if (failures.length > 0) throw failures[0];
      },
    };
  }

  return {
    /** Says step by step how far it has come: in a busy hour there are more changes than a process may live to look at. */
    async changes(turn: Turn): Promise<void> {
      const { messaging } = parts;
      if (messaging === undefined) return;
      const { reach, signal } = turn;
      const now = parts.queue.now().getTime();
      const since = new Date(lookedTo(turn, now, LOOKS_BACK_MS));
      const jobs = adding(messaging);
      let allAdded = true;
      let continuation: string | undefined;
      do {
        const from = continuation === undefined ? {} : { continuation };
        const slice = await parts.visitChanges.readSlice({ from: since, limit: SLICE, ...from });
        if (slice.unreadable.length > 0)
          parts.log.warn("changes.rows_unreadable", { count: slice.unreadable.length });
        // The job waits for the row, and decides then: whatever it is too late for is recorded as not sent.
        for (const { visit, number, at } of slice.unreadable) {
          if (signal.aborted) return;
          allAdded = (await jobs.add(visit, { kind: "change", number }, at)) && allAdded;
        }
        for (const seen of slice.changes) {
          if (signal.aborted) return;
          const { visit, number, change, at, start, movedFrom, connectionId } = seen;
          const when = changeDue(TELLS[change], at, start, movedFrom);
          // Of a visit that was changed before, the job knows which start was told, and waits by that.
          const first = number > 2 ? at : when;
          let isThere = await jobs.add(visit, { kind: "change", number }, first, connectionId);
          for (const reminder of await passedAt(seen))
            isThere = (await jobs.add(visit, reminder, when, connectionId, number)) && isThere;
          if (allAdded && !isThere) await reach?.(atMost(at, now - OVERLAP_MS));
          allAdded &&= isThere;
        }
        const last = slice.changes.at(-1);
        if (allAdded && last !== undefined) await reach?.(atMost(last.at, now - OVERLAP_MS));
        continuation = slice.next;
      } while (continuation !== undefined);
      jobs.done();
    },

    /** Says how far it has come after each part of what it has to catch up with. */
    async reminders(turn: Turn): Promise<void> {
      const { of = "", reach, signal } = turn;
      const { messaging } = parts;
      const connection = await parts.hospital.connection(of);
      if (messaging === undefined || connection === undefined || !hasSystemClient(connection)) return;
      const { kinds, remindMinutesBefore } = messagesOf(
        parts.environment,
        connection,
        parts.messageRules.connections,
      );
      const { hours, isUnknown } = parts.messageRules;
      if (isUnknown !== true && !kinds.includes("reminder")) return;
      const zones = new Map((await parts.hospital.departments(of)).map(({ id, timeZone }) => [id, timeZone]));
      const now = parts.queue.now().getTime();
      const soon = now + AHEAD_MS;
      /** Undefined where the reminder's time had passed when the visit became known. */
      const timeOf = ({ start, end, firstSeen, departmentId }: FoundVisit, minutesBefore: number) => {
        const due = reminderDue(minutesBefore, firstSeen, start);
        if (due === undefined) return undefined;
        const sending = sendingTimeOf({
          ...{ kind: "reminder", due, now: new Date(now), start, end, hours },
          zone: zones.get(departmentId) ?? "UTC",
        });
        return sending.kind === "send" && sending.at < due ? sending.at : due;
      };
      const jobs = adding(messaging);
      let allAdded = true;
      // By a guess they come up, too: their jobs wait until the rules can be read, and withhold what those do not ask for. A look
      // by a guess is of one part, so that none counts as done.
      const from = Math.max(lookedTo(turn, now, OVERLAP_MS), isUnknown ? now - PART_MS : 0);
      for (const part of partsOf(from, now, soon + beforeNightMs(hours))) {
        for await (const one of remindable(of, part, remindMinutesBefore)) {
          if (signal.aborted) return;
          const { id, start, minutesBefore } = one;
          const at = "visit" in one ? timeOf(one.visit, minutesBefore) : new Date(now);
          if (at === undefined || at.getTime() > soon) continue;
          allAdded = (await jobs.add(id, { kind: "reminder", minutesBefore, start }, at, of)) && allAdded;
        }
        if (allAdded && part.to < now) await reach?.(new Date(part.to));
      }
      jobs.done();
      // The rules may ask for reminders at other times. The first turn that knows them goes back as far as this one.
      if (isUnknown)
        throw new TurnFailed("messages.rules-unreadable", "what is set of messages cannot be read");
    },
  };

  /**
   * Visits whose reminders are due within a part. Those that have started since are among them: their records say so. Of one
   * whose row cannot be read, nobody knows where it is, and when people sleep there, so its job is made at once: it waits for
   * the row, and then for its time, or its record says that it was not sent.
   */
  async function* remindable(of: string, { from, to }: Part, remindMinutesBefore: readonly number[]) {
    for (const minutesBefore of remindMinutesBefore) {
      const before = minutesBefore * MINUTE_MS;
      const range = [new Date(from + before), new Date(to + before)] as const;
      for await (const { found, unreadable } of parts.foundVisits.between(of, ...range)) {
        for (const visit of found)
          // One that is away or missed may come back, and the job waits for that.
          if (visit.standing !== "cancelled") yield { ...visitOf(visit), visit, minutesBefore };
        for (const visit of unreadable) yield { ...visitOf(visit), minutesBefore };
      }
      // Whose visit stands elsewhere now may have it back at the start that they know.
      for await (const { found, at } of parts.foundVisits.awaitedBetween(of, ...range))
        if (found.standing !== "cancelled")
          yield { id: found.id, start: at, visit: { ...found, start: at }, minutesBefore };
    }
  }
}

const visitOf = ({ id, start }: Pick<FoundVisit, "id" | "start">) => ({ id, start });
