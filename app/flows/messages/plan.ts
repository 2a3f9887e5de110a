/**
 * Makes the jobs for what is to be told: each change of a visit when it is seen, and each reminder shortly before its time.
 */
import { messagesOf } from "../../domain/defaults.ts";
import type { FoundVisit } from "../../domain/found.ts";
import { beforeNightMs, dueOf, sendingTimeOf } from "../../domain/sendingTime.ts";
import { nameOf, TELLS, type VisitMessage } from "../../domain/visitMessages.ts";
import { toldNow } from "../../messages/whyNot.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Turn } from "../../web/flow.ts";
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
const DAY_MS = 86_400_000;
const SLICE = 100;
/** How many jobs are remembered at most: more than are seen within the overlap of two looks. */
const MOST_REMEMBERED = 50_000;

const atMost = (moment: Date, most: number): Date => new Date(Math.min(moment.getTime(), most));

/** Remembers which jobs were made, so that they are not made again at each look. A process that forgets does no harm. */
export function planner(parts: MessagePicks) {
  const made = new Set<string>();

  async function add(visit: FoundVisit["id"], message: VisitMessage, due: Date, connectionId: string) {
    const what = nameOf(message);
    const key = [visit, what].join(" ");
    if (made.has(key)) return;
    const { messaging, jobs } = parts;
    const connection = await parts.hospital.connection(connectionId);
    const as = messaging === undefined ? "pilot" : toldNow(messaging, connection);
    await jobs.add({ kind: "message", key, of: { visit, what, by: "any", as }, due });
    if (made.size >= MOST_REMEMBERED) made.clear();
    made.add(key);
  }

  /**
   * Adds jobs; one that the store does not take does not stop the others.
   * @throws the first failure when done, so that the turn is done again
   */
  function adding() {
    const failures: unknown[] = [];
    return {
      /** @returns whether the job is there */
      add: (...message: Parameters<typeof add>) =>
        add(...message).then(
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
    async changes({ begun, since, reached, reach, signal }: Turn): Promise<void> {
      if (parts.messaging === undefined) return;
      const now = parts.queue.now().getTime();
      const lookedTo =
        since === undefined ? (begun?.getTime() ?? now) - LOOKS_BACK_MS : since.getTime() - OVERLAP_MS;
      const from = new Date(Math.max(lookedTo, reached?.getTime() ?? lookedTo, now - DAY_MS));
      const jobs = adding();
      let allAdded = true;
      let continuation: string | undefined;
      do {
        const slice = await parts.visitChanges.readSlice({
          from,
          limit: SLICE,
          ...(continuation !== undefined && { continuation }),
        });
        if (slice.damaged > 0) parts.log.warn("changes.rows_unreadable", { count: slice.damaged });
        for (const { visit, number, change, at, start, connectionId } of slice.changes) {
          if (signal.aborted) return;
          const due = dueOf({ kind: TELLS[change] }, at, start);
          const when = due.kind === "due" ? due.at : at;
          const isThere = await jobs.add(visit, { kind: "change", number }, when, connectionId);
          if (allAdded && !isThere) await reach?.(atMost(at, now - OVERLAP_MS));
          allAdded &&= isThere;
        }
        const last = slice.changes.at(-1);
        if (allAdded && last !== undefined) await reach?.(atMost(last.at, now - OVERLAP_MS));
        continuation = slice.next;
      } while (continuation !== undefined);
      jobs.done();
    },

    async reminders({ of = "", since, signal }: Turn): Promise<void> {
      const connection = await parts.hospital.connection(of);
      if (parts.messaging === undefined || connection === undefined || !hasSystemClient(connection)) return;
      const { kinds, remindMinutesBefore } = messagesOf(
        parts.environment,
        connection,
        parts.messageRules.connections,
      );
      if (!kinds.includes("reminder")) return;
      const { hours } = parts.messageRules;
      const zones = new Map((await parts.hospital.departments(of)).map(({ id, timeZone }) => [id, timeZone]));
      const now = parts.queue.now().getTime();
      const missed = Math.max(Math.min(since?.getTime() ?? now, now) - OVERLAP_MS, now - DAY_MS);
      const jobs = adding();
      for (const minutesBefore of remindMinutesBefore) {
        const before = minutesBefore * MINUTE_MS;
        // Includes visits that have started since: their records say that it was too late.
        const range = [
          new Date(missed + before),
          new Date(now + AHEAD_MS + before + beforeNightMs(hours)),
        ] as const;
        for await (const slice of parts.foundVisits.between(of, ...range))
          for (const { id, standing, start, end, firstSeen, departmentId } of slice.found) {
            if (signal.aborted) return;
            const due = dueOf({ kind: "reminder", minutesBefore }, firstSeen, start);
            // A visit that is away or missed may come back, and the job waits for that.
            if (standing === "cancelled" || due.kind === "missed") continue;
            const sending = sendingTimeOf({
              ...{ kind: "reminder", due: due.at, known: firstSeen, now: new Date(now), start, end, hours },
              zone: zones.get(departmentId) ?? "UTC",
            });
            const at = sending.kind === "send" && sending.at < due.at ? sending.at : due.at;
            if (at.getTime() > now + AHEAD_MS) continue;
            await jobs.add(id, { kind: "reminder", minutesBefore, start }, at, of);
          }
      }
      jobs.done();
    },
  };
}
