/** Whether a message may go as a text, and whether as a mail; for each way, why not. Pure functions: no I/O. */
import type { Environment } from "../../domain/environment.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { ToldKind } from "../../domain/messages.ts";
import type { Messaging } from "../../parts.ts";
import type { Recipient } from "../../ports/systemEhr.ts";

export interface Asked {
  readonly environment: Environment;
  readonly messaging: Omit<Messaging, "texts" | "mail">;
  readonly connection: Pick<ConfiguredConnection, "id" | "environment" | "fhirBaseUrl">;
  readonly kind: ToldKind;
  readonly recipient: Recipient;
  /** Whether the owner of the number that the chart has wants no texts. */
  readonly isStopped: boolean;
  /** It is night, when nobody is texted. */
  readonly isNight: boolean;
  /** Patients were not told of anything yet when the message came up. Visits that were known by then get no first notice. */
  readonly wasPilot: boolean;
}

export type Way = { readonly to: string } | { readonly code: Code };
export type Code = NobodyCode | TextCode | MailCode;
/** The message goes neither way. */
type NobodyCode = "deceased" | "inactive" | "preference";
/** The other way may be taken. */
type TextCode = (typeof TEXT_CODES)[number];
const TEXT_CODES = [
  "no-number",
  "no-consent",
  "unapproved",
  "prefers-mail",
  "no-mobile",
  "test",
  "pilot",
  "known-before",
  "opted-out",
  "night",
] as const;
type MailCode = "no-sender" | "azure-domain" | "no-address" | "test" | "pilot" | "known-before";

/** Whether a text that was withheld for this leaves the mail to be tried. */
export const leavesMail = (code: string | undefined): boolean =>
  (TEXT_CODES as readonly (string | undefined)[]).includes(code);

export function nobody({ recipient: { gone, prefers } }: Pick<Asked, "recipient">): NobodyCode | undefined {
  return gone ?? (prefers === "other" ? "preference" : undefined);
}

export function textWay(asked: Asked): Way {
  const { messaging, connection, recipient, isStopped, isNight } = asked;
  const { textNumber } = recipient;
  if (messaging.number === undefined) return { code: "no-number" };
  if (!messaging.textsPatientsOf(connection)) return { code: "no-consent" };
  if (!messaging.isApproved) return { code: "unapproved" };
  if (recipient.prefers === "mail") return { code: "prefers-mail" };
  if (textNumber === undefined) return { code: "no-mobile" };
  const withheld = withheldFrom(asked, textNumber);
  if (withheld !== undefined) return { code: withheld };
  if (isStopped) return { code: "opted-out" };
  return isNight ? { code: "night" } : { to: textNumber };
}

export function mailWay(asked: Asked): Way {
  const { mailSender } = asked.messaging;
  const { mail } = asked.recipient;
  if (mailSender === undefined) return { code: "no-sender" };
  // Azure's own domain lets so few mails an hour out that all are kept for what staff send by hand.
  if (mailSender.isForStaffsOnly) return { code: "azure-domain" };
  if (mail === undefined) return { code: "no-address" };
  const withheld = withheldFrom(asked, mail);
  return withheld === undefined ? { to: mail } : { code: withheld };
}

/**
 * Why a number or mail address is not written to. Listed staff are always written to. A test chart may hold copies of real
 * patients, so nobody else is written to for one.
 */
function withheldFrom(
  { environment, messaging, connection, kind, wasPilot }: Asked,
  to: string,
): "test" | "pilot" | "known-before" | undefined {
  if (messaging.isStaff(to)) return undefined;
  const isTest =
    environment === "test" || (environment === "production" && connection.environment === "test");
  if (isTest) return "test";
  if (!messaging.isLive) return "pilot";
  return wasPilot && kind === "confirmation" ? "known-before" : undefined;
}
