/** Identifies a message about a visit: about a change of it, or a reminder so long before a certain start. */
import type { FailedMeaning } from "./delivery.ts";
import type { FoundChange } from "./found.ts";
import type { MessageKind } from "./messages.ts";

export type VisitMessage =
  | { readonly kind: "change"; readonly number: number }
  | { readonly kind: "reminder"; readonly minutesBefore: number; readonly start: Date };

/** The message's name, which is the same whoever asks; it is a part of its record's id and of its job's. */
export const nameOf = (message: VisitMessage): string =>
  message.kind === "change"
    ? "change-" + String(message.number)
    : ["reminder", String(message.minutesBefore), message.start.toISOString()].join("-");

/** Undefined if the name is not a message's. */
export function visitMessageNamed(name: string): VisitMessage | undefined {
  const change = /^change-(\d{1,9})$/.exec(name);
  if (change !== null) return { kind: "change", number: Number(change[1]) };
  const [, minutes, moment = ""] = /^reminder-(\d{1,6})-(.+)$/.exec(name) ?? [];
  const start = new Date(moment);
  if (minutes === undefined || Number.isNaN(start.getTime())) return undefined;
  return { kind: "reminder", minutesBefore: Number(minutes), start };
}

/** Which way is to be taken: any that there is, the text once more, or the mail because the text has failed for good. */
export type By = "any" | "again" | "mail";

const AGAIN = "-again";
/** The name of a text's record. The second try of a text that failed is a record of its own. */
export const textNameOf = (name: string, by: string): string => (by === "again" ? name + AGAIN : name);

/** The message whose text failed, and what is left to try; undefined if it is not a message of the rules. */
export function afterFailedText(
  which: string,
  meaning: FailedMeaning,
): { readonly what: string; readonly by: By } | undefined {
  const wasSecond = which.endsWith(AGAIN);
  const what = wasSecond ? which.slice(0, -AGAIN.length) : which;
  if (visitMessageNamed(what) === undefined) return undefined;
  return { what, by: meaning === "retry" && !wasSecond ? "again" : "mail" };
}

export const TELLS: Readonly<Record<FoundChange, Exclude<MessageKind, "reminder">>> = {
  new: "confirmation",
  moved: "update",
  cancelled: "cancellation",
};
