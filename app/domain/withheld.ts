/** Why a message was not handed over: the connector's own codes, each of which has words for clinicians. */
export type Withheld =
  /** Nobody is written to at all. */
  | "deceased"
  | "inactive"
  | "preference"
  | "no-patient"
  | "several-patients"
  /** In records of the release before only: such a message waits now. */
  | "patient-hidden"
  /** This way is not taken, but the other way may be. */
  | "no-number"
  | "no-consent"
  | "texting-unreadable"
  | "other-chart"
  | "unapproved"
  | "prefers-mail"
  | "no-mobile"
  | "test"
  | "pilot"
  | "opted-out"
  | "opt-out-unreadable"
  | "night"
  | "no-sender"
  | "no-sender-name"
  | "azure-domain"
  | "mails-off"
  | "no-address"
  /** There is nothing to tell, or not any more. */
  | "known-before"
  | "kind-off"
  | "superseded"
  | "same-time"
  | "not-told"
  | "missed"
  | "ended"
  | "too-late"
  | "late-often"
  | "not-late"
  /** What the message has to say cannot be determined. */
  | "no-department"
  | "away"
  | "no-chart"
  | "no-link";
