/**
 * Who was in a visit's meeting, waited, and left, and how this is known: kept as keyed hashes and times, beside the visit's
 * row.
 */
import type { VisitId } from "../domain/linkToken.ts";
import type { Quality } from "../domain/callQuality.ts";
import { isSomebodySomewhere, NOBODY, toldOf, type Told } from "../domain/presence.ts";
import type { Stay } from "../domain/stays.ts";
import type { Visit } from "../domain/visit.ts";
import { isToldBy, type Subscription } from "../domain/watching.ts";
import type { AttendanceReport } from "../ports/attendance.ts";
import type { CallRecord } from "../ports/callRecords.ts";
import type { CallEvent } from "../ports/callEvents.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Store } from "../ports/store.ts";
import { isDeleted } from "./keptVisits.ts";
import {
  asMembers,
  presenceRowId,
  presences,
  subscriptionIn,
  watchedIn,
  type Watched,
} from "./presenceRow.ts";
import { newBody, nextBody } from "./record.ts";
import { expiry } from "./visitRow.ts";
import { changeRow, createOrRead, removeRow } from "./writing.ts";

type Watching = Pick<Watched, "subscription" | "trouble">;
type Dated = Pick<Visit, "id" | "end">;

export interface Presences {
  of(visit: VisitId): Promise<Watched | undefined>;
  /** The id of the subscription by which Teams tells, as far as the row has it, also where the row cannot be read. */
  subscriptionOf(visit: VisitId): Promise<string | undefined>;
  /**
   * Records what Teams told, and when it was heard; events may come repeatedly and in any order. Where somebody has come, and
   * it does not say whether they wait, something is missing.
   * @param by id of the subscription by which it was told, as far as that is known: where by now that one tells of another
   * meeting than the visit's, nothing is recorded
   * @returns whether it is recorded
   */
  tell(visit: Dated, event: CallEvent, heard: Date, by?: string): Promise<boolean>;
  /**
   * Records that Teams tells, or why it does not.
   * @param known id of the subscription that the caller has read: where the row has another one by now, or none, that one
   * tells of another meeting, and nothing is recorded
   */
  watching(visit: Dated, how: Watching, known?: string): Promise<void>;
  /** Records that something of what Teams had to tell was lost at that moment. */
  missed(visit: Dated, at: Date): Promise<void>;
  /**
   * Records all reports of the meeting, as they were read at a moment; they replace those that were read before. Where one of
   * them could not be read, what was known from before stays besides, except stays that the others tell of now.
   */
  reported(visit: Dated, reports: readonly AttendanceReport[], read: Date): Promise<void>;
  /** Whether the record of a call, in this version, is still to be read. */
  isToBeRead(visit: VisitId, call: Pick<CallRecord, "id" | "version">): Promise<boolean>;
  /** Records how good a call was, in place of what an earlier version of its record said. */
  measured(visit: Dated, call: CallRecord, quality: Quality): Promise<void>;
  /** Records that the account has opened the visit as staff. */
  staffCame(visit: Dated, account: string): Promise<void>;
  /** The accounts of those who came to the meeting and had opened the visit as staff. */
  staffIn(visit: VisitId, watched: Watched): readonly string[];
  /**
   * Records the subscription by which Teams tells, in place of the one before, and of those that Graph had for nobody.
   * Returns false, and records nothing, where somebody else has recorded another meanwhile, or where the visit was deleted.
   */
  subscribed(
    visit: Dated,
    subscription: Subscription,
    before: Subscription | undefined,
    replaced?: readonly string[],
  ): Promise<boolean>;
  /** Records that the visit's meeting is another one, of which no subscription of before tells. */
  meetingAnew(visit: Dated): Promise<void>;
  /** Records that the visit's meeting was another patient's, of which nothing more is to be known than which staff came. */
  meetingOfAnother(visit: Dated): Promise<void>;
}

/** Far more staff than a visit has. */
const MOST_STAFF = 100;
/** More calls than a visit's meeting has. */
const MOST_CALLS = 50;
/** How many former subscriptions are remembered; what older ones told has long arrived. */
const MOST_FORMER = 5;
/** Far more stays than there are in a visit. */
const MOST_STAYS = 500;

export interface PresencesDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, "hash">;
}

export function openPresences({ store, keyring }: PresencesDeps): Presences {
  const staffKey = (visit: VisitId, account: string) =>
    keyring.hash("staff of a visit", [visit, account].join(" "));
  const callKey = (visit: VisitId, id: string) => keyring.hash("call", [visit, id].join(" "));
  /** @returns false where the visit is deleted */
  async function change(visit: Dated, edit: (before: Watched) => Watched): Promise<boolean> {
    const address = { partition: visit.id, id: presenceRowId(visit.id) };
    // The caller may have read the visit before it was deleted.
    if (await isDeleted({ store }, visit.id)) return false;
    const made = await createOrRead(store, presences.container, {
      ...address,
      body: newBody(presences, asMembers(edit(NOBODY))),
      expiresAt: expiry(visit),
    });
    // Whoever deletes the visit looks for this row once more afterwards, so one of the two sees it.
    if (await isDeleted({ store }, visit.id)) {
      await removeRow(store, presences.container, address);
      return false;
    }
    if (isSame(watchedIn(made), edit(watchedIn(made)))) return true;
    await changeRow(store, presences.container, address, (stored) => {
      const before = watchedIn(stored);
      const after = edit(before);
      if (isSame(before, after)) return undefined;
      return { body: nextBody(presences, stored, asMembers(after)), expiresAt: expiry(visit) };
    });
    return true;
  }

  return {
    async of(visit) {
      const stored = await store.read(presences.container, visit, presenceRowId(visit));
      return stored && watchedIn(stored);
    },
    async subscriptionOf(visit) {
      const stored = await store.read(presences.container, visit, presenceRowId(visit));
      return stored && subscriptionIn(stored);
    },
    async tell(visit, { at, kind, people }, heard, by) {
      const told: Told = {
        at,
        isEnd: kind === "ended",
        people: people.map(({ id, ...standing }) => ({
          ...standing,
          key: keyring.hash("participant", [visit.id, id].join(" ")),
        })),
      };
      let isNoted = false;
      const isThere = await change(visit, (watched) => {
        isNoted = by === undefined || isToldBy(watched, by);
        if (!isNoted) return watched;
        const { trouble: _over, ...before } = watched;
        return {
          ...before,
          ...toldOf(before, told),
          ...(isSomebodySomewhere(before, told) && gapAt(before.gap, at)),
          heard: before.heard !== undefined && before.heard > heard ? before.heard : heard,
        };
      });
      return isThere && isNoted;
    },
    async watching(visit, { subscription, trouble }, known) {
      await change(visit, (watched) => {
        const { subscription: was, trouble: _too, ...before } = watched;
        if (known !== undefined && was?.id !== known) return watched;
        return {
          ...before,
          ...(subscription && { subscription }),
          ...formerly(before.former, was && was.id !== subscription?.id ? [was.id] : []),
          ...(trouble && { trouble }),
        };
      });
    },
    async missed(visit, at) {
      await change(visit, (before) => ({ ...before, ...gapAt(before.gap, at) }));
    },
    async staffCame(visit, account) {
      await change(visit, ({ staff = [], ...before }) => ({
        ...before,
        staff: [...new Set([...staff, staffKey(visit.id, account)])].slice(-MOST_STAFF),
      }));
    },
    async reported(visit, reports, read) {
      const stays = reports.flatMap(({ id, people }) =>
        people.flatMap(({ id: person, look, account, stays: theirs }) => {
          const who = account ?? keyring.hash("participant", [visit.id, id, person].join(" "));
          return theirs.map((stay): Stay => ({
            who,
            look,
            ...(account !== undefined && { account }),
            ...stay,
          }));
        }),
      );
      const isUnread = reports.some(({ fault }) => fault !== undefined);
      await change(visit, (before) => {
        const earlier = isUnread ? (before.reported?.stays ?? []) : [];
        const all = [...earlier.filter((one) => !stays.some((other) => isSameStay(one, other))), ...stays];
        const latest = all.toSorted((one, other) => one.from.getTime() - other.from.getTime());
        return { ...before, reported: { read, stays: latest.slice(-MOST_STAYS) } };
      });
    },
    async isToBeRead(visit, { id, version }) {
      const stored = await store.read(presences.container, visit, presenceRowId(visit));
      const known = stored && watchedIn(stored).calls?.find(({ key }) => key === callKey(visit, id));
      return known === undefined || known.version < version;
    },
    async measured(visit, { id, version, to }, quality) {
      const call = { key: callKey(visit.id, id), version, to, quality };
      await change(visit, ({ calls = [], ...before }) => {
        const known = calls.find(({ key }) => key === call.key);
        const others = calls.filter((one) => one !== known);
        const isNewer = known === undefined || known.version < version;
        return { ...before, calls: isNewer ? [...others, call].slice(-MOST_CALLS) : calls };
      });
    },
    staffIn(visit, { people, staff = [], reported }) {
      const came = [...people, ...(reported?.stays ?? [])];
      const accounts = [...new Set(came.flatMap(({ account }) => account ?? []))];
      return accounts.filter((account) => staff.includes(staffKey(visit, account)));
    },
    async subscribed(visit, subscription, before, replaced = []) {
      let isNoted = false;
      const isThere = await change(visit, (watched) => {
        const { subscription: known, trouble: _over, ...others } = watched;
        // If the row was made in this call, its subscription is already this one, so it is compared with both.
        isNoted = known?.id === before?.id || known?.id === subscription.id;
        const was = known && known.id !== subscription.id ? [known.id] : [];
        return isNoted
          ? { ...others, subscription, ...formerly(others.former, [...replaced, ...was]) }
          : watched;
      });
      return isThere && isNoted;
    },
    async meetingAnew(visit) {
      await change(visit, ({ subscription: _was, former: _told, trouble: _over, ...before }) => before);
    },
    async meetingOfAnother(visit) {
      if ((await store.read(presences.container, visit.id, presenceRowId(visit.id))) === undefined) return;
      await change(visit, ({ staff }) => ({ ...NOBODY, ...(staff && { staff }) }));
    },
  };
}

const gapAt = (gap: Date | undefined, at: Date): Pick<Watched, "gap"> => ({
  gap: gap !== undefined && gap > at ? gap : at,
});

function formerly(before: readonly string[] = [], more: readonly string[]): Pick<Watched, "former"> {
  const former = [...new Set([...before, ...more])].slice(-MOST_FORMER);
  return former.length === 0 ? {} : { former };
}

/** The sessions of a meeting follow each other, so stays of one person that overlap are of the same report. */
const isSameStay = (one: Stay, other: Stay) =>
  one.who === other.who && one.from <= other.to && other.from <= one.to;

const isSame = (one: Watched, other: Watched) =>
  JSON.stringify(asMembers(one)) === JSON.stringify(asMembers(other));
