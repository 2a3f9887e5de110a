/** Who was in a visit's meeting, waited, and left; and how it is known: as keyed hashes and times, beside the visit's row. */
import { z } from "zod";
import type { VisitId } from "../domain/linkToken.ts";
import { LOOKS, NOBODY, PLACES, toldOf, type Presence, type Told } from "../domain/presence.ts";
import type { Visit } from "../domain/visit.ts";
import type { Subscription } from "../domain/watching.ts";
import { FAULT_REASONS, type CallEvent } from "../ports/callEvents.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Store, Stored } from "../ports/store.ts";
import { isDeleted } from "./keptVisits.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { expiry } from "./visitRow.ts";
import { changeRow, createOrRead, removeRow } from "./writing.ts";

const moment = z.iso.datetime();
const members = z.object({
  subscription: z
    .object({ id: z.string(), until: moment })
    .exactOptional()
    .meta({ description: "by which Microsoft Graph tells who is there, and until when" }),
  trouble: z
    .enum(FAULT_REASONS)
    .exactOptional()
    .meta({ description: "why Microsoft Graph does not tell: a word" }),
  heard: moment.exactOptional().meta({ description: "when it told something last" }),
  gap: moment.exactOptional().meta({ description: "when something was last lost of what it had to tell" }),
  staff: z.array(z.string()).exactOptional().meta({
    description: "keyed hashes of the accounts that opened the visit from its chart or by a colleague's link",
  }),
  ends: z.array(moment).meta({ description: "when the call ended" }),
  people: z
    .array(
      z.object({
        key: z.string(),
        look: z.enum(LOOKS),
        account: z.string().exactOptional(),
        moments: z.array(z.object({ at: moment, place: z.enum(PLACES) })),
      }),
    )
    .meta({
      description:
        "whoever came: a keyed hash of what Teams called them in this one meeting, whether of the hospital's directory, the object id of such an account, and when they waited, were let in and left",
    }),
});

/** They lie beside their visit's row. */
export const presences: RecordKind<typeof members> = {
  container: "visits",
  rows: "presence-",
  what: "who was in a visit's meeting, under a keyed hash of connection and appointment",
  members,
  kept: "until 7 days after the visit's end",
  expires: true,
  version: FIRST_VERSION,
};

export const presenceRowId = (visit: VisitId) => "presence-" + visit;

/** What is known of a visit's meeting. */
export interface Watched extends Presence {
  readonly subscription?: Subscription;
  readonly trouble?: (typeof FAULT_REASONS)[number];
  readonly heard?: Date;
  /** When something was last lost of what Teams had to tell. */
  readonly gap?: Date;
  /** Keyed hashes of accounts that have opened the visit as staff. */
  readonly staff?: readonly string[];
}

type Watching = Pick<Watched, "subscription" | "trouble">;
type Dated = Pick<Visit, "id" | "end">;

export interface Presences {
  of(visit: VisitId): Promise<Watched | undefined>;
  /** What Teams told, heard at a moment; as often as it likes, in any order. */
  tell(visit: Dated, event: CallEvent, heard: Date): Promise<void>;
  /** How it is that Teams tells, or why it does not. */
  watching(visit: Dated, how: Watching): Promise<void>;
  /** At that moment something was lost of what Teams had to tell. */
  missed(visit: Dated, at: Date): Promise<void>;
  /** The account has opened the visit as staff. */
  staffCame(visit: Dated, account: string): Promise<void>;
  /** Which of those who came to the meeting had opened the visit as staff: their accounts. */
  staffIn(visit: VisitId, watched: Watched): readonly string[];
  /**
   * Teams tells by this subscription, in the place of the one before. False, and nothing is noted, where somebody else has noted
   * another meanwhile, or the visit was deleted.
   */
  subscribed(visit: Dated, subscription: Subscription, before: Subscription | undefined): Promise<boolean>;
}

/** Far above how many of the staff a visit has. */
const MOST_STAFF = 100;

export interface PresencesDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, "hash">;
}

export function openPresences({ store, keyring }: PresencesDeps): Presences {
  const staffKey = (visit: VisitId, account: string) =>
    keyring.hash("staff of a visit", [visit, account].join(" "));
  /** @returns false where the visit is deleted */
  async function change(visit: Dated, edit: (before: Watched) => Watched): Promise<boolean> {
    const place = { partition: visit.id, id: presenceRowId(visit.id) };
    // Whoever asks may have read the visit before it was deleted.
    if (await isDeleted({ store }, visit.id)) return false;
    const made = await createOrRead(store, presences.container, {
      ...place,
      body: newBody(presences, asMembers(edit(NOBODY))),
      expiresAt: expiry(visit),
    });
    // Whoever deletes looks for it once more afterwards, so one of both sees it.
    if (await isDeleted({ store }, visit.id)) {
      await removeRow(store, presences.container, place);
      return false;
    }
    if (isSame(watchedIn(made), edit(watchedIn(made)))) return true;
    await changeRow(store, presences.container, place, (stored) => {
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
    async tell(visit, { at, kind, people }, heard) {
      const told: Told = {
        at,
        isEnd: kind === "ended",
        people: people.map(({ id, ...standing }) => ({
          ...standing,
          key: keyring.hash("participant", [visit.id, id].join(" ")),
        })),
      };
      await change(visit, ({ trouble: _over, ...before }) => ({
        ...before,
        ...toldOf(before, told),
        heard: before.heard !== undefined && before.heard > heard ? before.heard : heard,
      }));
    },
    async watching(visit, { subscription, trouble }) {
      await change(visit, ({ subscription: _was, trouble: _too, ...before }) => ({
        ...before,
        ...(subscription && { subscription }),
        ...(trouble && { trouble }),
      }));
    },
    async missed(visit, at) {
      await change(visit, ({ gap = at, ...before }) => ({ ...before, gap: gap > at ? gap : at }));
    },
    async staffCame(visit, account) {
      await change(visit, ({ staff = [], ...before }) => ({
        ...before,
        staff: [...new Set([...staff, staffKey(visit.id, account)])].slice(-MOST_STAFF),
      }));
    },
    staffIn(visit, { people, staff = [] }) {
      const accounts = people.flatMap(({ account }) => account ?? []);
      return accounts.filter((account) => staff.includes(staffKey(visit, account)));
    },
    async subscribed(visit, subscription, before) {
      let isNoted = false;
      const isThere = await change(visit, (watched) => {
        const { subscription: known, trouble: _over, ...others } = watched;
        // The row that was made with it is read once more.
        isNoted = known?.id === before?.id || known?.id === subscription.id;
        return isNoted ? { ...others, subscription } : watched;
      });
      return isThere && isNoted;
    },
  };
}

const isSame = (one: Watched, other: Watched) =>
  JSON.stringify(asMembers(one)) === JSON.stringify(asMembers(other));

function asMembers({
  subscription,
  trouble,
  heard,
  gap,
  staff,
  ends,
  people,
}: Watched): z.input<typeof members> {
  return {
    ...(subscription && { subscription: { ...subscription, until: subscription.until.toISOString() } }),
    ...(trouble && { trouble }),
    ...(heard && { heard: heard.toISOString() }),
    ...(gap && { gap: gap.toISOString() }),
    ...(staff && { staff: [...staff] }),
    ends: ends.map((end) => end.toISOString()),
    people: people.map(({ key, look, account, moments }) => ({
      key,
      look,
      ...(account !== undefined && { account }),
      moments: moments.map(({ at, place }) => ({ at: at.toISOString(), place })),
    })),
  };
}

/** @throws UnreadableRecord */
function watchedIn(stored: Stored): Watched {
  const { subscription, trouble, heard, gap, staff, ends, people } = membersOf(presences, stored);
  return {
    ...(subscription && { subscription: { ...subscription, until: new Date(subscription.until) } }),
    ...(trouble && { trouble }),
    ...(heard !== undefined && { heard: new Date(heard) }),
    ...(gap !== undefined && { gap: new Date(gap) }),
    ...(staff && { staff }),
    ends: ends.map((end) => new Date(end)),
    people: people.map(({ moments, ...one }) => ({
      ...one,
      moments: moments.map(({ at, place }) => ({ at: new Date(at), place })),
    })),
  };
}
