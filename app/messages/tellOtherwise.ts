/**
 * A message that had left did not arrive, according to a report. A text is tried once more where that may help; otherwise a
 * mail says the same. Nothing is sent after a mail, and its job looks whether somebody has to call.
 */
import type { FailedMeaning } from "../domain/delivery.ts";
import { visitOfMessage } from "../domain/messageId.ts";
import { afterFailedText, changeNumberIn, type By } from "../domain/visitMessages.ts";
import type { Parts } from "../parts.ts";
import { addAgain } from "../records/jobUpkeep.ts";
import type { Message } from "../records/messages.ts";

/** How long to wait before the second try; a phone that was off may be on by then. */
const AGAIN_AFTER_MS = 5 * 60_000;

/**
 * The same report may come again, which is harmless. What is left to be said, and how, is decided when the job is done.
 */
export async function tellOtherwise(
  jobs: Parts["jobs"],
  { id, way, which = "" }: Message,
  meaning: FailedMeaning,
): Promise<void> {
  const left = way === "text" ? afterFailedText(which, meaning) : afterFailedMail(which);
  const visit = visitOfMessage(id)?.visit;
  if (left === undefined || visit === undefined) return;
  const { what, by } = left;
  const due = new Date(jobs.now().getTime() + (by === "again" ? AGAIN_AFTER_MS : 0));
  // A message has left, so messages went to patients when this came up: hence `live`.
  const job = {
    kind: "message",
    key: [visit, what, by].join(" "),
    of: { visit, what, by, as: "live" },
    due,
  } as const;
  // The job that mailed may have been this very one.
  await (way === "text" ? jobs.add(job) : addAgain(jobs, job));
}

/** Whoever was not reminded, or not told by mail of a visit that is new to them, is not called for that. */
const afterFailedMail = (which: string): { readonly what: string; readonly by: By } | undefined =>
  changeNumberIn(which) === undefined ? undefined : { what: which, by: "mail" };
