/** The two virtual rooms of a video visit, as Millennium puts them into an appointment. */
import { z } from "zod";
import type { Rooms } from "../../ports/systemEhr.ts";
import { listOf, readMembers, text } from "../wire/members.ts";
import { concept } from "./concepts.ts";
import { readTime } from "./times.ts";

/** `contained` holds resources of every kind, and a member's type differs by kind: only the rooms' are looked into. */
const kindSchema = z.object({ resourceType: text.optional(), type: z.unknown().optional() });
const typesSchema = z.object({ type: listOf(concept).default([]) });
const linksSchema = z.object({
  telecom: listOf(
    z.object({
      system: text.optional(),
      value: text.optional(),
      period: z.object({ start: text.optional(), end: text.optional() }).optional(),
    }),
  ).default([]),
});

type Room = "provider" | "patient" | "unnamed";

export const isRoom = (contained: unknown): boolean => roomOf(contained) !== undefined;

/** @param contained all of it, as it came: where a room stands counts as well as what it is called */
export function roomsOf(contained: readonly unknown[]): Rooms {
  const kinds = contained.map(roomOf);
  const [first, second, ...others] = kinds;
  const provider = linkIn(contained[kinds.indexOf("provider")])?.value;
  const patient = linkIn(contained[kinds.indexOf("patient")])?.value;
  const rooms = contained.filter((_, at) => kinds[at] === "provider" || kinds[at] === "patient");
  const period = periodOf(rooms.map(linkIn).find((link) => link !== undefined));
  const isDocumented =
    first === "provider" && second === "patient" && others.every((kind) => kind === undefined);
  return {
    ...(provider !== undefined && { provider }),
    ...(patient !== undefined && { patient }),
    ...(period && { period }),
    order: kinds.length === 0 ? "absent" : isDocumented ? "documented" : "other",
  };
}

/** Rooms are told by their name, never by their place in the list, whose order Millennium does not promise. */
function roomOf(contained: unknown): Room | undefined {
  if (typeof contained !== "object" || contained === null) return undefined;
  const { resourceType, type } = readMembers(kindSchema, contained).value;
  if (resourceType !== "HealthcareService") return undefined;
  const names = readMembers(typesSchema, { type }).value.type.map(({ text: name }) => name ?? "");
  const name = names.find((each) => /virtual meeting room/i.test(each));
  if (name === undefined) return undefined;
  if (/provider/i.test(name)) return "provider";
  return /patient/i.test(name) ? "patient" : "unnamed";
}

type Link = z.output<typeof linksSchema>["telecom"][number];

function linkIn(room: unknown): Link | undefined {
  if (room === undefined) return undefined;
  const { telecom } = readMembers(linksSchema, room).value;
  return telecom.find(({ system, value }) => value !== undefined && (system ?? "url") === "url");
}

function periodOf(link: Link | undefined): Rooms["period"] {
  const [start, end] = [readTime(link?.period?.start), readTime(link?.period?.end)];
  return start?.clock === "instant" && end?.clock === "instant"
    ? { start: start.at, end: end.at }
    : undefined;
}
