/** Translates Event Grid's events into our terms. Of a reply, only its kind is passed on, never its text. */
import * as z from "zod";
import { mailDelivery, textDelivery, type Delivery } from "../../domain/delivery.ts";
import { withPlus } from "../../domain/phoneNumbers.ts";
import { replyOf, type Reply } from "../../domain/replies.ts";
import { isBelievable } from "../../domain/toldAt.ts";

export type Told =
  | {
      readonly kind: "reply";
      readonly reply: Reply;
      /** In E.164 form. It is used within this request only. */
      readonly number: string;
      /** The number of ours that was texted, in E.164 form; absent where the event's cannot be read. */
      readonly ours?: string;
      /** The vendor's id of the reply. */
      readonly which: string;
      readonly at: Date;
      /** Whether the vendor told when it was said; otherwise `at` is when we heard it. */
      readonly timed: boolean;
    }
  | {
      readonly kind: "report";
      /**
       * The id of our message, as the report gives it back; empty where it gives none back. The vendor's own id of a text, which
       * it always has, finds no message: records lie under their visit, and one that finds them by that id would be one row
       * more for each text, for reports of which nothing says that they come.
       */
      readonly id: string;
      readonly delivery: Delivery;
      /** In E.164 form; present for texts only. */
      readonly number?: string;
      readonly at: Date;
    };

export interface Batch {
  readonly told: readonly Told[];
  /**
   * `others` counts the events of kinds that do not matter here; `unreadable` those of kinds that do, but cannot be read.
   */
  readonly others: number;
  readonly unreadable: number;
  /** How many of the unreadable events are replies. */
  readonly lostReplies: number;
  /**
   * The numbers of those that are a START that cannot be believed, such as one that is ahead of our clock. It is not counted
   * from another time: a STOP may be newer than it, and nobody is to get texts again against their word. A number is in E.164
   * form, and used within this request only.
   */
  readonly lostStarts: readonly string[];
}

const SMS_RECEIVED = "Microsoft.Communication.SMSReceived";

const typed = z.object({ eventType: z.string() });
/** A point in time; absent where the text is none. */
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
 * @param now the time of an event that has none that can be read and believed: a STOP counts whatever else is wrong. A START
 * without a time does not, since it may be one from before a STOP that comes again
 * @returns undefined if the body is no list of events
 */
export function eventsIn(body: unknown, now: Date): Batch | undefined {
  if (!Array.isArray(body)) return undefined;
  const told: Told[] = [];
  const lostStarts: string[] = [];
  let [others, unreadable, lostReplies] = [0, 0, 0];
  for (const each of body as readonly unknown[]) {
    const read = event.safeParse(each);
    const { eventType = "" } = typed.safeParse(each).data ?? {};
    const reader = READERS.get(eventType);
    const { data, eventTime } = read.data ?? {};
    if (data !== undefined && reader === undefined) {
      others += 1;
      continue;
    }
    const at = (own: Date | undefined) => [own, eventTime].find((time) => time && isBelievable(time, now));
    const one = data && reader?.(lowered(data), at, now);
    if (one === "nothing") others += 1;
    else if (one !== undefined) told.push(one);
    else {
      unreadable += 1;
      if (eventType !== SMS_RECEIVED) continue;
      lostReplies += 1;
      const who = data && startOf(lowered(data));
      if (who !== undefined) lostStarts.push(who);
    }
  }
  return { told, others, unreadable, lostReplies, lostStarts };
}

/** Lowers the names of members, which come in either case. */
const lowered = (data: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name.toLowerCase(), value]));

/** @param at gives the moment that the data or else the event tells; undefined where neither can be believed */
type Reader = (
  data: object,
  at: (own: Date | undefined) => Date | undefined,
  now: Date,
) => Told | "nothing" | undefined;

const number = z
  .string()
  .regex(/^\+?[1-9]\d{3,14}$/)
  .transform(withPlus);
/** A text that the vendor leaves out, or gives as null, is empty. */
const text = z
  .string()
  .nullish()
  .transform((given) => given ?? "");
/** If the time is missing, or cannot be read or believed, the event's own time is used. */
const received = z.object({
  from: number,
  to: number.optional().catch(undefined),
  message: text,
  messageid: text,
  receivedtimestamp: moment,
});
/** The number that a START came from; undefined for any other reply. */
const startOf = (data: object): string | undefined => {
  const read = received.safeParse(data);
  return read.success && replyOf(read.data.message).kind === "start" ? read.data.from : undefined;
};
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
    [SMS_RECEIVED]: (data, at, now) => {
      const read = received.safeParse(data);
      if (!read.success) return undefined;
      const { from, to, message, messageid, receivedtimestamp } = read.data;
      const [reply, told] = [replyOf(message), at(receivedtimestamp)];
      if (reply.kind === "start" && told === undefined) return undefined;
      const timed = told !== undefined;
      return {
        ...{ kind: "reply", reply, number: from, which: messageid, at: told ?? now, timed },
        ...(to !== undefined && { ours: to }),
      };
    },
    "Microsoft.Communication.SMSDeliveryReportReceived": (data, at, now) => {
      const read = report.safeParse(data);
      if (!read.success) return undefined;
      const { to, tag, deliverystatus, deliverystatusdetails, receivedtimestamp } = read.data;
      const delivery = textDelivery(deliverystatus, deliverystatusdetails);
      return {
        kind: "report",
        id: tag,
        delivery,
        ...(to !== undefined && { number: to }),
        at: at(receivedtimestamp) ?? now,
      };
    },
    "Microsoft.Communication.EmailDeliveryReportReceived": (data, at, now) => {
      const read = mailReport.safeParse(data);
      const delivery = read.success ? mailDelivery(read.data.status) : undefined;
      if (!read.success) return undefined;
      return delivery === undefined
        ? "nothing"
        : { kind: "report", id: read.data.messageid, delivery, at: at(undefined) ?? now };
    },
  }),
);
