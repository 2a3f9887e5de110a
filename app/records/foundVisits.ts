/**
 * Visits that were found in a chart: what is kept of each, so that the next look can tell new, moved, cancelled and
 * unchanged ones apart.
 */
import {
  believedStart,
  isRisk,
  isUnwritten,
  otherStart,
  type FoundChange,
  type FoundVisit,
} from "../domain/found.ts";
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Store, Stored, Write } from "../ports/store.ts";
import { foundVisits, type FoundMembers } from "./foundRow.ts";
import { isOtherStartOf, otherStartWrites, visitsWithOtherStart } from "./otherStarts.ts";
import { membersOf, newBody, nextBody, UnreadableRecord, unlessUnreadable } from "./record.ts";
import { changeId, changeWrite, isChangeOf, FOUND_PARTITION, type VisitChange } from "./visitChanges.ts";
import { appointmentVisitId } from "./visitIds.ts";
import { patientHashes } from "./visitPatients.ts";
import { changeRow, createOrRead, removeRow } from "./writing.ts";

const KEPT_AFTER_END_MS = 7 * 86_400_000;
const SLICE = 100;

export interface FoundVisits {
  idOf(fhirBaseUrl: FhirBaseUrl, appointmentId: string): VisitId;
  /** The keyed hash of what the chart said of a visit. */
  hash(id: VisitId, said: string): string;
  /** The keyed hashes of its patients, by the ids that the chart has for them. */
  patientHashes(id: VisitId, patients: readonly string[]): readonly string[];
  byId(id: VisitId): Promise<FoundVisit | undefined>;
  /** The visits of a connection that start in the range, earliest first, a slice at a time. */
  between(connectionId: string, from: Date, before: Date): AsyncIterable<FoundSlice>;
  /**
   * The visits of a connection that start at another time, and to which their patients may come in the range; `at` is when, and
   * they come in that order. Rows that cannot be read are left out: they are among those of their own start.
   */
  awaitedBetween(connectionId: string, from: Date, before: Date): AsyncIterable<FoundAt>;
  /** Keeps the visit unless it is kept already. A `change` is recorded in the same transaction. */
  add(found: FoundVisit, appointmentId: string, change?: FirstChange): Promise<void>;
  /**
   * Changes the visit with `edit`. If `edit` returns the very same visit, nothing is written. A `change` is recorded in the
   * same transaction.
   * @returns the visit as it is now, or undefined where there is none
   */
  edit(id: VisitId, edit: (found: FoundVisit) => Edited): Promise<FoundVisit | undefined>;
  appointmentId(id: VisitId): Promise<string | undefined>;
  /** Removes the visit, because an administrator has deleted it. */
  remove(id: VisitId): Promise<void>;
}

export interface FoundAt {
  readonly found: FoundVisit;
  readonly at: Date;
}

export interface FoundSlice {
  readonly found: readonly FoundVisit[];
  /** Those whose rows cannot be read, as far as their addresses say; the others are given all the same. */
  readonly unreadable: readonly Pick<FoundVisit, "id" | "start">[];
}

export interface Edited {
  readonly found: FoundVisit;
  readonly change?: FoundChange;
}

/** `knownBefore`: the visit was found by the first look at its location. */
export type FirstChange = { readonly change: FoundChange } & Pick<VisitChange, "knownBefore">;

export interface FoundVisitsDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, "hash" | "seal" | "open">;
  readonly now: () => Date;
}

export function openFoundVisits({ store, keyring, now }: FoundVisitsDeps): FoundVisits {
  const read = (id: VisitId) => store.read(foundVisits.container, FOUND_PARTITION, rowId(id));
  const byId = async (id: VisitId) => {
    const stored = await read(id);
    return stored && foundIn(stored);
  };
  const context = (id: VisitId) => "found " + id;
  const changesOf = (
    before: FoundVisit | undefined,
    after: FoundVisit,
    change: FoundChange,
    knownBefore?: true,
  ): Write =>
    changeWrite({
      visit: after.id,
      number: after.changes,
      connectionId: after.connectionId,
      change,
      at: now(),
      start: after.start,
      end: after.end,
      ...(change === "moved" && before !== undefined && { movedFrom: believedStart(before, now()) }),
      ...(knownBefore && { knownBefore }),
    });
  /**
   * The number for a visit's next change. Where the visit's row was lost or kept no more, changes of former numbers may still
   * be there, and not each of them.
   */
  const changeAfter = async (id: VisitId, last: number): Promise<number> => {
    for (let number = last + 1; ; number++)
      if ((await store.read(foundVisits.container, FOUND_PARTITION, changeId(id, number))) === undefined)
        return number;
  };
  return {
    idOf: (fhirBaseUrl, appointmentId) => appointmentVisitId(keyring, fhirBaseUrl, appointmentId),
    hash: (id, said) => keyring.hash("found visit", JSON.stringify([id, said])),
    patientHashes: (id, patients) => patientHashes(keyring, id, patients),
    byId,
    async *between(connectionId, from, before) {
      let continuation: string | undefined;
      do {
        const slice = await store.list(foundVisits.container, FOUND_PARTITION, {
          from: sortOf(connectionId, from),
          before: sortOf(connectionId, before),
          limit: SLICE,
          ...(continuation !== undefined && { continuation }),
        });
        yield readableIn(slice.items);
        continuation = slice.next;
      } while (continuation !== undefined);
    },
    async *awaitedBetween(connectionId, from, before) {
      for await (const slice of visitsWithOtherStart(store, connectionId, from, before))
        for (const { visit, start: at } of slice) {
          const found = await unlessUnreadable(() => byId(visit));
          if (found === undefined || found === "unreadable") continue;
          const isSo = otherStart(found, now())?.getTime() === at.getTime();
          if (isSo && found.connectionId === connectionId) yield { found, at };
        }
    },
    async add(found, appointmentId, change) {
      const counted = change === undefined ? found : { ...found, changes: await changeAfter(found.id, 0) };
      const appointment = keyring.seal(context(found.id), appointmentId);
      const body = newBody(foundVisits, asMembers(counted, appointment));
      const beside =
        change === undefined ? [] : [changesOf(undefined, counted, change.change, change.knownBefore)];
      await createOrRead(store, foundVisits.container, { ...addressOf(counted), body, beside });
    },
    async edit(id, edit) {
      const address = { partition: FOUND_PARTITION, id: rowId(id) };
      const stored = await changeRow(store, foundVisits.container, address, async (row) => {
        const before = foundIn(row);
        const { found, change } = edit(before);
        if (found === before && change === undefined) return undefined;
        const after =
          change === undefined ? found : { ...found, changes: await changeAfter(id, before.changes) };
        const { appointment } = membersOf(foundVisits, row);
        const { sort, expiresAt } = addressOf(after);
        const body = nextBody(foundVisits, row, asMembers(after, appointment));
        const other = otherStart(after, now());
        const others = other === undefined ? [] : await otherStartWrites(store, after, other, now());
        const beside = [...(change === undefined ? [] : [changesOf(before, after, change)]), ...others];
        return { body, sort, expiresAt, beside };
      });
      return stored && foundIn(stored);
    },
    async appointmentId(id) {
      const stored = await read(id);
      return stored && keyring.open(context(id), membersOf(foundVisits, stored).appointment);
    },
    remove: (id) => removeRow(store, foundVisits.container, { partition: FOUND_PARTITION, id: rowId(id) }),
  };
}

/** Whether a row of this container is the visit's own, one of its changes, or a start at which its patient may come. */
export const isFoundAs = (id: VisitId, row: Pick<Stored, "partition" | "id">): boolean =>
  row.partition === FOUND_PARTITION &&
  (row.id === rowId(id) || isChangeOf(id, row.id) || isOtherStartOf(id, row.id));

const rowId = (id: VisitId) => "found-" + id;
const sortOf = (connectionId: string, start: Date) => ["found", connectionId, start.toISOString()].join(" ");

function addressOf(found: FoundVisit) {
  return {
    partition: FOUND_PARTITION,
    id: rowId(found.id),
    sort: sortOf(found.connectionId, found.start),
    expiresAt: new Date(lastOf(found).getTime() + KEPT_AFTER_END_MS),
  };
}

/** It is kept for those who may come later than the chart says, too. */
const lastOf = ({ end, wasAt = end, knownAt = end }: FoundVisit): Date =>
  new Date(Math.max(end.getTime(), wasAt.getTime(), knownAt.getTime()));

function asMembers(found: FoundVisit, appointment: string): FoundMembers {
  const { id: _, start, end, wasAt, knownAt, firstSeen, ...more } = found;
  const { meetingGone, ready, patients, restored, ...others } = more;
  return {
    ...others,
    ...(patients !== undefined && { patients: [...patients] }),
    appointment,
    start: start.toISOString(),
    end: end.toISOString(),
    ...(wasAt !== undefined && { wasAt: wasAt.toISOString() }),
    ...(knownAt !== undefined && { knownAt: knownAt.toISOString() }),
    firstSeen: firstSeen.toISOString(),
    ...(restored !== undefined && { restored: restored.map((at) => at.toISOString()) }),
    ...(meetingGone !== undefined && { meetingGone: meetingGone.toISOString() }),
    ...(ready !== undefined && { ready: ready.toISOString() }),
  };
}

function readableIn(rows: readonly Stored[]): FoundSlice {
  const found: FoundVisit[] = [];
  const unreadable: Pick<FoundVisit, "id" | "start">[] = [];
  for (const row of rows) {
    try {
      found.push(foundIn(row));
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      unreadable.push({ id: idIn(row), start: startIn(row) });
    }
  }
  return { found, unreadable };
}

const idIn = ({ id }: Stored) => id.slice(rowId("" as VisitId).length) as VisitId;

/** The start by which the row is listed. */
const startIn = ({ sort = "" }: Stored) => new Date(sort.slice(sort.lastIndexOf(" ") + 1));

/** @throws UnreadableRecord */
function foundIn(stored: Stored): FoundVisit {
  const {
    appointment: _,
    start,
    end,
    wasAt,
    knownAt,
    firstSeen,
    restored,
    meetingGone,
    ready,
    risk,
    late,
    unfulfilled,
    unarrived,
    ...others
  } = membersOf(foundVisits, stored);
  return {
    ...others,
    id: idIn(stored),
    start: new Date(start),
    end: new Date(end),
    ...(wasAt !== undefined && { wasAt: new Date(wasAt) }),
    ...(knownAt !== undefined && { knownAt: new Date(knownAt) }),
    firstSeen: new Date(firstSeen),
    ...(restored !== undefined && { restored: restored.map((at) => new Date(at)) }),
    ...(meetingGone !== undefined && { meetingGone: new Date(meetingGone) }),
    ...(ready !== undefined && { ready: new Date(ready) }),
    ...riskIn("risk", risk),
    ...riskIn("late", late),
    ...(isUnwritten(unfulfilled) && { unfulfilled }),
    ...(isUnwritten(unarrived) && { unarrived }),
  };
}

/** Another release may know risks that this one does not; those are left out. */
const riskIn = (name: "risk" | "late", text: string | undefined): Pick<FoundVisit, "risk" | "late"> =>
  text === undefined || !isRisk(text) ? {} : { [name]: text };
