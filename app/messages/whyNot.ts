/**
 * Why a number or an address is not written to from here, whatever the message says. These functions are pure and ask
 * nobody.
 */
import { isForStaffAlone } from "../domain/defaults.ts";
import type { Environment } from "../domain/environment.ts";
import type { ConfiguredConnection } from "../domain/hospital.ts";
import type { Told } from "../domain/visitMessages.ts";
import type { Messaging } from "../parts.ts";

export interface From {
  readonly environment: Environment;
  readonly messaging: Omit<Messaging, "texts" | "mail">;
  readonly connection: Pick<ConfiguredConnection, "id" | "environment" | "fhirBaseUrl">;
}

export type WhyNot = WhyNoTexts | "no-sender" | "test" | "pilot";
type WhyNoTexts = "no-number" | "no-consent" | "other-chart" | "unapproved" | typeof UNREADABLE;
/** Nothing is decided: what is set of texts decides it, and cannot be read now. */
export const UNREADABLE = "texting-unreadable";
/** Nothing is decided: whether the number has ended texts cannot be read now. */
export const STOP_UNREADABLE = "opt-out-unreadable";

const UNREADABLES = [UNREADABLE, STOP_UNREADABLE] as const;
/** Whether the message waits until something can be read. */
export const isUntilReadable = (code: string | undefined): code is (typeof UNREADABLES)[number] =>
  (UNREADABLES as readonly (string | undefined)[]).includes(code);

/** @param isStopped whether the owner of the number wants no texts */
export const whyStopped = (
  isStopped: boolean | "not-known",
): "opted-out" | typeof STOP_UNREADABLE | undefined =>
  isStopped === "not-known" ? STOP_UNREADABLE : isStopped ? "opted-out" : undefined;

/** The first reason that stands anyway. Only where there is none, what cannot be read now is a reason to wait. */
export const firstCertain = <Why extends string>(...whys: readonly (Why | undefined)[]): Why | undefined => {
  const all = whys.filter((why) => why !== undefined);
  return all.find((why) => !isUntilReadable(why)) ?? all[0];
};

/** Why no patient of a connection is texted; undefined where they are. */
export function whyNoTexts({
  messaging: { number, isAgreed, isApproved, textsPatientsOf, unknown, whyNotTexted: reasonOf },
  connection,
}: Pick<From, "messaging" | "connection">): WhyNoTexts | undefined {
  if (number === undefined && !unknown.number) return "no-number";
  const isUnknown = unknown.number || unknown.textsPatientsOf(connection);
  if (!unknown.textsPatientsOf(connection) && !textsPatientsOf(connection)) {
    if (!isAgreed) return "no-consent";
    return reasonOf(connection) === "other-chart" ? "other-chart" : "no-number";
  }
  if (isApproved || number === undefined) return isUnknown ? UNREADABLE : undefined;
  return unknown.verificationOf(number) ? UNREADABLE : "unapproved";
}

/**
 * How patients of a connection are told at this moment; undefined for a connection that is not there. What cannot be known is
 * taken to stand against nothing: it is asked anew when the message is sent.
 */
export function toldNow(
  { isLive, textsPatientsOf, unknown }: Pick<Messaging, "isLive" | "textsPatientsOf" | "unknown">,
  connection: From["connection"] | undefined,
): Told {
  if (connection !== undefined && (unknown.isLive || (isLive && unknown.textsPatientsOf(connection))))
    return "live";
  if (!isLive || connection === undefined) return "pilot";
  return textsPatientsOf(connection) ? "live" : "by-mail";
}

/** Listed staff are always written to. */
export function whyNotWrittenTo(
  { environment, messaging, connection }: From,
  to: string,
): "test" | "pilot" | typeof UNREADABLE | undefined {
  if (messaging.isStaff(to)) return undefined;
  const { unknown } = messaging;
  if (isForStaffAlone(environment, connection)) return unknown.staff ? UNREADABLE : "test";
  if (messaging.isLive) return undefined;
  return unknown.isLive || unknown.staff ? UNREADABLE : "pilot";
}

export const whyNotTexted = (
  from: From,
  number: string,
  isStopped: boolean | "not-known",
): WhyNot | ReturnType<typeof whyStopped> =>
  firstCertain(whyNoTexts(from), whyNotWrittenTo(from, number), whyStopped(isStopped));

export const whyNotMailed = (from: From, address: string): WhyNot | undefined =>
  from.messaging.mailSender === undefined ? "no-sender" : whyNotWrittenTo(from, address);
