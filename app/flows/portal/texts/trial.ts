/** Sends a text to one of the listed staff, so that an administrator sees that texts are sent before patients get any. */
import { randomUUID } from "node:crypto";
import { trialText, textSenderOf } from "../../../domain/texts.ts";
import type { Handover } from "../../../ports/texts.ts";
import { TEXT_LIMITS } from "../../../records/sendingRate.ts";
import type { PortalPicks } from "../parts.ts";

export type Trial =
  | Handover["kind"]
  | Extract<Handover, { kind: "not-now" }>["reason"]
  | "not-listed"
  | "no-number"
  | "not-linked"
  | "no-consent"
  | "unapproved"
  | "stopped"
  | "stop-not-known"
  | "often";

type TrialPicks = Pick<
  PortalPicks,
  "hospital" | "messaging" | "now" | "optOuts" | "sendingRate" | "textingNow"
>;

const MOST_AN_HOUR = [{ seconds: 3600, most: 20 }];

/** Sends it once, and never again; whether it arrived is seen on the phone. */
export async function tried(
  { hospital, messaging, now, optOuts, sendingRate, textingNow }: TrialPicks,
  to: string,
): Promise<Trial> {
  const from = messaging?.number;
  const sender = textSenderOf(hospital.organization);
  if (!textingNow.current().staff.phones.includes(to)) return "not-listed";
  if (messaging === undefined || from === undefined || sender === undefined) return "no-number";
  const { isAgreed, textsPatientsOf } = textingNow.current();
  if (!(await hospital.connections()).some(textsPatientsOf)) return isAgreed ? "not-linked" : "no-consent";
  if (!messaging.isApproved) return "unapproved";
  const isStopped = await optOuts.isStopped(to);
  if (isStopped !== false) return isStopped === "not-known" ? "stop-not-known" : "stopped";
  if ((await sendingRate.take("trials", 1, MOST_AN_HOUR)) !== undefined) return "often";
  if ((await sendingRate.take(from, 1, TEXT_LIMITS)) !== undefined) return "busy";
  const text = trialText({ sender, phone: hospital.organization.phone });
  const outcome = await messaging.texts.send({ from, to, text, id: randomUUID(), firstSent: now() });
  return outcome.kind === "not-now" ? outcome.reason : outcome.kind;
}
