/** A visit's row: its form, and the functions that turn a row into a visit and back. */
import * as z from "zod";
import type { Department } from "../domain/hospital.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import type { Stored } from "../ports/store.ts";
import { FIRST_VERSION, refuseDamage, refuseOtherVersion, type RecordKind } from "./record.ts";
import { knownToIn, meetingKnownOf, meetingKnownSchema } from "./meetingKnown.ts";
import { unsoundMembers } from "./soundVisit.ts";
import { peopleSchema, personIn, rowOf } from "./visitPeople.ts";

const moment = z.iso.datetime();
const members = z.object({
  kind: z.enum(["appointment", "consult"]).meta({ description: "with the patient, or among colleagues" }),
  connectionId: z.string().meta({ description: "id of the connection" }),
  departmentId: z.string().meta({ description: "id of the department" }),
  start: moment.meta({ description: "when it starts" }),
  end: moment.meta({ description: "when it ends" }),
  movedFrom: moment.exactOptional().meta({ description: "when it was to start before it was moved" }),
  state: z.enum(["open", "cancelled", "ended"]).meta({ description: "whether its links lead into it" }),
  closedAt: moment.exactOptional().meta({ description: "when staff last closed its links" }),
  organizer: z.string().meta({ description: "object id of the department's account" }),
  meetingId: z.string().meta({ description: "id of the Teams meeting" }),
  joinUrl: z.string().meta({ description: "address of the Teams meeting" }),
  meetingAgain: z.int().exactOptional().meta({
    description: "how often its Teams meeting was made anew, deleted or another patient's before",
  }),
  meetingKnown: meetingKnownSchema,
  people: peopleSchema,
  lobby: z
    .enum(["staff", "staffAndGuestAccounts"])
    .meta({ description: "who enters the meeting without waiting" }),
  appointment: z.string().exactOptional().meta({ description: "the appointment's id, sealed" }),
  patients: z.array(z.string()).exactOptional().meta({
    description: "keyed hashes of visit and patient, for each patient whom the links were made for",
  }),
  late: moment.exactOptional().meta({ description: "when staff last said that they run late" }),
  held: moment.exactOptional().meta({
    description: "since when staff hold back the messages that go by themselves",
  }),
  relinked: moment.exactOptional().meta({
    description: "when all links were replaced because the chart gave the appointment to another patient",
  }),
  doubted: moment.exactOptional().meta({
    description:
      "since when the chart names a patient of whom it is not known whether they are who the links were made for",
  }),
  behind: moment
    .exactOptional()
    .meta({ description: "when Teams was last asked to take over a change that it has not taken over yet" }),
  roomClosed: moment
    .exactOptional()
    .meta({ description: "when its meeting was told to let nobody in any more" }),
  roomAsked: z.int().exactOptional().meta({
    description: "random number, while it is not known whether its meeting is closed or open",
  }),
  epoch: z.int().exactOptional().meta({ description: "random number of the record, in every link into it" }),
});

export const visits: RecordKind<typeof members> = {
  container: "visits",
  what: "a visit, under a keyed hash of connection and appointment",
  members,
  kept: "until 7 days after its end",
  expires: true,
  version: FIRST_VERSION,
};

/** A visit as it is kept, with what only records need to know. */
export interface Kept {
  readonly visit: Visit;
  readonly lobby: Department["lobby"];
  /** The appointment's id, sealed; absent for a consult. */
  readonly appointment?: string;
  /** Hashes of the patients for whom the links were made; see visitPatients.ts. */
  readonly patients?: readonly string[];
}

const KEPT_AFTER_END_MS = 7 * 86_400_000;

/** When the visit of a row ends; this is known even for a row that cannot be read. */
export const endInRow = ({ expiresAt }: Stored): Date | undefined =>
  expiresAt && new Date(expiresAt.getTime() - KEPT_AFTER_END_MS);

export const expiry = ({ end }: Pick<Visit, "end">) => new Date(end.getTime() + KEPT_AFTER_END_MS);

export function asMembers({ visit, lobby, appointment, patients }: Kept): z.input<typeof members> {
  const { kind, connectionId, departmentId, state, organizer, meeting, people } = visit;
  return {
    kind,
    connectionId,
    departmentId,
    start: visit.start.toISOString(),
    end: visit.end.toISOString(),
    ...(visit.movedFrom !== undefined && { movedFrom: visit.movedFrom.toISOString() }),
    state,
    ...(visit.closedAt !== undefined && { closedAt: visit.closedAt.toISOString() }),
    organizer,
    meetingId: meeting.id,
    joinUrl: meeting.joinUrl,
    ...(meeting.again !== undefined && { meetingAgain: meeting.again }),
    meetingKnown: meetingKnownOf(visit),
    people: people.map(rowOf),
    lobby,
    ...(appointment !== undefined && { appointment }),
    ...(patients !== undefined && { patients: [...patients] }),
    ...(visit.late !== undefined && { late: visit.late.toISOString() }),
    ...(visit.held !== undefined && { held: visit.held.toISOString() }),
    ...(visit.relinked !== undefined && { relinked: visit.relinked.toISOString() }),
    ...(visit.doubted !== undefined && { doubted: visit.doubted.toISOString() }),
    ...(visit.behind !== undefined && { behind: visit.behind.toISOString() }),
    ...(visit.roomClosed !== undefined && { roomClosed: visit.roomClosed.toISOString() }),
    ...(visit.roomAsked !== undefined && { roomAsked: visit.roomAsked }),
    ...(visit.epoch !== undefined && { epoch: visit.epoch }),
  };
}

/** Reads what {@link asMembers} wrote. It runs on every tap of a patient's link, so it copies and parses nothing. */
export function keptIn(stored: Stored, now: Date): Kept {
  refuseOtherVersion(visits, stored.body);
  refuseDamage(visits, unsoundMembers(stored.body));
  const row = stored.body as unknown as z.output<typeof members>;
  const knownTo = knownToIn(row, now);
  return {
    visit: {
      id: stored.id as VisitId,
      kind: row.kind,
      connectionId: row.connectionId,
      departmentId: row.departmentId,
      start: new Date(row.start),
      end: new Date(row.end),
      ...(row.movedFrom !== undefined && { movedFrom: new Date(row.movedFrom) }),
      state: row.state,
      ...(row.closedAt !== undefined && { closedAt: new Date(row.closedAt) }),
      organizer: row.organizer,
      meeting: {
        id: row.meetingId,
        joinUrl: row.joinUrl,
        ...(row.meetingAgain !== undefined && { again: row.meetingAgain }),
        ...(knownTo !== undefined && { knownTo }),
      },
      people: row.people.map(personIn),
      ...(row.late !== undefined && { late: new Date(row.late) }),
      ...(row.held !== undefined && { held: new Date(row.held) }),
      ...(row.relinked !== undefined && { relinked: new Date(row.relinked) }),
      ...(row.doubted !== undefined && { doubted: new Date(row.doubted) }),
      ...(row.behind !== undefined && { behind: new Date(row.behind) }),
      ...(row.roomClosed !== undefined && { roomClosed: new Date(row.roomClosed) }),
      ...(row.roomAsked !== undefined && { roomAsked: row.roomAsked }),
      ...(row.epoch !== undefined && { epoch: row.epoch }),
    },
    lobby: row.lobby,
    ...(row.appointment !== undefined && { appointment: row.appointment }),
    ...(row.patients !== undefined && { patients: row.patients }),
  };
}
