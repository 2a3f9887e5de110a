/**
 * Where the messages go that the connector sends by itself, as far as the visit's page knows. They go by the chart, also where
 * staff have sent the link elsewhere, and bring the link that is good when they leave.
 */
import { messagesOf } from "../../domain/defaults.ts";
import { UNREADABLE, whyNotWrittenTo, whyNoTexts } from "../../messages/whyNot.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Session } from "../../records/sessions.ts";
import type { OpenVisit } from "./opened.ts";
import type { ProviderPicks } from "./parts.ts";
import { maskedMail, maskedNumber, type Sending } from "./sending.ts";

/**
 * Whether patients of this chart are texted unasked. Of one visit, something else may still stand against it. `staff`: only
 * whoever is listed as staff. `unknown`: what decides it cannot be read now.
 * @param patient the visit's, whose number may be a listed one
 */
export function textedUnasked(
  { environment, messaging }: Pick<ProviderPicks, "environment" | "messaging">,
  { connection }: Session,
  patient: OpenVisit["patient"],
): "yes" | "no" | "staff" | "unknown" {
  if (messaging === undefined || !hasSystemClient(connection)) return "no";
  const from = { environment, messaging, connection };
  const why = whyNoTexts(from);
  if (why !== undefined && why !== UNREADABLE) return "no";
  const to = typeof patient === "object" ? patient.textNumber : undefined;
  const toPatient = whyNotWrittenTo(from, to ?? NOT_LISTED);
  if (toPatient === UNREADABLE || why === UNREADABLE) return "unknown";
  return toPatient === undefined ? "yes" : "staff";
}

/** Stands for a number, or an address, that is nobody's of the staff. */
const NOT_LISTED = "";

export interface Unasked {
  readonly way: "text" | "mail";
  /** The chart's number or address, masked; absent where the chart was not read for the page. */
  readonly to?: string;
  /** Staff hold it back. */
  readonly isHeld?: true;
}

/** Whether the connector writes to the patient of this visit by itself at all, as far as is known, whatever it is. */
export const mayWriteUnasked = (
  { messaging, now }: Pick<ProviderPicks, "messaging" | "now">,
  { connection }: Session,
  { kind, end }: OpenVisit["visit"],
): boolean => kind === "appointment" && now() < end && messaging !== undefined && hasSystemClient(connection);

type AskedParts = Pick<ProviderPicks, "environment" | "messageRules" | "messaging" | "now">;

/** Undefined where, as far as is known, no message brings the patient a link unasked any more. */
export function unaskedOf(
  parts: AskedParts,
  session: Session,
  open: Pick<OpenVisit, "appointment" | "patient" | "visit">,
  sending: Pick<Sending, "chart">,
): Unasked | undefined {
  const unasked = unlessHeld(parts, session, open, sending);
  return unasked && open.visit.held !== undefined ? { ...unasked, isHeld: true } : unasked;
}

function unlessHeld(
  parts: AskedParts,
  session: Session,
  { appointment, patient, visit }: Pick<OpenVisit, "appointment" | "patient" | "visit">,
  { chart }: Pick<Sending, "chart">,
): Unasked | undefined {
  const { environment, messageRules, messaging } = parts;
  const { connection } = session;
  if (messaging === undefined || !mayWriteUnasked(parts, session, visit)) return undefined;
  if (new Set(appointment?.patients).size > 1 || appointment?.isDeclined === true) return undefined;
  const { kinds } = messagesOf(environment, connection, messageRules.connections);
  // A cancellation brings no link.
  if (messageRules.isUnknown !== true && kinds.every((kind) => kind === "cancellation")) return undefined;
  const texted = textedUnasked(parts, session, patient);
  const areTexted = texted === "yes" || texted === "unknown";
  const { mailSender } = messaging;
  const areMailed = messageRules.byMail && mailSender !== undefined && !mailSender.isForStaffsOnly;
  const isMailed = (mail: string) => {
    const why = whyNotWrittenTo({ environment, messaging, connection }, mail);
    return areMailed && (why === undefined || why === UNREADABLE);
  };
  if (typeof patient !== "object") {
    if (areTexted) return { way: "text" };
    return isMailed(NOT_LISTED) ? { way: "mail" } : undefined;
  }
  const { gone, prefers, textNumber, mail } = patient;
  if (gone !== undefined || prefers === "other") return undefined;
  const isStopped = chart.isStopped && chart.isStopUnknown !== true;
  if (areTexted && textNumber !== undefined && prefers !== "mail" && !isStopped)
    return { way: "text", to: maskedNumber(textNumber) };
  return mail !== undefined && isMailed(mail) ? { way: "mail", to: maskedMail(mail) } : undefined;
}
