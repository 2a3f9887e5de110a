/** The tenant's meetings, which outlive a restart, with their ids and join links as Teams writes them. */
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import * as z from "zod";
import type { Hosting } from "../../standIn.ts";
import { kept } from "../kept.ts";
import { attendee, meetingOptions } from "./bodies.ts";

const meeting = z.object({
  /** The random part of the thread id, as Teams writes it: a base64 GUID. */
  thread: z.string(),
  organizer: z.string(),
  externalId: z.string().optional(),
  subject: z.string().nullable(),
  creationDateTime: z.string(),
  startDateTime: z.string(),
  endDateTime: z.string(),
  attendees: z.array(attendee),
  options: meetingOptions,
  joinMeetingId: z.string(),
  passcode: z.string(),
});

export type Meeting = z.output<typeof meeting>;
/** What a request for a meeting specifies. */
export type MeetingWish = Pick<
  Meeting,
  "organizer" | "subject" | "startDateTime" | "endDateTime" | "attendees" | "options"
> & {
  readonly externalId?: string | undefined;
};

/** The tenant's meetings. A change is on the disk when its promise resolves, so that links outlive a restart. */
export interface Meetings {
  all(): readonly Meeting[];
  byThread(thread: string): Meeting | undefined;
  byExternalId(organizer: string, externalId: string): Meeting | undefined;
  create(wish: MeetingWish): Promise<Meeting>;
  change(
    thread: string,
    change: Partial<Pick<Meeting, "subject" | "startDateTime" | "endDateTime" | "attendees" | "options">>,
  ): Promise<void>;
  remove(thread: string): Promise<void>;
  /** Resolves when the meetings are on the disk; later changes are not kept. */
  close(): Promise<void>;
}

export async function openMeetings(hosting: Pick<Hosting, "now" | "dataFolder">): Promise<Meetings> {
  const file = kept(hosting.dataFolder, "meetings.json", z.array(meeting));
  const all = new Map(((await file.read()) ?? []).map((found) => [found.thread, found]));
  const save = () => file.write([...all.values()]);
  return {
    all: () => [...all.values()],
    byThread: (thread) => all.get(thread),
    byExternalId: (organizer, externalId) =>
      [...all.values()].find((found) => found.organizer === organizer && found.externalId === externalId),
    create: async ({ externalId, ...wish }) => {
      const made: Meeting = {
        ...wish,
        ...(externalId === undefined ? {} : { externalId }),
        thread: Buffer.from(randomUUID()).toString("base64"),
        creationDateTime: graphTime(hosting.now()),
        joinMeetingId: String(randomInt(200_000_000_000, 299_999_999_999)),
        passcode: randomBytes(6).toString("base64url").slice(0, 6),
      };
      all.set(made.thread, made);
      await save();
      return made;
    },
    change: async (thread, change) => {
      const found = all.get(thread);
      if (found === undefined) return;
      all.set(thread, { ...found, ...change });
      await save();
    },
    remove: async (thread) => {
      all.delete(thread);
      await save();
    },
    close: () => file.close(),
  };
}

/** Times as Graph writes them: UTC, without fractions. */
export function graphTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

export function meetingId({ organizer, thread }: Meeting): string {
  return Buffer.from(`1*${organizer}*0**19:meeting_${thread}@thread.v2`).toString("base64");
}

/** A join link in the form and length of those of teams.microsoft.com, at the stand-in's own origin. */
export function joinWebUrl({ organizer, thread }: Meeting, tenantId: string, pages: string): string {
  const context = `%7b%22Tid%22%3a%22${tenantId}%22%2c%22Oid%22%3a%22${organizer}%22%7d`;
  return `${pages}/l/meetup-join/19%3ameeting_${thread}%40thread.v2/0?context=${context}`;
}
