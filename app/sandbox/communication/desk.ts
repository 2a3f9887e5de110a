/** What the text and mail parts of the stand-in share: what was sent, who has texted STOP, and what is to be reported. */
import { randomUUID } from "node:crypto";
import type { Events } from "./events.ts";
import type { FaultMenu } from "./faults.ts";

export interface SentText {
  readonly kind: "text";
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly tag: string | undefined;
  readonly at: Date;
  /** The carriers' final code: "2000" means that the text arrived, every other code that it did not. */
  readonly code: string;
}

export interface ReceivedText {
  readonly kind: "reply" | "carrier";
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly at: Date;
}

export interface SentMail {
  readonly kind: "mail";
  readonly operationId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
  readonly calendar: string | undefined;
  readonly at: Date;
  readonly status: "Delivered" | "Bounced";
}

/** A text that was handed over under an id, and the answer to it. */
export interface Remembered {
  readonly at: Date;
  readonly content: string;
  readonly answer: object;
}

export interface Desk {
  readonly texts: (SentText | ReceivedText)[];
  readonly mails: SentMail[];
  readonly operations: Map<string, { readonly status: "Running" | "Succeeded" }>;
  /** The times at which somebody asked for a mail's status. */
  readonly fatesAsked: Date[];
  readonly byRepeatability: Map<string, Remembered>;
  /** Pairs "from to" of numbers between which the carrier blocks texts. */
  readonly stopped: Set<string>;
  readonly events: Events | undefined;
  readonly faults: FaultMenu;
  readonly now: () => Date;
}

export const openDesk = (given: Pick<Desk, "events" | "faults" | "now">): Desk => ({
  texts: [],
  mails: [],
  operations: new Map(),
  fatesAsked: [],
  byRepeatability: new Map(),
  stopped: new Set(),
  ...given,
});

export const between = (from: string, to: string): string => from + " " + to;

/** The number without its plus, as in Event Grid's samples. */
const bare = (number: string) => number.replace("+", "");

/** https://learn.microsoft.com/azure/event-grid/communication-services-telephony-sms-events */
export function reportText({ events }: Desk, sent: SentText): void {
  const succeeded = sent.code === "2000";
  events?.publish("Microsoft.Communication.SMSDeliveryReportReceived", "/phonenumber/" + bare(sent.to), {
    MessageId: sent.messageId,
    From: bare(sent.from),
    To: bare(sent.to),
    DeliveryStatus: succeeded ? "Delivered" : "Failed",
    DeliveryStatusDetails: succeeded ? "No error." : sent.code + ": " + (WORDS[sent.code] ?? "failed"),
    DeliveryAttempts: [
      {
        Timestamp: sent.at.toISOString(),
        SegmentsSucceeded: succeeded ? 1 : 0,
        SegmentsFailed: succeeded ? 0 : 1,
      },
    ],
    ReceivedTimestamp: sent.at.toISOString(),
    ...(sent.tag !== undefined && { Tag: sent.tag }),
  });
}

const WORDS: Readonly<Record<string, string>> = {
  "4003": "unsupported destination",
  "4007": "Sender blocked for given recipient.",
  "4010": "unverified toll-free traffic",
};

/** https://learn.microsoft.com/azure/event-grid/communication-services-email-events */
export function reportMail({ events }: Desk, mail: SentMail): void {
  events?.publish("Microsoft.Communication.EmailDeliveryReportReceived", "sender/" + mail.from, {
    sender: mail.from,
    recipient: mail.to,
    messageId: mail.operationId,
    status: mail.status,
    deliveryStatusDetails: { statusMessage: mail.status === "Delivered" ? "" : "550 no such mailbox" },
    deliveryAttemptTimeStamp: mail.at.toISOString(),
  });
}

const STOPPED =
  "NETWORK MSG: You replied with the word stop which blocks all texts sent from this number. Text back unstop to receive messages again.";
const STARTED =
  "NETWORK MSG: You have replied unstop and will begin receiving messages again from this number.";

/** Somebody texts to the number. Toll-free carriers act on STOP, START and UNSTOP themselves, and answer them. */
export function reply(desk: Desk, from: string, to: string, text: string): void {
  const at = desk.now();
  desk.texts.push({ kind: "reply", from, to, text, at });
  const word = text.trim().toLowerCase();
  const carrier = (words: string) =>
    void desk.texts.push({ kind: "carrier", from: to, to: from, text: words, at });
  if (word === "stop") {
    desk.stopped.add(between(to, from));
    carrier(STOPPED);
  } else if (word === "start" || word === "unstop") {
    desk.stopped.delete(between(to, from));
    carrier(STARTED);
  }
  desk.events?.publish("Microsoft.Communication.SMSReceived", "/phonenumber/" + bare(to), {
    MessageId: randomUUID(),
    From: bare(from),
    To: bare(to),
    Message: text,
    ReceivedTimestamp: at.toISOString(),
    SegmentCount: 1,
  });
}
