/**
 * A text that had left did not arrive, according to a report. It is tried once more where that may help; otherwise a mail
 * says the same.
 */
import type { FailedMeaning } from "../domain/delivery.ts";
import { visitOfMessage } from "../domain/messageId.ts";
import { afterFailedText } from "../domain/visitMessages.ts";
import type { Parts } from "../parts.ts";
import type { Message } from "../records/messages.ts";

/** How long to wait before the second try; a phone that was off may be on by then. */
const AGAIN_AFTER_MS = 5 * 60_000;

/**
 * The same report may come again, but the job is made only once. What is left to be said, and how, is decided when the job
 * is done.
 */
export async function tellOtherwise(
  jobs: Parts["jobs"],
  { id, way, which }: Message,
  meaning: FailedMeaning,
): Promise<void> {
  const left = which === undefined ? undefined : afterFailedText(which, meaning);
  const visit = visitOfMessage(id)?.visit;
  if (way !== "text" || left === undefined || visit === undefined) return;
  const { what, by } = left;
  const due = new Date(jobs.now().getTime() + (by === "again" ? AGAIN_AFTER_MS : 0));
  // A text has left, so messages went to patients when this came up: hence `live`.
  await jobs.add({
    kind: "message",
    key: [visit, what, by].join(" "),
    of: { visit, what, by, as: "live" },
    due,
  });
}
