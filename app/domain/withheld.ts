/** Why a message was not handed to anybody: the connector's own codes, each of which has words for clinicians. */
export type Withheld =
  /** Nobody is written to. */
  | "deceased"
  | "inactive"
  | "preference"
  | "no-patient"
  | "several-patients"
  | "patient-hidden"
  /** This way is not taken, and the other may be. */
  | "no-number"
  | "no-consent"
  | "unapproved"
  | "prefers-mail"
  | "no-mobile"
  | "test"
  | "pilot"
  | "opted-out"
  | "night"
  | "no-sender"
  | "no-sender-name"
  | "azure-domain"
  | "no-address"
  /** There is nothing to be told, or not any more. */
  | "known-before"
  | "kind-off"
  | "superseded"
  | "same-time"
  | "not-told"
  | "missed"
  | "ended"
  | "too-late"
  /** It cannot be told what the message has to say. */
  | "no-department"
  | "away"
  | "no-chart"
  | "no-link";
