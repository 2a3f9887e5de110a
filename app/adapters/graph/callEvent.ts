/** Reads a decrypted item. Graph spells its members both as `eventType` and as `EventType`. */
import * as z from "zod";
import { objectId } from "../../domain/guid.ts";
import type { Look, Whereabouts } from "../../domain/presence.ts";
import { NotificationUnreadable, type CallEvent } from "../../ports/callEvents.ts";
import { flag, readMembers, text, Unreadable } from "../wire/members.ts";

const user = z.object({ tenantid: text.optional(), id: objectId.optional() });
const participant = z.object({
  id: text,
  isinlobby: flag.optional(),
  // The presence of this member means that the person has left. Its content varies.
  removedstate: z.looseObject({}).optional(),
  info: z
    .object({
      // Other members say that it is somebody else, whatever they contain.
      identity: z.looseObject({ user: user.optional(), phone: z.looseObject({}).optional() }).optional(),
    })
    .optional(),
});
const event = z.object({
  eventtype: text.optional(),
  // The member's name in Graph's schema, which differs from the one that is sent.
  calleventtype: text.optional(),
  eventdatetime: z.iso.datetime({ offset: true }),
  "participants@delta": z.array(participant.optional()).optional(),
});

const KINDS: Readonly<Record<string, CallEvent["kind"]>> = {
  callstarted: "started",
  callended: "ended",
  rosterupdated: "roster",
};
type Participant = z.output<typeof participant>;

/** @param tenantId the tenant whose accounts are staff @throws NotificationUnreadable */
export function callEventIn(json: unknown, tenantId: string): CallEvent {
  const { eventtype, calleventtype, eventdatetime, "participants@delta": people = [] } = read(json);
  const kind = KINDS[(eventtype ?? calleventtype ?? "").toLowerCase()];
  if (kind === undefined) throw new NotificationUnreadable("it tells of something that nobody knows");
  return {
    kind,
    at: new Date(eventdatetime),
    people: people
      .filter((one) => one !== undefined)
      .map((one) => ({ id: one.id, ...standing(one, tenantId) })),
  };
}

function standing(one: Participant, tenantId: string) {
  const identity = one.info?.identity;
  const isHome = identity?.user?.tenantid?.toLowerCase() === tenantId.toLowerCase();
  const staff = isHome ? identity.user : undefined;
  const whereabouts = whereaboutsOf(one);
  return {
    look: staff === undefined ? otherLook(identity) : ("staff" as const),
    ...(staff?.id !== undefined && { account: staff.id }),
    ...(whereabouts !== undefined && { whereabouts }),
  };
}

/** Undefined where it does not say: whoever waits is not let in by an item that leaves it out. */
function whereaboutsOf({ isinlobby, removedstate }: Participant): Whereabouts | undefined {
  if (removedstate !== undefined) return "left";
  if (isinlobby === undefined) return undefined;
  return isinlobby ? "lobby" : "in";
}

type Identity = NonNullable<Participant["info"]>["identity"];

function otherLook(identity: Identity): Look {
  const { phone, user: account, ...others } = identity ?? {};
  if (phone !== undefined) return "phone";
  const isNamedOtherwise = Object.keys(others).some((name) => !name.startsWith("@"));
  // An account whose directory is not told may be the hospital's own.
  const isOfSomeDirectory = account?.id !== undefined && account.tenantid === undefined;
  return isNamedOtherwise || (account !== undefined && !isOfSomeDirectory) ? "outside" : "unnamed";
}

function read(json: unknown): z.output<typeof event> {
  try {
    return readMembers(event, lowered(json, MOST_LEVELS)).value;
  } catch (cause) {
    if (cause instanceof Unreadable) throw new NotificationUnreadable("it is no event of a call", { cause });
    throw cause;
  }
}

const MOST_LEVELS = 16;

function lowered(value: unknown, levels: number): unknown {
  if (typeof value !== "object" || value === null || levels === 0) return value;
  if (Array.isArray(value)) return value.map((entry) => lowered(entry, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.toLowerCase(), lowered(member, levels - 1)]),
  );
}
