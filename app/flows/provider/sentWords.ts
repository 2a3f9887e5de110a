/**
 * Says to the clinician why somebody was not reached, by code: the connector's own codes, those of the carriers
 * (domain/delivery.ts) and those of mail servers.
 */
import type { Withheld } from "../../domain/withheld.ts";
import type { PutOffReason, RefusedReason } from "../../ports/texts.ts";
import type { Message } from "../../records/messages.ts";
import type { Oftenness } from "./sending.ts";

const NOBODY = "the number or address does not exist";
const NOT_NOW = "it could not be sent just then; try again in a minute";
const SET_UP = "your administrator has to set up how this connector sends";
const STAFF_ONLY = "only listed staff are written to here";
const STOPPED = "this number has ended texts (STOP)";
const NOT_FROM_HERE = "this number cannot be texted from here";
const OFTEN = "links were sent as often as they may be within an hour";
const UNVERIFIED = "the carriers have not approved the hospital’s number yet";
const NO_MOBILE = "the chart has no mobile number";
const NO_ADDRESS = "the chart has no e-mail address";
const HIDDEN = "the chart did not show the connector whose visit it is";

/** The connector's own codes, including those for vendors' refusals. */
const OURS: Readonly<Record<Withheld | RefusedReason | PutOffReason | Oftenness, string>> = {
  "no-number": "no number is linked to this chart for texts; your administrator can link one",
  "no-sender": SET_UP,
  "no-sender-name": SET_UP,
  "texting-unreadable":
    "the connector cannot read now what your hospital has set of texts; your administrator can see why",
  "no-consent": "the hospital has not agreed to texts; your administrator has to, first",
  "other-chart":
    "the hospital agreed to texts for another chart than this one; your administrator can agree anew",
  "no-department": SET_UP,
  "azure-domain": SET_UP,
  "mails-off": SET_UP,
  role: SET_UP,
  sender: SET_UP,
  "kind-off": "messages of this kind are switched off",
  unapproved: UNVERIFIED,
  unverified: UNVERIFIED,
  test: STAFF_ONLY,
  pilot: STAFF_ONLY,
  "opted-out": STOPPED,
  "opt-out-unreadable":
    "whether this number has ended texts (STOP) cannot be read now; try again in a minute",
  deceased: "the chart says that the patient has died",
  inactive: "the chart says that this patient’s record is not in use",
  replaced: "the chart does not show which record has replaced this patient’s",
  preference: "the chart says that the patient wants neither texts nor e-mails",
  "prefers-mail": "the chart says that the patient prefers e-mail",
  "no-mobile": NO_MOBILE,
  "no-address": NO_ADDRESS,
  "no-patient": HIDDEN,
  "patient-hidden": HIDDEN,
  "no-chart": HIDDEN,
  "several-patients": "the appointment has several patients, and a link is one patient’s",
  "not-found": "the connector has not found this visit in the chart",
  declined: "the chart says that the patient has declined the appointment",
  pending: "the chart said that somebody had still to accept the appointment",
  held: "the messages of this visit were held back on its page",
  away: "the chart did not show the visit any more",
  missed: "the chart says that the patient did not come",
  ended: "the visit was over",
  night: "it was night, when nobody is texted",
  "known-before": "visits that were known before texts began get no first notice",
  "not-told": "the patient whom the chart names had not been told of the visit",
  "no-link": "there was no link that works",
  recipient: NOBODY,
  content: "the carrier did not take its words; tell your administrator",
  busy: NOT_NOW,
  unreachable: NOT_NOW,
  other: NOT_NOW,
  "link-sent-often": OFTEN,
  "link-visit-often": OFTEN,
  "too-late": "it was too late for it",
  "late-often": "the patient was texted about it as often as they may be",
  "not-late": "that you run late had been taken back by then, or was over",
  superseded: "it no longer held when it was to be sent",
  "same-time": "the patient has been told of this time already",
};

const WORDS: Readonly<Record<string, string>> = {
  ...OURS,
  "4010": UNVERIFIED,
  "4007": STOPPED,
  "4002": NOBODY,
  "4004": NOBODY,
  "4003": "texts do not arrive in that country",
  "4005": "the phone’s carrier blocks it",
  "4006": "the phone could not be reached",
  "4009": "Microsoft does not let this hospital’s texts out; tell your administrator",
  bounced: "the mailbox sent it back",
  suppressed: "the mailbox has sent mails back before",
  filteredspam: "the mailbox took it for spam",
  quarantined: "the mailbox held it back",
  rate: NOT_NOW,
  clocks: NOT_NOW,
};

/** Words for links, which go to any number that is typed: they must not tell that the number's owner has said STOP. */
const OF_LINKS: typeof WORDS = { "opted-out": NOT_FROM_HERE, "4007": NOT_FROM_HERE };

export const whyNotWords = ({ kind, code = "" }: Pick<Message, "kind" | "code">): string =>
  (kind === "link" ? OF_LINKS[code] : undefined) ??
  WORDS[code] ??
  "it did not arrive" + (code === "" ? "" : " (" + code + ")");
