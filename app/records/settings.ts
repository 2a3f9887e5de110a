/**
 * What administrators set in the portal, in the same way for every kind. Each setting is a row among the others, with a
 * revision number that each change raises. A change says which number its form showed, so that nobody overwrites what they
 * have not seen, and it leaves an event in the audit trail in the same batch.
 */
import type * as z from "zod";
import type { Actor, Plain } from "../domain/auditChain.ts";
import { isYounger } from "../domain/age.ts";
import { memberChanges } from "../domain/memberChanges.ts";
import type { Log } from "../log.ts";
import type { Body, Store, Stored, Write } from "../ports/store.ts";
import { SETTINGS, type Audit, type Entry } from "./audit.ts";
import { membersOf, newBody, nextBody, refuseAnotherRelease, UnreadableRecord } from "./record.ts";
import { type envelope, type SettingKind } from "./settingKind.ts";
import { unreadableSetting, type UnreadableSetting } from "./unreadableSetting.ts";

export interface Setting<V> {
  readonly id: string;
  readonly value: V;
  /** The revision number, for the form that shows the setting. */
  readonly revision: number;
  readonly changedAt: Date;
}

/** Who changes a setting, what the change is called, and why. */
export interface Change {
  readonly actor: Actor;
  /** A name such as `connection.added`. */
  readonly action: string;
  readonly reason?: string;
}

/** Somebody else has changed or removed the setting after the form was shown. Nothing was written. */
export class SettingMoved<V = unknown> extends Error {
  override readonly name = "SettingMoved";
  /** The setting as it is now; absent where it is gone. */
  readonly now?: Setting<V>;
  constructor(now?: Setting<V>) {
    super("the setting was changed by somebody else");
    if (now !== undefined) this.now = now;
  }
}

/** There is already a setting with that id. Nothing was written. */
export class SettingTaken extends Error {
  override readonly name = "SettingTaken";
}

/** A change for {@link changeTogether}: it checks that everything is as it was shown, and then gives what to write. */
export type PlannedChange = () => Promise<{ readonly write: Write; readonly entry: Entry }>;

/** A change that may turn out to be none: `not-needed` leaves it out, undefined ends all that is made together with it. */
export type MayBeChange = () => Promise<Awaited<ReturnType<PlannedChange>> | "not-needed" | undefined>;

/**
 * Makes all changes in one batch, or none; none also where one of them returns undefined.
 * @throws SettingMoved, SettingTaken
 */
export const changeTogether = (
  audit: Pick<Audit, "commit">,
  planned: readonly MayBeChange[],
): Promise<void> =>
  audit.commit(async () => {
    const writes: Write[] = [];
    const entries: Entry[] = [];
    for (const plan of planned) {
      const change = await plan();
      if (change === undefined) return undefined;
      if (change === "not-needed") continue;
      writes.push(change.write);
      entries.push(change.entry);
    }
    return { writes, entries };
  });

export interface Settings<V> {
  /** All settings, sorted by id. */
  list(): Promise<readonly Setting<V>[]>;
  /** Those that the list lacks, because their rows cannot be read. */
  unreadable(): Promise<readonly UnreadableSetting[]>;
  read(id: string): Promise<Setting<V> | undefined>;
  /** @throws SettingTaken */
  add(change: Change, id: string, value: V): Promise<Setting<V>>;
  /** @param shown the revision that was shown @throws SettingMoved */
  replace(change: Change, id: string, shown: number, value: V): Promise<Setting<V>>;
  /** @throws SettingMoved */
  remove(change: Change, id: string, shown: number): Promise<void>;
  /**
   * Removes a setting whose row is damaged, unread.
   * @throws SettingMoved where there is none, or it can be read again; RecordOfAnotherRelease
   */
  removeDamaged(change: Change, id: string): Promise<void>;
  /** Plans a change for several settings that change together: without `shown` a new setting, without `value` a removal. */
  plan(
    change: Change,
    id: string,
    to: { readonly shown?: number | undefined; readonly value?: V | undefined },
  ): Promise<PlannedChange>;
}

export interface SettingsDeps {
  readonly store: Store;
  readonly audit: Audit;
  readonly log: Log;
  readonly now: () => Date;
}

const SLICE = 500;

/**
 * How long, in milliseconds, rows that cannot be read are not read again. Whoever mends one in the store adds no event, and the
 * list is asked for at each request.
 */
export const UNREADABLE_FOR_MS = 10_000;

export function openSettings<V extends z.ZodObject>(
  kind: SettingKind<V>,
  { store, audit, log, now }: SettingsDeps,
): Settings<z.output<V>> {
  type Value = z.output<V>;
  const { name, record, hidden } = kind;
  const rowId = (id: string) => name + "-" + id;
  const stored = (id: string) => store.read(SETTINGS.container, SETTINGS.partition, rowId(id));
  const settingIn = (row: Stored): Setting<Value> => {
    const { id, revision, changedAt, value } = membersOf(record, row) as z.output<
      z.ZodObject<typeof envelope>
    > & {
      readonly value: Value;
    };
    return { id, revision, changedAt: new Date(changedAt), value };
  };
  /** A setting that cannot be read is kept apart, so that the others can still be used. */
  const readable = (row: Stored): Setting<Value> | UnreadableSetting => {
    try {
      return settingIn(row);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      const setting = unreadableSetting(name, row, error);
      // It is read again every few seconds, and told once.
      if (last?.unreadable.some((one) => one.row === row.id && one.why === setting.why) !== true)
        log.error("setting.unreadable", error, { names: [row.id] });
      return setting;
    }
  };
  const body = (setting: Setting<Value>): Body =>
    ({ ...setting, changedAt: setting.changedAt.toISOString() }) as unknown as Body;
  const entryOf = (
    change: Change,
    id: string,
    before: Value | undefined,
    after: Value | undefined,
  ): Entry => ({
    ...change,
    object: { kind: name, id },
    changes: memberChanges(before as Plain | undefined, after as Plain | undefined, hidden),
  });

  const newOne = async (id: string, value: Value): Promise<Setting<Value>> => {
    // The number is never one that an earlier setting with this id had, because whoever was shown that one has not seen this
    // one.
    const { number } = await audit.head();
    return { id, revision: number + 1, changedAt: now(), value };
  };
  const adding =
    (change: Change, setting: Setting<Value>): PlannedChange =>
    async () => {
      const { id, value } = setting;
      if ((await stored(id)) !== undefined) throw new SettingTaken(name + " " + id + " is there already");
      const item = {
        partition: SETTINGS.partition,
        id: rowId(id),
        sort: name + "/" + id,
        body: newBody(record, body(setting)),
      };
      return { write: { kind: "create", item }, entry: entryOf(change, id, undefined, value) };
    };
  const nextOne = (id: string, shown: number, value: Value): Setting<Value> => ({
    id,
    revision: shown + 1,
    changedAt: now(),
    value,
  });
  const replacing =
    (change: Change, shown: number, setting: Setting<Value>): PlannedChange =>
    async () => {
      const { id, value } = setting;
      const { row, before } = await asShown(id, shown);
      const item = { ...row, body: nextBody(record, row, body(setting)) };
      return {
        write: { kind: "replace", item, etag: row.etag },
        entry: entryOf(change, id, before.value, value),
      };
    };
  const removing =
    (change: Change, id: string, shown: number): PlannedChange =>
    async () => {
      const { row, before } = await asShown(id, shown);
      return {
        write: { kind: "remove", id: row.id, etag: row.etag },
        entry: entryOf(change, id, before.value, undefined),
      };
    };

  interface Read {
    readonly settings: readonly Setting<Value>[];
    readonly unreadable: readonly UnreadableSetting[];
  }
  const readAll = async (): Promise<Read> => {
    const [settings, unreadable]: [Setting<Value>[], UnreadableSetting[]] = [[], []];
    let continuation: string | undefined;
    do {
      const slice = await store.list(SETTINGS.container, SETTINGS.partition, {
        from: name + "/",
        before: name + "0",
        limit: SLICE,
        ...(continuation !== undefined && { continuation }),
      });
      for (const read of slice.items.map(readable)) {
        if ("why" in read) unreadable.push(read);
        else settings.push(read);
      }
      continuation = slice.next;
    } while (continuation !== undefined);
    return { settings, unreadable };
  };
  /**
   * Every change adds an event, so the settings are unchanged for as long as the trail has no other event of a setting; but for a row that
   * cannot be read, and that somebody mends in the store.
   */
  let last: (Read & { readonly end: number; readonly at: number }) | undefined;
  const all = async () => {
    const end = await audit.settingsEnd();
    const [before, at] = [last, now()];
    const isGood = before?.unreadable.length === 0 || isYounger(before?.at ?? 0, at, UNREADABLE_FOR_MS);
    if (before?.end === end && isGood) return before;
    return (last = { end, at: at.getTime(), ...(await readAll()) });
  };

  return {
    list: async () => (await all()).settings,
    unreadable: async () => (await all()).unreadable,

    async read(id) {
      const row = await stored(id);
      return row && settingIn(row);
    },

    async add(change, id, value) {
      const setting = await newOne(id, value);
      await changeTogether(audit, [adding(change, setting)]);
      return setting;
    },

    async replace(change, id, shown, value) {
      const setting = nextOne(id, shown, value);
      await changeTogether(audit, [replacing(change, shown, setting)]);
      return setting;
    },

    remove: (change, id, shown) => changeTogether(audit, [removing(change, id, shown)]),

    removeDamaged: (change, id) =>
      changeTogether(audit, [
        async () => {
          const row = await stored(id);
          const read = row && readable(row);
          if (row === undefined || read === undefined) throw new SettingMoved();
          if (!("why" in read)) throw new SettingMoved(read);
          refuseAnotherRelease(record, row);
          return {
            write: { kind: "remove", id: row.id, etag: row.etag },
            entry: entryOf(change, id, undefined, undefined),
          };
        },
      ]),

    async plan(change, id, { shown, value }) {
      if (value === undefined) return removing(change, id, shown ?? 0);
      if (shown === undefined) return adding(change, await newOne(id, value));
      return replacing(change, shown, nextOne(id, shown, value));
    },
  };

  async function asShown(id: string, shown: number) {
    const row = await stored(id);
    const before = row && settingIn(row);
    if (row === undefined || before?.revision !== shown) throw new SettingMoved(before);
    return { row, before };
  }
}
