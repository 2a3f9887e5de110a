/** Which message about a visit is meant: of a change of it, or a reminder of how long before which start. */
import type { FailedMeaning } from "./delivery.ts";
import type { FoundChange } from "./found.ts";
import type { MessageKind } from "./messages.ts";

export type VisitMessage =
  | { readonly kind: "change"; readonly number: number }
  | { readonly kind: "reminder"; readonly minutesBefore: number; readonly start: Date };

/** The same for the same message, whoever asks: part of its record's id and of its job's. */
export const nameOf = (message: VisitMessage): string =>
  message.kind === "change"
    ? "change-" + String(message.number)
    : ["reminder", String(message.minutesBefore), message.start.toISOString()].join("-");

/** Undefined for what is no such name. */
export function visitMessageNamed(name: string): VisitMessage | undefined {
  const change = /^change-(\d{1,9})$/.exec(name);
  if (change !== null) return { kind: "change", number: Number(change[1]) };
  const [, minutes, moment = ""] = /^reminder-(\d{1,6})-(.+)$/.exec(name) ?? [];
  const start = new Date(moment);
  if (minutes === undefined || Number.isNaN(start.getTime())) return undefined;
  return { kind: "reminder", minutesBefore: Number(minutes), start };
}

/** Whose turn it is: whichever way there is, the text once more, or the mail since the text has failed for good. */
export type By = "any" | "again" | "mail";

const AGAIN = "-again";
/** Of a text's record: the second try of one that failed is another text. */
export const textNameOf = (name: string, by: string): string => (by === "again" ? name + AGAIN : name);

/** Whose text failed, and what is left to be tried; undefined for what is no rule's message. */
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
