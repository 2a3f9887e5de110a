/**
 * A reminder and what is new of its visit say the same, and both would leave within moments where the one waits until the other
 * comes up. What is new goes first, in its own words, and whoever has just been told it is not reminded of it.
 */
import { isOpen } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { changeNumberIn, nameOf } from "../../domain/visitMessages.ts";
import { jobId } from "../../records/jobs.ts";
import { unlessUnreadable } from "../../records/record.ts";
import type { Message } from "../../records/messages.ts";
import type { VisitChange } from "../../records/visitChanges.ts";
import type { MessagePicks } from "./parts.ts";
import { isTo } from "./whose.ts";

/**
 * When a patient was told last that the visit starts then, other than by a reminder. What may not have left, or did not arrive,
 * tells them nothing.
 * @param records of the visit, the newest first
 * @param whose keyed hashes of the patient, by each id that is known of them
 */
export function toldAt(
  records: readonly Message[],
  whose: ReadonlySet<string>,
  start: Date,
): Date | undefined {
  const moments = records
    .filter((one) => IS_NOTICE.has(one.kind) && HAS_LEFT.has(one.state) && isTo({ all: whose }, one))
    .filter((one) => one.start === start.toISOString())
    .map(({ begun }) => Date.parse(begun));
  return moments.length === 0 ? undefined : new Date(Math.max(...moments));
}

const IS_NOTICE: ReadonlySet<string> = new Set<Message["kind"]>(["confirmation", "update", "link"]);
const HAS_LEFT: ReadonlySet<string> = new Set<Message["state"]>(["accepted", "delivered"]);

/** How long after a change was seen its job may still have to be made. One that is older and has none is told by reminders. */
const MADE_WITHIN_MS = 10 * 60_000;

/**
 * Whether the change is still to be told, also once more after a text that failed. Its reminder would take the words from it
 * that say what is new.
 * @param records of the visit
 */
export async function isToBeTold(
  { jobs, queue }: Pick<MessagePicks, "jobs" | "queue">,
  visit: VisitId,
  number: number,
  { at }: Pick<VisitChange, "at">,
  records: readonly Message[],
): Promise<boolean> {
  const own = records.filter(({ which = "" }) => changeNumberIn(which) === number);
  if (own.some(({ state }) => HAS_LEFT.has(state))) return false;
  const name = [visit, nameOf({ kind: "change", number })].join(" ");
  const keys = [name, ...(own.length === 0 ? [] : ["again", "mail"].map((by) => [name, by].join(" ")))];
  let isMade = false;
  for (const key of keys) {
    const kept = await unlessUnreadable(() => jobs.read(jobId("message", key)));
    if (kept === "unreadable") return false;
    if (kept !== undefined && isOpen(kept.job)) return true;
    isMade ||= kept !== undefined;
  }
  return !isMade && own.length === 0 && at.getTime() > queue.now().getTime() - MADE_WITHIN_MS;
}
