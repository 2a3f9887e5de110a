/** Which message about a visit is meant: of a change of it, or a reminder of how long before which start. */
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

export const TELLS: Readonly<Record<FoundChange, Exclude<MessageKind, "reminder">>> = {
  new: "confirmation",
  moved: "update",
  cancelled: "cancellation",
};
