/**
 * Why a number or an address is not written to from here, whatever the message says. These functions are pure and ask
 * nobody.
 */
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
type WhyNoTexts = "no-number" | "no-consent" | "other-chart" | "unapproved";

/** Why no patient of a connection is texted; undefined where they are. */
export function whyNoTexts({
  messaging: { number, isAgreed, isApproved, textsPatientsOf, whyNotTexted: reasonOf },
  connection,
}: Pick<From, "messaging" | "connection">): WhyNoTexts | undefined {
  if (number === undefined) return "no-number";
  if (!textsPatientsOf(connection)) {
    if (!isAgreed) return "no-consent";
    return reasonOf(connection) === "other-chart" ? "other-chart" : "no-number";
  }
  return isApproved ? undefined : "unapproved";
}

/** How patients of a connection are told at this moment; undefined for a connection that is not there. */
export function toldNow(
  { isLive, textsPatientsOf }: Pick<Messaging, "isLive" | "textsPatientsOf">,
  connection: From["connection"] | undefined,
): Told {
  if (!isLive || connection === undefined) return "pilot";
  return textsPatientsOf(connection) ? "live" : "by-mail";
}

/** A test chart may hold copies of real patients, whichever deployment reads it. Listed staff are always written to. */
export function whyNotWrittenTo(
  { environment, messaging, connection }: From,
  to: string,
): "test" | "pilot" | undefined {
  if (messaging.isStaff(to)) return undefined;
  const isTest =
    environment === "test" || (environment === "production" && connection.environment === "test");
  if (isTest) return "test";
  return messaging.isLive ? undefined : "pilot";
}

export const whyNotTexted = (from: From, number: string): WhyNot | undefined =>
  whyNoTexts(from) ?? whyNotWrittenTo(from, number);

export const whyNotMailed = (from: From, address: string): WhyNot | undefined =>
  from.messaging.mailSender === undefined ? "no-sender" : whyNotWrittenTo(from, address);
