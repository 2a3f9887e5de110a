/**
 * Why a number or an address is not written to from here, whatever the message says. These functions are pure and ask
 * nobody.
 */
import type { Environment } from "../domain/environment.ts";
import type { ConfiguredConnection } from "../domain/hospital.ts";
import type { Messaging } from "../parts.ts";

export interface From {
  readonly environment: Environment;
  readonly messaging: Omit<Messaging, "texts" | "mail">;
  readonly connection: Pick<ConfiguredConnection, "id" | "environment" | "fhirBaseUrl">;
}

export type WhyNot = "no-number" | "no-consent" | "unapproved" | "no-sender" | "test" | "pilot";

/** A test chart may hold copies of real patients, whichever deployment reads it. */
function withheldFrom(
  { environment, messaging, connection }: From,
  to: string,
): "test" | "pilot" | undefined {
  if (messaging.isStaff(to)) return undefined;
  const isTest =
    environment === "test" || (environment === "production" && connection.environment === "test");
  if (isTest) return "test";
  return messaging.isLive ? undefined : "pilot";
}

export function whyNotTexted(from: From, number: string): WhyNot | undefined {
  const { messaging, connection } = from;
  if (messaging.number === undefined) return "no-number";
  if (!messaging.textsPatientsOf(connection)) return "no-consent";
  if (!messaging.isApproved) return "unapproved";
  return withheldFrom(from, number);
}

export const whyNotMailed = (from: From, address: string): WhyNot | undefined =>
  from.messaging.mailSender === undefined ? "no-sender" : withheldFrom(from, address);
