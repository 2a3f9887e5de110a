/** Whether a message may go as a text, and whether as a mail; for each way, why not. Pure functions: no I/O. */
import type { ToldKind } from "../../domain/messages.ts";
import type { Told } from "../../domain/visitMessages.ts";
import {
  firstCertain,
  whyNotWrittenTo,
  whyNoTexts,
  whyStopped,
  type From,
  type STOP_UNREADABLE,
  UNREADABLE,
} from "../../messages/whyNot.ts";
import type { Recipient } from "../../ports/systemEhr.ts";

export interface Asked extends From {
  readonly kind: ToldKind;
  readonly recipient: Recipient;
  /** Whether the owner of the number that the chart has wants no texts. */
  readonly isStopped: boolean | "not-known";
  /** It is night, when nobody is texted. */
  readonly isNight: boolean;
  /** How patients were told when the message came up. A visit that was known by then gets no first notice another way. */
  readonly was: Told;
}

export type Way = { readonly to: string; readonly code?: undefined } | { readonly code: Code };
export type Code = NobodyCode | TextCode | MailCode;
/** The message goes neither way. */
type NobodyCode = "deceased" | "inactive" | "preference";
/** The other way may be taken; where something cannot be read, the message is put off, and no record is made. */
type TextCode = (typeof TEXT_CODES)[number] | typeof UNREADABLE | typeof STOP_UNREADABLE;
const TEXT_CODES = [
  "no-number",
  "no-consent",
  "other-chart",
  "unapproved",
  "prefers-mail",
  "no-mobile",
  "test",
  "pilot",
  "known-before",
  "opted-out",
  "night",
] as const;
type MailCode =
  "no-sender" | "azure-domain" | "no-address" | "test" | "pilot" | "known-before" | typeof UNREADABLE;

/** Whether a text that was withheld for this leaves the mail to be tried. */
export const leavesMail = (code: string | undefined): boolean =>
  (TEXT_CODES as readonly (string | undefined)[]).includes(code);

export function nobody({ recipient: { gone, prefers } }: Pick<Asked, "recipient">): NobodyCode | undefined {
  return gone ?? (prefers === "other" ? "preference" : undefined);
}

export function textWay(asked: Asked): Way {
  const { recipient, isStopped, isNight } = asked;
  const { textNumber } = recipient;
  const none = whyNoTexts(asked);
  if (none !== undefined && none !== UNREADABLE) return { code: none };
  if (recipient.prefers === "mail") return { code: "prefers-mail" };
  if (textNumber === undefined) return { code: "no-mobile" };
  const code = firstCertain(
    none,
    withheldFrom(asked, textNumber, ["live"]),
    whyStopped(isStopped),
    isNight ? "night" : undefined,
  );
  return code === undefined ? { to: textNumber } : { code };
}

export function mailWay(asked: Asked): Way {
  const { mailSender } = asked.messaging;
  const { mail } = asked.recipient;
  if (mailSender === undefined) return { code: "no-sender" };
  // Azure's own domain lets so few mails an hour out that all are kept for what staff send by hand.
  if (mailSender.isForStaffsOnly) return { code: "azure-domain" };
  if (mail === undefined) return { code: "no-address" };
  const withheld = withheldFrom(asked, mail, ["live", "by-mail"]);
  return withheld === undefined ? { to: mail } : { code: withheld };
}

/** @param told how patients must have been told when the message came up, if it is a first notice */
function withheldFrom(
  asked: Asked,
  to: string,
  told: readonly Told[],
): "test" | "pilot" | "known-before" | typeof UNREADABLE | undefined {
  const { messaging, kind, was } = asked;
  const why = whyNotWrittenTo(asked, to);
  const isKnownBefore = kind === "confirmation" && !told.includes(was) && !messaging.isStaff(to);
  // Where the pilot may go on and nobody knows who its staff are, this may be one of them, who is told.
  const isCertain = why === undefined || !messaging.unknown.staff;
  return firstCertain(why, isKnownBefore && isCertain ? "known-before" : undefined);
}
