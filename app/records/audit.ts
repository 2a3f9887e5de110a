/**
 * Who changed what, when, from which value to which: a chain of events, each with the hash of the one before. A change of a
 * setting and its event are written in one batch, so that neither exists without the other. For other acts an event is
 * written first, which says that they are intended.
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import {
  chained,
  EMPTY_CHAIN,
  type AuditEntry,
  type AuditEvent,
  type ChainHead,
} from "../domain/auditChain.ts";
import type { ListedSlice, Store, Stored, Write } from "../ports/store.ts";
import type { Log } from "../log.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, UnreadableRecord, type RecordKind } from "./record.ts";
import { untilWritten } from "./writing.ts";

const eventMembers = z.object({
  number: z.int().meta({ description: "which event it is, from 1" }),
  at: z.iso.datetime().meta({ description: "when it was done" }),
  actor: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("person"), objectId: z.string() }),
      z.object({ kind: z.literal("program"), name: z.string() }),
    ])
    .meta({ description: "object id of who did it, or the program that did" }),
  action: z.string().meta({ description: "what was done" }),
  object: z
    .object({ kind: z.string(), id: z.string().exactOptional() })
    .meta({ description: "to which setting or record, by its kind and id" }),
  changes: z
    .array(z.object({ member: z.string(), from: z.string().exactOptional(), to: z.string().exactOptional() }))
    .meta({ description: "each member that changed, from which value to which; never a secret's" }),
  reason: z.string().exactOptional().meta({ description: "why, in the words of whoever did it" }),
  act: z
    .object({ id: z.string(), phase: z.enum(["intended", "done", "failed"]) })
    .exactOptional()
    .meta({ description: "whether it was intended, done or failed, and a random text that pairs the two" }),
  previous: z.string().meta({ description: "hash of the event before" }),
  hash: z.string().meta({ description: "hash of all of this" }),
});

const headMembers = z.object({
  number: eventMembers.shape.number.meta({ description: "number of the last audit event" }),
  hash: eventMembers.shape.hash.meta({ description: "hash of the last audit event" }),
});

/**
 * Holds everything that administrators set, the head of the chain and its events. They share one partition, because a batch
 * writes to one only.
 */
export const SETTINGS = { container: "settings", partition: "hospital" } as const;

/**
 * After six years events are removed, and the trail records it (auditRetention.ts). If that does not happen for long, they
 * expire by themselves.
 */
const GONE_AFTER_MS = (6 * 366 + 92) * 24 * 3600_000;

export const auditEvents: RecordKind<typeof eventMembers> = {
  container: SETTINGS.container,
  rows: "event-",
  what: "an event of the audit trail",
  members: eventMembers,
  kept: "6 years",
  expires: true,
  version: FIRST_VERSION,
};

export const auditHead: RecordKind<typeof headMembers> = {
  container: SETTINGS.container,
  rows: "head",
  what: "where the audit trail ends",
  members: headMembers,
  kept: "as long as the deployment",
  expires: false,
  version: FIRST_VERSION,
};

/** What somebody does. The time and the position in the chain are added here. */
export type Entry = Omit<AuditEntry, "at" | "act">;

/** Writes to the partition of settings, and the events that record them. */
export interface Commit {
  readonly writes: readonly Write[];
  readonly entries: readonly Entry[];
}

/** What is written in the same batch as an event of an act. It is planned anew when somebody else was quicker. */
export interface Together {
  /** With what is intended. If it throws, nothing is written, and nothing done. */
  readonly before?: () => Promise<Commit>;
  /** With what came of it; `error` is that of the act. */
  readonly after?: (error?: unknown) => Promise<After>;
}

interface After extends Commit {
  /** What the act's own event says besides, because it is known only now. */
  readonly changes?: Entry["changes"];
}

export const NOTHING: Commit = { writes: [], entries: [] };

export interface EventQuery {
  /** Only events with a lower number are given; without it the newest are. */
  readonly before?: number;
  readonly limit: number;
}

export interface Audit {
  /**
   * Makes writes and events in one batch. When somebody else was quicker, `plan` is called again, so that it reads the new
   * state. An error that it throws ends the attempt; undefined means that there is nothing to do.
   */
  commit(plan: () => Promise<Commit | undefined>): Promise<void>;
  /**
   * For an act that has no row among the settings: an event is written before it, and another one afterwards about how it
   * ended. An error of `act` is thrown on.
   */
  during<T>(entry: Entry, act: () => Promise<T>, together?: Together): Promise<T>;
  /** The newest events first. */
  events(query: EventQuery): Promise<readonly AuditEvent[]>;
  /** Every event in the order of the chain, read slice by slice as the caller goes on. */
  inOrder(): AsyncIterable<AuditEvent>;
  head(): Promise<ChainHead>;
  /**
   * The number of the last event with which a setting may have changed. What clinicians do to visits is told all day long and
   * changes none, so that what is remembered of settings stays good.
   */
  settingsEnd(): Promise<number>;
  /**
   * How often this process has changed a setting. What the process remembers of settings is out of date once this number has
   * changed.
   */
  writes(): number;
}

interface Planned extends Omit<Commit, "entries"> {
  readonly entries: readonly (Entry & Pick<AuditEntry, "act">)[];
}

export interface AuditDeps {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}

export function openAudit({ store, log, now }: AuditDeps): Audit {
  const readHead = () => store.read(SETTINGS.container, SETTINGS.partition, auditHead.rows ?? "");

  let written = 0;
  async function commit(plan: () => Promise<Planned | undefined>): Promise<void> {
    await untilWritten(SETTINGS.container, async () => {
      // The head is read first, so that whatever is planned was read after it: a change in between moves the head, and all
      // is planned anew.
      const stored = await readHead();
      const planned = await plan();
      if (planned === undefined) return { nothing: true };
      const at = now();
      const entries = planned.entries.map((entry) => ({ at: at.toISOString(), ...entry }));
      const events = chained(headIn(stored), entries);
      await store.batch(SETTINGS.container, SETTINGS.partition, [
        ...planned.writes,
        ...events.map((event) => ({ kind: "create" as const, item: itemOf(event, at) })),
        headWrite(stored, events.at(-1) ?? headIn(stored)),
      ]);
      if (planned.writes.length > 0) written++;
      return { done: true };
    });
  }

  /** The act cannot be undone; the verifier finds the intention whose end is not recorded. */
  const notWritten = (error: unknown) => {
    log.error("audit.not_written", error);
  };

  const events: Audit["events"] = async ({ before, limit }) => {
    const slice = await store.list(SETTINGS.container, SETTINGS.partition, {
      from: sortOf(0),
      before: sortOf(before ?? LAST_NUMBER),
      order: "descending",
      limit,
    });
    return slice.items.map((stored) => membersOf(auditEvents, stored) as AuditEvent);
  };

  let looked: { readonly at: number; readonly settings: number } | undefined;
  /** The last event of a setting up to that one. Where it would be long to look, or cannot be told, it may be that one. */
  const settingsUpTo = async (number: number): Promise<number> => {
    const [before, since] = [looked?.settings ?? number, number - (looked?.at ?? 0)];
    if (since === 0) return before;
    if (looked === undefined || since < 0 || since > MOST_LOOKED_AT) return number;
    try {
      const told = await events({ before: number + 1, limit: since });
      return told.find(({ object }) => object.kind !== "visit")?.number ?? before;
    } catch (error) {
      if (error instanceof UnreadableRecord) return number;
      throw error;
    }
  };

  return {
    commit,

    async during(entry, act, { before, after } = {}) {
      const id = randomUUID();
      const tell = (phase: "intended" | "done" | "failed", more?: () => Promise<After>) =>
        commit(async () => {
          const { writes, entries, changes = [] }: After = (await more?.()) ?? NOTHING;
          const own = { ...entry, changes: [...entry.changes, ...changes], act: { id, phase } };
          return { writes, entries: [...entries, own] };
        });
      await tell("intended", before);
      let done;
      try {
        done = await act();
      } catch (error) {
        await tell("failed", after && (() => after(error))).catch(notWritten);
        throw error;
      }
      await tell("done", after && (() => after())).catch(notWritten);
      return done;
    },

    events,

    async *inOrder() {
      let continuation: string | undefined;
      do {
        const slice: ListedSlice = await store.list(SETTINGS.container, SETTINGS.partition, {
          from: sortOf(0),
          before: sortOf(LAST_NUMBER),
          order: "ascending",
          limit: EVENTS_AT_ONCE,
          ...(continuation !== undefined && { continuation }),
        });
        for (const stored of slice.items) yield membersOf(auditEvents, stored);
        continuation = slice.next;
      } while (continuation !== undefined);
    },

    head: async () => headIn(await readHead()),
    async settingsEnd() {
      const at = headIn(await readHead()).number;
      const settings = await settingsUpTo(at);
      looked = { at, settings };
      return settings;
    },
    writes: () => written,
  };
}

/** The oldest events, as they are stored. */
export async function eventsAsStored(store: Store, limit: number): Promise<readonly Stored[]> {
  const range = { from: sortOf(0), before: sortOf(LAST_NUMBER) };
  return (await store.list(SETTINGS.container, SETTINGS.partition, { ...range, limit })).items;
}

/** The most events that are looked at for what changed a setting: beyond that, settings are read anew. */
const MOST_LOOKED_AT = 100;
const EVENTS_AT_ONCE = 500;
const LAST_NUMBER = 999_999_999_999;
const sortOf = (number: number) => "event/" + String(number).padStart(12, "0");

function headIn(stored: Stored | undefined): ChainHead {
  if (stored === undefined) return EMPTY_CHAIN;
  const { number, hash } = membersOf(auditHead, stored);
  return { number, hash };
}

const itemOf = (event: AuditEvent, at: Date) => ({
  partition: SETTINGS.partition,
  id: "event-" + String(event.number),
  sort: sortOf(event.number),
  body: newBody(auditEvents, event as unknown as z.input<typeof eventMembers>),
  expiresAt: new Date(at.getTime() + GONE_AFTER_MS),
});

function headWrite(stored: Stored | undefined, { number, hash }: ChainHead): Write {
  const address = { partition: SETTINGS.partition, id: auditHead.rows ?? "" };
  if (stored === undefined)
    return { kind: "create", item: { ...address, body: newBody(auditHead, { number, hash }) } };
  const body = nextBody(auditHead, stored, { number, hash });
  return { kind: "replace", item: { ...address, body }, etag: stored.etag };
}
