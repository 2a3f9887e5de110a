/** The row about a visit's presence: who was in its meeting, waited, and left, kept as keyed hashes and times. */
import * as z from "zod";
import type { VisitId } from "../domain/linkToken.ts";
import { WHEREABOUTS, type Look, type Presence } from "../domain/presence.ts";
import type { Stay } from "../domain/stays.ts";
import type { Subscription } from "../domain/watching.ts";
import type { Quality } from "../domain/callQuality.ts";
import { FAULT_REASONS } from "../ports/callEvents.ts";
import type { Stored } from "../ports/store.ts";
import { qualitySchema } from "./quality.ts";
import { FIRST_VERSION, membersOf, type RecordKind } from "./record.ts";

const moment = z.iso.datetime();
/**
 * What somebody looks like. The release before knows only the first three, and takes whoever Teams does not name for a
 * guest; this one reads in `untold` how little Teams told, and of whom. That release writes lists anew and leaves what it does
 * not know where it stands in the list, where somebody else may be by then.
 */
const look = z.enum(["staff", "phone", "outside"]);
const untold = z.object({ of: z.string(), look: z.enum(["attendee", "unnamed"]) }).exactOptional();
const members = z.object({
  subscription: z
    .object({ id: z.string(), until: moment })
    .exactOptional()
    .meta({ description: "by which Microsoft Graph tells who is there, and until when" }),
  tellsOf: z
    .object({ subscription: z.string(), meeting: z.string(), epoch: z.int().exactOptional() })
    .exactOptional()
    .meta({
      description:
        "of which Teams meeting that subscription tells: the subscription's id, the meeting's id, and the random number of the record then",
    }),
  former: z
    .array(z.string())
    .exactOptional()
    .meta({ description: "ids of the subscriptions by which it told of this meeting before" }),
  trouble: z
    .enum(FAULT_REASONS)
    .exactOptional()
    .meta({ description: "why Microsoft Graph does not tell: a word" }),
  heard: moment.exactOptional().meta({ description: "when it told something last" }),
  gap: moment.exactOptional().meta({ description: "when something was last lost of what it had to tell" }),
  staff: z.array(z.string()).exactOptional().meta({
    description: "keyed hashes of the accounts that opened the visit from its chart or by a colleague's link",
  }),
  reported: z
    .object({
      read: moment,
      stays: z.array(
        z.object({
          who: z.string(),
          look,
          untold,
          account: z.string().exactOptional(),
          from: moment,
          to: moment,
        }),
      ),
    })
    .exactOptional()
    .meta({
      description:
        "what Teams’ attendance reports say: when they were read, and of whoever was in the meeting a keyed hash, whether of the hospital's directory or how little was told, the object id of such an account, from when and until when",
    }),
  calls: z
    .array(z.object({ key: z.string(), version: z.int(), to: moment, quality: qualitySchema }))
    .exactOptional()
    .meta({
      description:
        "how good its calls were: a keyed hash of each call's record, the record's version, when the call ended, and loss, jitter and round trip over its streams, with how many were poor",
    }),
  ends: z.array(moment).meta({ description: "when the call ended" }),
  people: z
    .array(
      z.object({
        key: z.string(),
        look,
        untold,
        account: z.string().exactOptional(),
        moments: z.array(z.object({ at: moment, place: z.enum(WHEREABOUTS) })),
      }),
    )
    .meta({
      description:
        "whoever came: a keyed hash of what Teams called them in this one meeting, whether of the hospital's directory or how little was told, the object id of such an account, and when they waited, were let in and left",
    }),
});

/** They lie in the partition of their visit's row. */
export const presences: RecordKind<typeof members> = {
  container: "visits",
  rows: "presence-",
  what: "who was in a visit's meeting, under a keyed hash of connection and appointment",
  members,
  kept: "until 7 days after the visit's end",
  expires: true,
  version: FIRST_VERSION,
};

export const presenceRowId = (visit: VisitId) => "presence-" + visit;

/** What Teams' reports after a meeting say about who was in it, and when they were read. */
export interface Reported {
  readonly read: Date;
  readonly stays: readonly Stay[];
}

/** How good a call was. */
export interface MeasuredCall {
  /** A keyed hash of the id of the call's record. */
  readonly key: string;
  /** The record's version; a later one has more in it. */
  readonly version: number;
  readonly to: Date;
  readonly quality: Quality;
}

/** What is known of a visit's meeting. */
export interface Watched extends Presence {
  readonly subscription?: Subscription;
  /** Ids of the subscriptions that it had before to the same meeting: what they told may still be on its way. */
  readonly former?: readonly string[];
  readonly trouble?: (typeof FAULT_REASONS)[number];
  readonly heard?: Date;
  /** When something of what Teams had to tell was last lost. */
  readonly gap?: Date;
  /** Keyed hashes of accounts that have opened the visit as staff. */
  readonly staff?: readonly string[];
  /** Present where there are any reports. */
  readonly reported?: Reported;
  /** Present where records of its calls were read. */
  readonly calls?: readonly MeasuredCall[];
}

type KeptLook = Pick<z.output<typeof members>["people"][number], "look" | "untold">;

/** @param of the keyed hash by which the row has the person */
const keptLook = (seen: Look, of: string): KeptLook =>
  seen === "attendee" || seen === "unnamed"
    ? { look: "outside", untold: { of, look: seen } }
    : { look: seen };

const lookIn = (kept: KeptLook["look"], little: KeptLook["untold"], of: string): Look =>
  kept === "outside" && little?.of === of ? little.look : kept;

export function asMembers({
  subscription,
  former,
  trouble,
  heard,
  gap,
  staff,
  reported,
  calls,
  ends,
  people,
}: Watched): z.input<typeof members> {
  return {
    ...(subscription && {
      subscription: { id: subscription.id, until: subscription.until.toISOString() },
      // Beside it, and with its id: the release before leaves there what it does not know, and changes the subscription.
      ...(subscription.of && { tellsOf: { subscription: subscription.id, ...subscription.of } }),
    }),
    ...(former && { former: [...former] }),
    ...(trouble && { trouble }),
    ...(heard && { heard: heard.toISOString() }),
    ...(gap && { gap: gap.toISOString() }),
    ...(staff && { staff: [...staff] }),
    ...(reported && {
      reported: {
        read: reported.read.toISOString(),
        stays: reported.stays.map(({ from, to, look: seen, ...one }) => ({
          ...one,
          ...keptLook(seen, one.who),
          from: from.toISOString(),
          to: to.toISOString(),
        })),
      },
    }),
    ...(calls && {
      calls: calls.map(({ key, version, to, quality }) => ({ key, version, to: to.toISOString(), quality })),
    }),
    ends: ends.map((end) => end.toISOString()),
    people: people.map(({ key, look: seen, account, moments }) => ({
      key,
      ...keptLook(seen, key),
      ...(account !== undefined && { account }),
      moments: moments.map(({ at, whereabouts: place }) => ({ at: at.toISOString(), place })),
    })),
  };
}

/** @throws UnreadableRecord */
export function watchedIn(stored: Stored): Watched {
  const { subscription, tellsOf, former, trouble, heard, gap, staff, reported, calls, ends, people } =
    membersOf(presences, stored);
  const { subscription: which, ...of } = tellsOf ?? { meeting: "" };
  return {
    ...(subscription && {
      subscription: {
        id: subscription.id,
        until: new Date(subscription.until),
        ...(which === subscription.id && { of }),
      },
    }),
    ...(former && { former }),
    ...(trouble && { trouble }),
    ...(heard !== undefined && { heard: new Date(heard) }),
    ...(gap !== undefined && { gap: new Date(gap) }),
    ...(staff && { staff }),
    ...(reported && {
      reported: {
        read: new Date(reported.read),
        stays: reported.stays.map(({ from, to, untold: little, ...one }) => ({
          ...one,
          look: lookIn(one.look, little, one.who),
          from: new Date(from),
          to: new Date(to),
        })),
      },
    }),
    ...(calls && { calls: calls.map(({ to, ...call }) => ({ ...call, to: new Date(to) })) }),
    ends: ends.map((end) => new Date(end)),
    people: people.map(({ moments, untold: little, ...one }) => ({
      ...one,
      look: lookIn(one.look, little, one.key),
      moments: moments.map(({ at, place }) => ({ at: new Date(at), whereabouts: place })),
    })),
  };
}

const subscribed = z.object({ subscription: z.object({ id: z.string() }).optional().catch(undefined) });

/** The id of the row's subscription, where it has one in the form that this release knows, whatever else is in the row. */
export const subscriptionIn = ({ body }: Stored): string | undefined =>
  subscribed.safeParse(body).data?.subscription?.id;
