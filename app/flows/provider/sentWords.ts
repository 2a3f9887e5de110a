/** Why somebody was not reached, for the clinician: codes of our own, of the carriers (domain/delivery.ts) and of mailboxes. */
import type { Message } from "../../records/messages.ts";

const NOBODY = "the number or address does not exist";
const NOT_NOW = "it could not be sent just then; try again in a minute";
const SET_UP = "your administrator has to set up how this connector sends";
const STAFF_ONLY = "only listed staff are written to here";
const STOPPED = "this number has ended texts (STOP)";
const NOT_FROM_HERE = "this number cannot be texted from here";
const OFTEN = "links were sent as often as they may be within an hour";
const UNVERIFIED = "the carriers have not approved the hospital’s number yet";

const WORDS: Readonly<Record<string, string>> = {
  "no-number": SET_UP,
  "no-sender": SET_UP,
  "no-consent": SET_UP,
  role: SET_UP,
  sender: SET_UP,
  unapproved: UNVERIFIED,
  unverified: UNVERIFIED,
  "4010": UNVERIFIED,
  test: STAFF_ONLY,
  pilot: STAFF_ONLY,
  "opted-out": STOPPED,
  "4007": STOPPED,
  deceased: "the chart says that the patient has died",
  inactive: "the chart says that this patient’s record is not in use",
  "no-mobile": "the chart has no mobile number",
  "no-address": "the chart has no e-mail address",
  recipient: NOBODY,
  "4002": NOBODY,
  "4004": NOBODY,
  "4003": "texts do not arrive in that country",
  "4005": "the phone’s carrier blocks it",
  "4006": "the phone could not be reached",
  bounced: "the mailbox sent it back",
  suppressed: "the mailbox has sent mails back before",
  filteredspam: "the mailbox took it for spam",
  quarantined: "the mailbox held it back",
  rate: NOT_NOW,
  busy: NOT_NOW,
  unreachable: NOT_NOW,
  clocks: NOT_NOW,
  "link-sent-often": OFTEN,
  "link-visit-often": OFTEN,
  "too-late": "it was too late for it",
  superseded: "something newer was sent instead",
};

/** A link goes to any number that is typed: nobody finds out here whose owner has said STOP. */
const OF_LINKS: typeof WORDS = { "opted-out": NOT_FROM_HERE, "4007": NOT_FROM_HERE };

export const whyNotWords = ({ kind, code = "" }: Pick<Message, "kind" | "code">): string =>
  (kind === "link" ? OF_LINKS[code] : undefined) ??
  WORDS[code] ??
  "it did not arrive" + (code === "" ? "" : " (" + code + ")");
