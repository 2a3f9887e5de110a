/**
 * A message has failed, as a report says, and something else was to be told by then. Where that was not sent because its patient
 * seemed to know it, by the very message that failed, what was to follow the failure follows what is to be told now.
 */
import { changeNumberIn, nameOf } from "../../domain/visitMessages.ts";
import type { Telling } from "./telling.ts";

/** Why a message is not sent whose patient knows what it says. */
const KNOWN: ReadonlySet<string | undefined> = new Set(["same-time", "not-told"]);

export async function passedOn({ parts, of, message, occasion }: Telling): Promise<void> {
  const { id, changes } = occasion.found;
  if (of.by === "any" || message.kind !== "change" || message.number >= changes) return;
  const last = (await parts.messages.of(id)).filter(({ which = "" }) => changeNumberIn(which) === changes);
  if (last.length === 0 || !last.every(({ code }) => KNOWN.has(code))) return;
  const what = nameOf({ kind: "change", number: changes });
  const key = [id, what, of.by].join(" ");
  await parts.jobs.add({ kind: "message", key, of: { ...of, what }, due: parts.queue.now() });
}
