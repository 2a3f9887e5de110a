/** The two virtual rooms of a video visit, as Millennium puts them into an appointment. */
import * as z from "zod";
import type { Rooms } from "../../ports/systemEhr.ts";
import { listOf, readMembers, text } from "../wire/members.ts";
import { concept, namesOf } from "./concepts.ts";
import { readTime } from "./times.ts";

/** `contained` holds resources of every kind, and a member's type differs by kind. So only the rooms' members are read. */
const kindSchema = z.object({ resourceType: text.optional(), type: z.unknown().optional() });
const typesSchema = z.object({ type: listOf(concept).default([]) });
const linkSchema = z.object({
  link: z
    .object({
      value: text.optional(),
      period: z.object({ start: text.optional(), end: text.optional() }).optional(),
    })
    .default({}),
});

type Room = "provider" | "patient" | "unnamed";

export const isRoom = (contained: unknown): boolean => roomOf(contained) !== undefined;

/** Whether it may be a room: a service whose type is there in a form that cannot be read. */
export function hidesRoom(contained: unknown): boolean {
  const service = serviceIn(contained);
  if (service === undefined) return false;
  const { value, ignored } = readMembers(typesSchema, { type: service.type });
  const isMasked = value.type.some((type) => namesOf(type).length === 0);
  return (ignored.length > 0 || isMasked) && value.type.every(({ text: name }) => name === undefined);
}

/** @param contained the whole list as it came, because a room's position counts as well as its name */
export function roomsOf(contained: readonly unknown[]): Rooms {
  const kinds = contained.map(roomOf);
  const [first, second, ...others] = kinds;
  const provider = linkIn(contained[kinds.indexOf("provider")]).value;
  const patient = linkIn(contained[kinds.indexOf("patient")]).value;
  const rooms = contained.filter((_, at) => kinds[at] === "provider" || kinds[at] === "patient");
  const period = periodOf(rooms.map(linkIn).find(({ value }) => value !== undefined));
  const isDocumented =
    first === "provider" &&
    second === "patient" &&
    others.every((kind) => kind === undefined) &&
    !rooms.some(hidesSomething);
  return {
    ...(provider !== undefined && { provider }),
    ...(patient !== undefined && { patient }),
    ...(period && { period }),
    order: kinds.length === 0 ? "absent" : isDocumented ? "documented" : "other",
  };
}

/**
 * Which room a contained resource is. Rooms are told apart by name and never by position, because Millennium does not
 * promise the order.
 */
function roomOf(contained: unknown): Room | undefined {
  const service = serviceIn(contained);
  if (service === undefined) return undefined;
  const names = readMembers(typesSchema, { type: service.type }).value.type.map(
    ({ text: name }) => name ?? "",
  );
  const name = names.find((each) => /virtual meeting room/i.test(each));
  if (name === undefined) return undefined;
  if (/provider/i.test(name)) return "provider";
  return /patient/i.test(name) ? "patient" : "unnamed";
}

function serviceIn(contained: unknown): { readonly type?: unknown } | undefined {
  if (typeof contained !== "object" || contained === null) return undefined;
  const service = readMembers(kindSchema, contained).value;
  return service.resourceType === "HealthcareService" ? service : undefined;
}

type RoomLink = z.output<typeof linkSchema>["link"];

/**
 * The room's telecom entries as they came, in order. The value of the first is the link, whatever kind of contact point it
 * says it is, because links are written there.
 */
function telecomOf(room: unknown): readonly unknown[] {
  if (typeof room !== "object" || room === null || !("telecom" in room)) return [];
  const { telecom } = room;
  return Array.isArray(telecom) ? (telecom as readonly unknown[]) : [telecom];
}

function linkIn(room: unknown): RoomLink {
  return readMembers(linkSchema, { link: telecomOf(room)[0] }).value.link;
}

/** Whether a room without a link in the expected element has one elsewhere, or has something else in that element. */
function hidesSomething(room: unknown): boolean {
  return linkIn(room).value === undefined && telecomOf(room).some(hasValue);
}

const hasValue = (telecom: unknown): boolean => {
  if (typeof telecom !== "object" || telecom === null) return telecom !== null && telecom !== undefined;
  const value = "value" in telecom ? telecom.value : undefined;
  return value !== undefined && value !== null && value !== "";
};

function periodOf(link: RoomLink | undefined): Rooms["period"] {
  const [start, end] = [readTime(link?.period?.start), readTime(link?.period?.end)];
  return start?.clock === "instant" && end?.clock === "instant"
    ? { start: start.at, end: end.at }
    : undefined;
}
