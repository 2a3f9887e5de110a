/** How the visits that were found have changed, in the order in which it was seen. Whoever tells patients reads it here. */
import * as z from "zod";
import { FOUND_CHANGES, type FoundChange } from "../domain/found.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { StoreConflict, type Store, type Stored, type Write } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, UnreadableRecord, type RecordKind } from "./record.ts";

const moment = z.iso.datetime();
const members = z.object({
  visit: z.string().meta({ description: "id of the visit's row" }),
  connectionId: z.string().meta({ description: "id of the connection" }),
  change: z
    .enum(FOUND_CHANGES)
    .meta({ description: "new to the connector or to its patient, moved or cancelled" }),
  at: moment.meta({ description: "when it was seen" }),
  start: moment.meta({ description: "when the visit starts" }),
  end: moment.meta({ description: "when the visit ends" }),
  movedFrom: moment.exactOptional().meta({ description: "when it was to start before it was moved" }),
  knownBefore: z.literal(true).exactOptional().meta({
    description: "whether it was found by the first look at its location, so that it was not just booked",
  }),
});

export const visitChanges: RecordKind<typeof members> = {
  container: "visits",
  rows: "change-",
  what: "a change of a visit, under the visit's id and the change's number",
  members,
  kept: "for 7 days, and until a day after the visit's end as it was then",
  expires: true,
  version: FIRST_VERSION,
};

/** The partition of the changes, and of the visits that they belong to. */
export const FOUND_PARTITION = "found";
const DAY_MS = 86_400_000;
/** What it tells may have to wait until the visit: for an appointment to be accepted, or for links to be opened again. */
const keptUntil = ({ at, end }: Pick<VisitChange, "at" | "end">): Date =>
  new Date(Math.max(at.getTime() + 7 * DAY_MS, end.getTime() + DAY_MS));

export interface VisitChange {
  /** Deterministic, with the number: one visit's third change is the same, whoever sees it. */
  readonly visit: VisitId;
  readonly number: number;
  readonly connectionId: string;
  /** A visit that was made long ago is `new` when it is first seen, so nobody may say that it was just booked. */
  readonly change: FoundChange;
  readonly at: Date;
  readonly start: Date;
  readonly end: Date;
  readonly movedFrom?: Date;
  /**
   * The first look at its location has found the visit: it is not known when it was booked, and it is not announced as new.
   */
  readonly knownBefore?: true;
}

/** The write of a change. It is written beside its visit's row, in the partition that holds both. */
export function changeWrite({ visit, number, connectionId, change, at, ...times }: VisitChange): Write {
  const { start, end, movedFrom, knownBefore } = times;
  const body = newBody(visitChanges, {
    visit,
    connectionId,
    change,
    at: at.toISOString(),
    start: start.toISOString(),
    end: end.toISOString(),
    ...(movedFrom !== undefined && { movedFrom: movedFrom.toISOString() }),
    ...(knownBefore && { knownBefore }),
  });
  const id = changeId(visit, number);
  const expiresAt = keptUntil({ at, end });
  return {
    kind: "create",
    item: { partition: FOUND_PARTITION, id, body, sort: SORTED + at.toISOString(), expiresAt },
  };
}

const SORTED = "change ";

/** The id of a change's row. */
export const changeId = (visit: VisitId, number: number): string => idStart(visit) + String(number);
const idStart = (visit: string) => ["change", visit, ""].join("-");
export const isChangeOf = (visit: VisitId, rowId: string): boolean => rowId.startsWith(idStart(visit));

export interface VisitChanges {
  /**
   * Undefined where there is no change with that number any more. One that the release before has kept for too short is kept
   * for longer from then on.
   */
  read(visit: VisitId, number: number): Promise<VisitChange | undefined>;
  /**
   * The changes in the order in which they were seen; `continuation` is `next` of the slice before. Of a row that cannot be
   * read, it is said which change it is.
   */
  readSlice(query: { from?: Date; limit: number; continuation?: string }): Promise<{
    readonly changes: readonly VisitChange[];
    readonly unreadable: readonly Pick<VisitChange, "visit" | "number" | "at">[];
    readonly next?: string;
  }>;
}

export function openVisitChanges({ store }: { readonly store: Store }): VisitChanges {
  return {
    async read(visit, number) {
      const stored = await store.read(
        visitChanges.container,
        FOUND_PARTITION,
        idStart(visit) + String(number),
      );
      return stored && keptOn(store, stored);
    },
    async readSlice({ from, limit, continuation }) {
      const slice = await store.list(visitChanges.container, FOUND_PARTITION, {
        from: SORTED + (from?.toISOString() ?? ""),
        before: "change!",
        limit,
        ...(continuation !== undefined && { continuation }),
      });
      const changes: VisitChange[] = [];
      const unreadable: Pick<VisitChange, "visit" | "number" | "at">[] = [];
      for (const row of slice.items) {
        try {
          changes.push(changeIn(row));
        } catch (error) {
          if (!(error instanceof UnreadableRecord)) throw error;
          unreadable.push(addressIn(row));
        }
      }
      return { changes, unreadable, ...(slice.next !== undefined && { next: slice.next }) };
    },
  };
}

/**
 * The change in a row, which is kept for as long as it may have to wait: the release before has kept rows for 7 days alone, and
 * whoever waits with a message reads its row again and again.
 * @throws UnreadableRecord
 */
async function keptOn(store: Store, stored: Stored): Promise<VisitChange> {
  const change = changeIn(stored);
  const expiresAt = keptUntil(change);
  const { etag, ...item } = stored;
  if (stored.expiresAt === undefined || stored.expiresAt >= expiresAt) return change;
  await store.replace(visitChanges.container, { ...item, expiresAt }, etag).catch((error: unknown) => {
    // Somebody else has done so, or it is gone.
    if (!(error instanceof StoreConflict)) throw error;
  });
  return change;
}

/** Which change a row is, and when it was seen: its id and its position say so. */
function addressIn({ id, sort = "" }: Stored): Pick<VisitChange, "visit" | "number" | "at"> {
  const end = id.lastIndexOf("-");
  return {
    visit: id.slice(idStart("").length - 1, end) as VisitId,
    number: Number(id.slice(end + 1)),
    at: new Date(sort.slice(SORTED.length)),
  };
}

/** @throws UnreadableRecord */
function changeIn(stored: Stored): VisitChange {
  const { visit, connectionId, change, at, start, end, movedFrom, knownBefore } = membersOf(
    visitChanges,
    stored,
  );
  return {
    visit: visit as VisitId,
    number: addressIn(stored).number,
    connectionId,
    change,
    at: new Date(at),
    start: new Date(start),
    end: new Date(end),
    ...(movedFrom !== undefined && { movedFrom: new Date(movedFrom) }),
    ...(knownBefore && { knownBefore }),
  };
}
