/** Both consents to texts, in the words of the published document, with this hospital's connector in place of Microsoft. */

/** Raised when a wording changes. A consent records the version that was agreed to. */
export const CONSENT_WORDS_VERSION = 1;

export const CONSENT_WORDS = {
  sendOnBehalf:
    "Allow this hospital’s connector to send SMS notifications to patients on behalf of your organization.",
  attendeesConsent:
    "Acknowledge that you’ll ensure attendees have consented to send and receive SMS messages.",
} as const;

export type ConsentName = keyof typeof CONSENT_WORDS;
