/**
 * A reminder whose time passed while what is new of its visit was held back: both would leave once staff let them go, and would
 * say the same. What is new goes first, and then nobody is reminded of it.
 */
import { isOpen } from "../../domain/job.ts";
import { changeNumberIn, nameOf } from "../../domain/visitMessages.ts";
import { HELD_BACK } from "../../messages/heldBack.ts";
import { jobId } from "../../records/jobs.ts";
import { isTold, type Message } from "../../records/messages.ts";
import type { Telling } from "./telling.ts";

/**
 * @param before the visit's records
 * @returns `said` where the patient was told of the visit since the reminder's time; `waits` where they are about to be
 */
export async function noticeOf(
  { parts, occasion }: Pick<Telling, "parts" | "occasion">,
  before: readonly Message[],
): Promise<"said" | "waits" | undefined> {
  const { due, found, kind, record } = occasion;
  if (kind !== "reminder") return undefined;
  const isSaid = before.some(
    (one) =>
      IS_ON.has(one.kind) &&
      isTold(one) &&
      one.start === record.start &&
      Date.parse(one.begun) >= due.getTime(),
  );
  if (isSaid) return "said";
  const isDecided = before.some(
    ({ which = "", state }) => state !== "waiting" && changeNumberIn(which) === found.changes,
  );
  if (isDecided) return undefined;
  const what = nameOf({ kind: "change", number: found.changes });
  const kept = await parts.jobs.read(jobId("message", [found.id, what].join(" ")));
  return kept !== undefined && isOpen(kept.job) && kept.job.lastFailure?.reason === HELD_BACK
    ? "waits"
    : undefined;
}

const IS_ON: ReadonlySet<string> = new Set<Message["kind"]>(["confirmation", "update"]);
