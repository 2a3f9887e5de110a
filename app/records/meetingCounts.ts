/**
 * How many meetings each organizer was given this month. Teams gives an account at most 2,000
 * (https://learn.microsoft.com/graph/throttling-limits).
 */
import * as z from "zod";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersIfReadable, newBody, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const members = z.object({
  count: z.int().nonnegative().meta({ description: "how many meetings were given" }),
});

export const meetingCounts: RecordKind<typeof members> = {
  container: "ticks",
  rows: "meetings-",
  what: "how many meetings an organizer's account has, under its object id and the month",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const PARTITION = "meetings";
/** From this count on administrators are told, while there is still time to add an account. */
export const MANY_MEETINGS = 1_600;
export const MOST_MEETINGS = 2_000;

export interface MeetingCounts {
  /** Undefined where the number cannot be read. */
  of(organizer: string): Promise<number | undefined>;
  /**
   * Adds one, after Teams has given the meeting. A meeting that is asked for again because a process was killed may count
   * twice. Where the row is damaged it begins anew, because a visit is not kept waiting for it.
   */
  count(organizer: string): Promise<void>;
}

export function openMeetingCounts({
  store,
  now,
}: {
  readonly store: Store;
  readonly now: () => Date;
}): MeetingCounts {
  const rowId = (organizer: string) =>
    ["meetings", organizer.toLowerCase(), now().toISOString().slice(0, 7)].join("-");
  return {
    async of(organizer) {
      const stored = await store.read(meetingCounts.container, PARTITION, rowId(organizer));
      return stored === undefined ? 0 : membersIfReadable(meetingCounts, stored)?.count;
    },
    async count(organizer) {
      const address = { partition: PARTITION, id: rowId(organizer) };
      await createOrRead(store, meetingCounts.container, {
        ...address,
        body: newBody(meetingCounts, { count: 0 }),
      });
      await changeOrBeginAnew(store, meetingCounts, address, (before) => ({
        count: (before?.count ?? 0) + 1,
      }));
    },
  };
}
