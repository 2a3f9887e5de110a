/**
 * Ticks: periodic work, with one record each. Whoever finds a tick due takes it; nobody else does until it is done or its
 * process has gone.
 */
import * as z from "zod";
import { reasonCode } from "../domain/job.ts";
import { StoreConflict, type Store, type Stored } from "../ports/store.ts";
import type { Log } from "../log.ts";
import {
  FIRST_VERSION,
  membersOf,
  newBody,
  nextBody,
  RecordOfAnotherRelease,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";
import { createOrRead } from "./writing.ts";

const moment = z.iso.datetime();
const DAY_MS = 86_400_000;
const members = z.object({
  due: moment.meta({ description: "when it comes round next" }),
  begun: moment.exactOptional().meta({ description: "when it was known first" }),
  last: moment.exactOptional().meta({ description: "when it last came round and was done" }),
  reached: moment.exactOptional().meta({
    description: "up to which moment all is done by turns that did not come to their end since",
  }),
  holder: z.string().exactOptional().meta({ description: "random id of the process that does it" }),
  beat: z.int().meta({ description: "how often that one said that it lives" }),
  failures: z.int().meta({ description: "how often it failed since it was last done" }),
  leftOut: z
    .int()
    .exactOptional()
    .meta({ description: "how much it came upon that it could not read, when it was last done" }),
  keptBack: z.int().exactOptional().meta({
    description: "how often a chart said that it keeps something back, when it was last done",
  }),
  tooLarge: z.int().exactOptional().meta({
    description: "how many half hours of a chart it could not read, because an answer was too large",
  }),
  changeUnread: z.int().exactOptional().meta({
    description:
      "of how many visits a chart showed a change without their own records, when it was last done",
  }),
  lastFailure: z
    .object({ reason: z.string(), at: moment })
    .exactOptional()
    .meta({ description: "what went wrong last: a code, and when" }),
});

export const ticks: RecordKind<typeof members> = {
  container: "ticks",
  what: "work that comes round, under its name",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const PARTITION = "ticks";

export interface TickState {
  readonly due: Date;
  /** When it was known first; absent where a release that did not keep it made the record. */
  readonly begun?: Date;
  readonly last?: Date;
  /** Up to which moment all is done by turns that did not come to their end since `last`. */
  readonly reached?: Date;
  readonly holder?: string;
  readonly beat: number;
  readonly failures: number;
  readonly leftOut?: number;
  /** How often a chart said that it keeps something back on purpose. */
  readonly keptBack?: number;
  /** Of how many half hours the chart's answers were too large when it was last done. */
  readonly tooLarge?: number;
  /** Of how many visits the chart showed a change without their own records when it was last done. */
  readonly changeUnread?: number;
  readonly lastFailure?: { readonly reason: string; readonly at: Date };
}

export interface KeptTick {
  readonly state: TickState;
  readonly stored: Stored;
}

export interface Ticks {
  /** The state of a tick; undefined when it has no record yet, or a damaged one. */
  peek(name: string): Promise<TickState | undefined>;
  /**
   * The state of a tick; one that is new is due at once. So is one whose record is damaged, which is logged: it begins anew,
   * because what comes round must come round.
   */
  of(name: string): Promise<KeptTick>;
  /** Undefined when somebody else has changed the tick since it was read. */
  write(kept: KeptTick, next: TickState): Promise<KeptTick | undefined>;
}

export interface TicksDeps {
  readonly store: Store;
  readonly log: Pick<Log, "error">;
  readonly now: () => Date;
}

export function openTicks({ store, log, now }: TicksDeps): Ticks {
  return {
    async peek(name) {
      const stored = await store.read(ticks.container, PARTITION, name);
      return stored && stateIfReadable(stored, () => undefined);
    },
    async of(name) {
      const known = await store.read(ticks.container, PARTITION, name);
      const first = { due: now(), begun: now(), beat: 0, failures: 0 };
      const body = newBody(ticks, asMembers(first));
      const stored =
        known ?? (await createOrRead(store, ticks.container, { partition: PARTITION, id: name, body }));
      const unreadable = (error: UnreadableRecord) => {
        log.error("record.unreadable", error, { names: [name] });
        // Nobody knows up to when it had looked, so it looks back as far as any tick does.
        return { ...first, begun: new Date(first.begun.getTime() - DAY_MS) };
      };
      return { stored, state: stateIfReadable(stored, unreadable) };
    },
    async write({ stored }, next) {
      const row = { partition: PARTITION, id: stored.id, body: nextBody(ticks, stored, asMembers(next)) };
      try {
        return { state: next, stored: await store.replace(ticks.container, row, stored.etag) };
      } catch (error) {
        if (error instanceof StoreConflict) return undefined;
        throw error;
      }
    },
  };
}

/** The turn that a moment belongs to. Turns are whole periods since 1970, so they are the same for every process. */
export function turnOf(moment: Date, everySeconds: number): Date {
  const period = everySeconds * 1000;
  return new Date(Math.floor(moment.getTime() / period) * period);
}

/** When the next turn begins after a moment. */
export function nextTurn(moment: Date, everySeconds: number): Date {
  return new Date(turnOf(moment, everySeconds).getTime() + everySeconds * 1000);
}

function asMembers(state: TickState): z.input<typeof members> {
  const {
    due,
    begun,
    last,
    reached,
    holder,
    beat,
    failures,
    leftOut,
    keptBack,
    tooLarge,
    changeUnread,
    lastFailure,
  } = state;
  return {
    due: due.toISOString(),
    beat,
    failures,
    ...(begun && { begun: begun.toISOString() }),
    ...(last && { last: last.toISOString() }),
    ...(reached && { reached: reached.toISOString() }),
    ...(holder !== undefined && { holder }),
    ...(leftOut !== undefined && { leftOut }),
    ...(keptBack !== undefined && { keptBack }),
    ...(tooLarge !== undefined && { tooLarge }),
    ...(changeUnread !== undefined && { changeUnread }),
    ...(lastFailure && {
      lastFailure: { reason: reasonCode(lastFailure.reason), at: lastFailure.at.toISOString() },
    }),
  };
}

function stateIfReadable<T>(stored: Stored, otherwise: (error: UnreadableRecord) => T): TickState | T {
  try {
    return stateIn(stored);
  } catch (error) {
    if (error instanceof UnreadableRecord && !(error instanceof RecordOfAnotherRelease))
      return otherwise(error);
    throw error;
  }
}

/** @throws UnreadableRecord */
function stateIn(stored: Stored): TickState {
  const { due, begun, last, reached, lastFailure, ...rest } = membersOf(ticks, stored);
  return {
    ...rest,
    due: new Date(due),
    ...(begun !== undefined && { begun: new Date(begun) }),
    ...(last !== undefined && { last: new Date(last) }),
    ...(reached !== undefined && { reached: new Date(reached) }),
    ...(lastFailure && { lastFailure: { ...lastFailure, at: new Date(lastFailure.at) } }),
  };
}
