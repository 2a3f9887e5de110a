/**
 * What identifies a message about a visit: a change of the visit, a reminder some minutes before a certain start, or one
 * click by which staff said that they run late.
 */
import type { FailedMeaning } from "./delivery.ts";
import type { FoundChange } from "./found.ts";
import type { MessageKind } from "./messages.ts";

export type VisitMessage =
  | { readonly kind: "change"; readonly number: number }
  | { readonly kind: "reminder"; readonly minutesBefore: number; readonly start: Date }
  | { readonly kind: "late"; readonly said: Date };

/** The message's name, which is the same whoever asks; it is a part of its record's id and of its job's. */
export function nameOf(message: VisitMessage): string {
  switch (message.kind) {
    case "change":
      return "change-" + String(message.number);
    case "reminder":
      return ["reminder", String(message.minutesBefore), message.start.toISOString()].join("-");
    case "late":
      return "late-" + message.said.toISOString();
  }
}

/** Reads what stands behind the kind in a message's name. */
const READ: Readonly<Record<VisitMessage["kind"], (rest: string) => VisitMessage | undefined>> = {
  change: (rest) => (/^\d{1,9}$/.test(rest) ? { kind: "change", number: Number(rest) } : undefined),
  reminder: (rest) => {
    const [, minutes, moment = ""] = /^(\d{1,6})-(.+)$/.exec(rest) ?? [];
    if (minutes === undefined || !isMoment(moment)) return undefined;
    return { kind: "reminder", minutesBefore: Number(minutes), start: new Date(moment) };
  },
  late: (rest) => (isMoment(rest) ? { kind: "late", said: new Date(rest) } : undefined),
};

/** Undefined if the name is not a message's. */
export function visitMessageNamed(name: string): VisitMessage | undefined {
  const [, kind = "", rest = ""] = /^([a-z]+)-(.+)$/.exec(name) ?? [];
  return isKind(kind) ? READ[kind](rest) : undefined;
}

const isKind = (text: string): text is VisitMessage["kind"] => Object.hasOwn(READ, text);

const isMoment = (text: string) => !Number.isNaN(Date.parse(text));

/**
 * How patients of a connection are told of anything: by texts and mails, by mails alone because no number is linked to the
 * connection, or not at all.
 */
const TOLD = ["live", "by-mail", "pilot"] as const;
export type Told = (typeof TOLD)[number];
/** Jobs of other releases may say something else, which is taken to mean that nothing stood against the message. */
export const toldNamed = (name: string): Told => TOLD.find((one) => one === name) ?? "live";

/** Which way is to be taken: any that there is, the text once more, or the mail because the text has failed for good. */
export type By = "any" | "again" | "mail";

const AGAIN = "-again";
/** The name of a text's record. The second try of a text that failed is a record of its own. */
export const textNameOf = (name: string, by: string): string => (by === "again" ? name + AGAIN : name);

/** The number of the change that a record tells, whichever try of it this is; undefined where it tells no change. */
export function changeNumberIn(which: string): number | undefined {
  const [, number] = /^change-(\d{1,9})(?:-again)?$/.exec(which) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** The message whose text failed, and what is left to try; undefined if it is not a message of the rules. */
export function afterFailedText(
  which: string,
  meaning: FailedMeaning,
): { readonly what: string; readonly by: By } | undefined {
  const wasSecond = which.endsWith(AGAIN);
  const what = wasSecond ? which.slice(0, -AGAIN.length) : which;
  const message = visitMessageNamed(what);
  if (message === undefined) return undefined;
  if (meaning === "retry" && !wasSecond) return { what, by: "again" };
  // That staff run late goes by text alone: a mail would be read after the visit.
  return message.kind === "late" ? undefined : { what, by: "mail" };
}

/** The kind of message that tells each change. */
export const TELLS = {
  new: "confirmation",
  moved: "update",
  cancelled: "cancellation",
} as const satisfies Record<FoundChange, MessageKind>;
export type KindOfChange = (typeof TELLS)[FoundChange];
