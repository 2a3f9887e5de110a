/** What each visit was, for reports: one row for each visit, in the partition of the month in which it was scheduled. */
import { setImmediate as othersTurn } from "node:timers/promises";
import * as z from "zod";
import type { VisitId } from "../domain/linkToken.ts";
import { TOLD_KINDS } from "../domain/messages.ts";
import { OUTCOMES, USAGE_SOURCES, type Usage } from "../domain/usage.ts";
import type { ListedSlice, ListQuery, Store, Stored } from "../ports/store.ts";
import { qualitySchema } from "./quality.ts";
import { isDeleted } from "./keptVisits.ts";
import {
  FIRST_VERSION,
  membersOf,
  newBody,
  nextBody,
  refuseAnotherRelease,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";
import { changeRow, createOrRead, removeRow } from "./writing.ts";

const moment = z.iso.datetime();
const count = z.int().nonnegative();
const members = z.object({
  connectionId: z.string().meta({ description: "id of the connection" }),
  departmentId: z.string().meta({ description: "id of the department" }),
  start: moment.meta({ description: "when it was to start" }),
  end: moment.meta({ description: "when it was to end" }),
  outcome: z.enum(OUTCOMES).meta({ description: "whether both sides met, or which one did not come" }),
  source: z.enum(USAGE_SOURCES).meta({ description: "by what that is known" }),
  opened: moment.exactOptional().meta({ description: "when anybody was first in the meeting" }),
  together: moment
    .exactOptional()
    .meta({ description: "when staff and somebody else were first in it at the same time" }),
  over: moment.exactOptional().meta({ description: "when the last one left" }),
  attendees: count.meta({ description: "how many came" }),
  atOnce: count.meta({ description: "how many were in the meeting at once, at most" }),
  byPhone: count.meta({ description: "how many came by telephone" }),
  wayNotTold: count.exactOptional().meta({ description: "of how many Teams did not tell by what they came" }),
  lobbySeconds: count.exactOptional().meta({ description: "how long somebody waited to be let in" }),
  staff: z.array(z.object({ account: z.string(), seconds: count })).meta({
    description: "object ids of the staff who came, and how long each was there with somebody else",
  }),
  messages: z
    .array(
      z.object({
        kind: z.enum([...TOLD_KINDS, "link", "guest-link"]),
        way: z.enum(["text", "mail"]),
        state: z.string(),
        count,
      }),
    )
    .meta({ description: "how many messages there were of each kind, and what became of them" }),
  quality: qualitySchema.exactOptional().meta({
    description:
      "how good its calls were: loss, jitter and round trip over their streams, and how many of those were poor",
  }),
  appointment: z.string().exactOptional().meta({
    description:
      "the appointment's id, sealed; only while an administrator has set that reports keep it beyond the visit's own record",
  }),
});

export const usages: RecordKind<typeof members> = {
  container: "usage",
  what: "what a visit was, for reports, under a keyed hash of connection and appointment",
  members,
  kept: "13 months from the visit's start",
  expires: true,
  version: FIRST_VERSION,
};

export const MONTHS_KEPT = 13;
const SLICE = 100;

export interface UsageSlice {
  readonly usages: readonly Usage[];
  /** How many rows cannot be read; the others are given all the same. */
  readonly damaged: number;
}

export interface Usages {
  /** Writes the visit's one row, and removes any row that it had in another month. */
  write(usage: Usage): Promise<void>;
  /** Removes whatever row the visit has. */
  remove(visit: VisitId): Promise<void>;
  /** Removes the appointments' ids from all rows. */
  forgetAppointments(signal: AbortSignal): Promise<void>;
  /**
   * The visits scheduled in the range, earliest or latest first, a slice at a time. Each query of the store concerns one
   * month only. Other work of the process has its turn before each slice is read, and again before it is given on.
   */
  between(from: Date, before: Date, order: "ascending" | "descending"): AsyncIterable<UsageSlice>;
}

export interface UsagesDeps {
  readonly store: Store;
  readonly now: () => Date;
}

export function openUsages({ store, now }: UsagesDeps): Usages {
  /** @param keeps the month whose row stays, if any */
  async function removeAll(visit: VisitId, keeps?: string): Promise<void> {
    for (const row of await usageRowsOf({ store, now }, visit))
      if (row.partition !== keeps) await removeRow(store, usages.container, row);
  }
  /** Removes the rows of a visit that is counted elsewhere now, or not at all. @throws UnreadableRecord of another version */
  async function removeCounted(visit: VisitId, keeps?: string): Promise<void> {
    for (const row of await usageRowsOf({ store, now }, visit)) refuseAnotherRelease(usages, row);
    await removeAll(visit, keeps);
  }
  async function* slicesOf(
    month: string,
    query: Omit<ListQuery, "limit" | "continuation">,
  ): AsyncGenerator<readonly Stored[]> {
    let continuation: string | undefined;
    do {
      await othersTurn();
      const more = continuation === undefined ? {} : { continuation };
      const slice: ListedSlice = await store.list(usages.container, month, {
        ...query,
        ...more,
        limit: SLICE,
      });
      yield slice.items;
      continuation = slice.next;
    } while (continuation !== undefined);
  }

  return {
    async write(usage) {
      const address = { partition: monthOf(usage.start), id: usage.id };
      const row = { sort: usage.start.toISOString(), expiresAt: keptUntil(usage.start) };
      // A visit that was moved may have a row in another month. That one is removed first, so a process that ends in between
      // leaves none.
      const isFirst = (await store.read(usages.container, address.partition, address.id)) === undefined;
      if (isFirst) await removeCounted(usage.id);
      const made = await createOrRead(store, usages.container, {
        ...address,
        ...row,
        body: newBody(usages, asMembers(usage)),
      });
      if (!isSame(made, usage))
        await changeRow(store, usages.container, address, (stored) => ({
          body: nextBody(usages, stored, asMembers(usage)),
          ...row,
        }));
      // Somebody else may have written the visit's row of another month meanwhile. Whoever writes last sees the other's.
      if (isFirst) await removeCounted(usage.id, address.partition);
      // Whoever deletes the visit looks for this row once more afterwards, so one of the two sees it.
      if (await isDeleted({ store }, usage.id)) await removeAll(usage.id);
    },
    remove: (visit) => removeCounted(visit),
    async forgetAppointments(signal) {
      const all = monthsBetween(addMonths(now(), -MONTHS_KEPT), addMonths(now(), 1));
      for (const month of all)
        for await (const slice of slicesOf(month, {})) {
          for (const { id, body } of slice) {
            signal.throwIfAborted();
            if (body["appointment"] === undefined) continue;
            await changeRow(store, usages.container, { partition: month, id }, (stored) => {
              const { appointment: _forgotten, ...others } = stored.body;
              const { sort, expiresAt } = stored;
              return { body: others, ...(sort !== undefined && { sort }), ...(expiresAt && { expiresAt }) };
            });
          }
        }
    },
    async *between(from, before, order) {
      const months = monthsBetween(from, before);
      const range = { from: from.toISOString(), before: before.toISOString(), order };
      for (const month of order === "ascending" ? months : months.toReversed())
        for await (const slice of slicesOf(month, range)) {
          const readable = readableIn(slice);
          // To read a slice, and to write it out as whoever asked for it does, takes some milliseconds each.
          await othersTurn();
          yield readable;
        }
    },
  };
}

/**
 * The visit's rows, looked for in all months where one may lie: those that are kept, and those ahead for which visits are
 * booked.
 */
export async function usageRowsOf({ store, now }: UsagesDeps, visit: VisitId): Promise<readonly Stored[]> {
  const from = addMonths(now(), -MONTHS_KEPT);
  const months = monthsBetween(from, addMonths(now(), 1));
  const rows = await Promise.all(months.map((month) => store.read(usages.container, month, visit)));
  return rows.filter((row) => row !== undefined);
}

const monthOf = (start: Date) => start.toISOString().slice(0, 7);
const keptUntil = (start: Date) => addMonths(start, MONTHS_KEPT);

/** The same moment in another month, or that month's last day where it has no such day. */
function addMonths(at: Date, months: number): Date {
  const then = new Date(at);
  then.setUTCMonth(then.getUTCMonth() + months);
  if (then.getUTCDate() !== at.getUTCDate()) then.setUTCDate(0);
  return then;
}

function monthsBetween(from: Date, before: Date): readonly string[] {
  const months: string[] = [];
  const month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth()));
  while (month < before) {
    months.push(monthOf(month));
    month.setUTCMonth(month.getUTCMonth() + 1);
  }
  return months;
}

/** A damaged row is another than the one that is written, and so it is replaced. @throws UnreadableRecord of another version */
function isSame(stored: Stored, usage: Usage): boolean {
  refuseAnotherRelease(usages, stored);
  const [before] = readableIn([stored]).usages;
  return before !== undefined && JSON.stringify(asMembers(before)) === JSON.stringify(asMembers(usage));
}

function asMembers(usage: Usage): z.input<typeof members> {
  const { connectionId, departmentId, start, end, outcome, source, opened, together, over } = usage;
  const { attendees, atOnce, byPhone, wayNotTold, lobbySeconds, staff, messages } = usage;
  const { quality, appointment } = usage;
  return {
    connectionId,
    departmentId,
    start: start.toISOString(),
    end: end.toISOString(),
    outcome,
    source,
    ...(opened && { opened: opened.toISOString() }),
    ...(together && { together: together.toISOString() }),
    ...(over && { over: over.toISOString() }),
    attendees,
    atOnce,
    byPhone,
    ...(wayNotTold !== undefined && { wayNotTold }),
    ...(lobbySeconds !== undefined && { lobbySeconds }),
    staff: staff.map(({ account, seconds }) => ({ account, seconds })),
    messages: messages.map(({ kind, way, state, count: many }) => ({ kind, way, state, count: many })),
    ...(quality && { quality }),
    ...(appointment !== undefined && { appointment }),
  };
}

/** @throws UnreadableRecord */
function usageIn(stored: Stored): Usage {
  const { start, end, opened, together, over, ...others } = membersOf(usages, stored);
  return {
    ...others,
    id: stored.id as VisitId,
    start: new Date(start),
    end: new Date(end),
    ...(opened !== undefined && { opened: new Date(opened) }),
    ...(together !== undefined && { together: new Date(together) }),
    ...(over !== undefined && { over: new Date(over) }),
  };
}

function readableIn(rows: readonly Stored[]): UsageSlice {
  const all = rows.flatMap((row) => {
    try {
      return usageIn(row);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      return [];
    }
  });
  return { usages: all, damaged: rows.length - all.length };
}
