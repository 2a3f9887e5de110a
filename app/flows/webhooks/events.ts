/** What Event Grid brings, in our words: of a reply its class alone goes on, and never what was written. */
import { z } from "zod";
import { mailDelivery, textDelivery, type Delivery } from "../../domain/delivery.ts";
import { withPlus } from "../../domain/phoneNumbers.ts";
import { replyOf, type Reply } from "../../domain/replies.ts";

export type Told =
  | {
      readonly kind: "reply";
      readonly reply: Reply;
      /** E.164. It goes no further than this request. */
      readonly number: string;
      /** The vendor's id of the reply. */
      readonly which: string;
      readonly at: Date;
    }
  | {
      readonly kind: "report";
      /** Of our message, as it came back. */
      readonly id: string;
      readonly delivery: Delivery;
      /** E.164, of a text. */
      readonly number?: string;
      readonly at: Date;
    };

export interface Batch {
  readonly told: readonly Told[];
  /** How many are of no kind that matters here, and how many of one that does and cannot be read. */
  readonly others: number;
  readonly unreadable: number;
  /** How many of those that cannot be read are replies. */
  readonly lostReplies: number;
}

const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";

const typed = z.object({ eventType: z.string() });
/** Absent where it is none. */
const moment = z
  .string()
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()))
  .optional()
  .catch(undefined);
const event = z.object({
  eventType: z.string(),
  eventTime: moment,
  data: z.record(z.string(), z.unknown()),
});

/**
 * @param now what is told at no moment that can be read is told now: a STOP counts whatever else is wrong
 * @returns undefined for what is no list of events
 */
export function eventsIn(body: unknown, now: Date): Batch | undefined {
  if (!Array.isArray(body)) return undefined;
  const told: Told[] = [];
  let [others, unreadable, lostReplies] = [0, 0, 0];
  for (const each of body as readonly unknown[]) {
    const read = event.safeParse(each);
    const { eventType = "" } = typed.safeParse(each).data ?? {};
    const reader = READERS.get(eventType);
    const { data, eventTime = now } = read.data ?? {};
    if (data !== undefined && reader === undefined) {
      others += 1;
      continue;
    }
    const one = data && reader?.(lowered(data), eventTime);
    if (one === "nothing") others += 1;
    else if (one !== undefined) told.push(one);
    else {
      unreadable += 1;
      if (eventType === SMS_RECEIVED) lostReplies += 1;
    }
  }
  return { told, others, unreadable, lostReplies };
}

/** Names of members come in either case. */
const lowered = (data: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name.toLowerCase(), value]));

type Reader = (data: object, at: Date) => Told | "nothing" | undefined;

const number = z
  .string()
  .regex(/^\+?[1-9]\d{3,14}$/)
  .transform(withPlus);
/** What a vendor leaves out stands as null, too. */
const text = z
  .string()
  .nullish()
  .transform((given) => given ?? "");
/** Left out or odd, the event's own time stands in for it. */
const received = z.object({ from: number, message: text, messageid: text, receivedtimestamp: moment });
const report = z.object({
  to: number.optional().catch(undefined),
  tag: text,
  deliverystatus: z.string(),
  deliverystatusdetails: text,
  receivedtimestamp: moment,
});
const mailReport = z.object({ messageid: z.string(), status: z.string() });

const READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    [SMS_RECEIVED]: (data, at) => {
      const read = received.safeParse(data);
      if (!read.success) return undefined;
      const { from, message, messageid, receivedtimestamp = at } = read.data;
      return {
        kind: "reply",
        reply: replyOf(message),
        number: from,
        which: messageid,
        at: receivedtimestamp,
      };
    },
    "Microsoft.Communication.SMSDeliveryReportReceived": (data, at) => {
      const read = report.safeParse(data);
      if (!read.success) return undefined;
      const { to, tag, deliverystatus, deliverystatusdetails, receivedtimestamp = at } = read.data;
      const delivery = textDelivery(deliverystatus, deliverystatusdetails);
      return {
        kind: "report",
        id: tag,
        delivery,
        ...(to !== undefined && { number: to }),
        at: receivedtimestamp,
      };
    },
    "Microsoft.Communication.EmailDeliveryReportReceived": (data, at) => {
      const read = mailReport.safeParse(data);
      const delivery = read.success ? mailDelivery(read.data.status) : undefined;
      if (!read.success) return undefined;
      return delivery === undefined ? "nothing" : { kind: "report", id: read.data.messageid, delivery, at };
    },
  }),
);
