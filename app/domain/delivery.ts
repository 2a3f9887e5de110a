/** What carriers and mailboxes say became of a message. */
export type Delivery =
  | { readonly kind: "delivered" }
  /** It has left, and nobody will say what became of it. */
  | { readonly kind: "unconfirmed" }
  | { readonly kind: "failed"; readonly meaning: FailedMeaning; readonly code: string };

/**
 * `retry`: the same message may arrive later. `never`: it will not arrive, so the other way is taken. `unverified` concerns
 * administrators.
 */
export type FailedMeaning = "retry" | "never" | "opted-out" | "unverified";

/** https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes */
const MEANINGS: Readonly<Record<string, FailedMeaning>> = {
  "4000": "never",
  "4001": "never",
  "4002": "never",
  "4003": "never",
  "4004": "never",
  "4005": "never",
  "4006": "retry",
  "4007": "opted-out",
  "4008": "retry",
  "4009": "never",
  "4010": "unverified",
  "5000": "never",
  "5001": "retry",
  "9999": "retry",
};

/**
 * The carrier has said nothing, mostly because it makes no reports: the text has mostly arrived, and a second one would be
 * twice (https://learn.microsoft.com/answers/questions/5730794).
 */
const NOTHING_SAID = "5002";

/** Where no code is known nothing is tried again, because a second text is worse than none. */
export function textDelivery(status: string, details: string): Delivery {
  if (status.toLowerCase() === "delivered") return { kind: "delivered" };
  const numbers: readonly string[] = details.match(/(?<!\d)\d{4}(?!\d)/g) ?? [];
  if (numbers.includes(NOTHING_SAID)) return { kind: "unconfirmed" };
  // Other numbers, such as a year, may come first.
  const code = numbers.find((one) => Object.hasOwn(MEANINGS, one)) ?? "";
  const known = MEANINGS[code];
  if (known !== undefined) return { kind: "failed", meaning: known, code };
  const isBlocked = /sender blocked/i.test(details);
  return isBlocked
    ? { kind: "failed", meaning: "opted-out", code: "4007" }
    : { kind: "failed", meaning: "never", code: "other" };
}

/** https://learn.microsoft.com/azure/event-grid/communication-services-email-events */
const MAIL_FAILURES = ["failed", "bounced", "suppressed", "filteredspam", "quarantined"];

/** Undefined while the mail is still on its way. */
export function mailDelivery(status: string): Delivery | undefined {
  const said = status.toLowerCase();
  if (said === "delivered") return { kind: "delivered" };
  if (said === "expanded" || said === "outfordelivery") return undefined;
  return { kind: "failed", meaning: "never", code: MAIL_FAILURES.includes(said) ? said : "other" };
}
