/**
 * The number that an administrator generates in the portal: who asked for it, how far the purchase is, how it ended, and the
 * number that came of it. The purchase itself needs nothing of this (adapters/acs/purchase.ts); this is what people are told,
 * and where the connector finds the number that it texts from.
 */
import * as z from "zod";
import type { Actor } from "../domain/auditChain.ts";
import type { Log } from "../log.ts";
import { NUMBER_FAULTS, PURCHASE_STEPS, type NumberFaultKind, type PurchaseStep } from "../ports/numbers.ts";
import { StoreConflict, type Store, type Stored } from "../ports/store.ts";
import { SETTINGS, type Audit, type Entry } from "./audit.ts";
import {
  FIRST_VERSION,
  membersOf,
  newBody,
  nextBody,
  RecordOfAnotherRelease,
  UnreadableRecord,
  whyUnreadable,
  type RecordKind,
  type WhyUnreadable,
} from "./record.ts";
import type { MayBeChange } from "./settings.ts";
import { changeRow } from "./writing.ts";

/** How a purchase ended: with a number, with a refusal of Microsoft's, or given up because it never got on. */
export const PURCHASE_ENDS = ["had", "given-up", ...NUMBER_FAULTS] as const;
export type PurchaseEnd = (typeof PURCHASE_ENDS)[number];

const moment = z.iso.datetime();
const members = z.object({
  run: z.int().meta({ description: "which purchase of a number it is, from 1" }),
  by: z.string().meta({ description: "object id of the administrator who asked for the number" }),
  at: moment.meta({ description: "when it was asked for" }),
  areaCode: z.string().exactOptional().meta({ description: "the toll-free area code that was preferred" }),
  step: z.enum(PURCHASE_STEPS).exactOptional().meta({ description: "how far the purchase is" }),
  stepAt: moment.exactOptional().meta({ description: "since when it is there" }),
  trouble: z
    .enum(NUMBER_FAULTS)
    .exactOptional()
    .meta({ description: "why it does not get on at the moment" }),
  ended: z
    .object({ how: z.enum(PURCHASE_ENDS), at: moment })
    .exactOptional()
    .meta({ description: "how it ended, and when" }),
  number: z.string().exactOptional().meta({ description: "the hospital's own number, from which it texts" }),
  givenBack: z.object({ number: z.string(), at: moment, by: z.string() }).exactOptional().meta({
    description:
      "the hospital's number before, which was given back to Microsoft, when that was said, and the object id of the administrator who said so",
  }),
});
type Members = z.output<typeof members>;

export const numberPurchases: RecordKind<typeof members> = {
  container: SETTINGS.container,
  rows: "purchase",
  what: "the hospital's own phone number, and how far its purchase is",
  members,
  kept: "as long as the deployment",
  expires: false,
  version: FIRST_VERSION,
};

const ROW = { partition: SETTINGS.partition, id: "purchase" } as const;
const OBJECT = { kind: "number" } as const;

export interface Purchase {
  readonly run: number;
  readonly askedAt: Date;
  readonly areaCode?: string;
  readonly step?: PurchaseStep;
  readonly stepAt?: Date;
  readonly trouble?: NumberFaultKind;
  readonly ended?: { readonly how: PurchaseEnd; readonly at: Date };
  readonly number?: string;
  /** The last number that was given back to Microsoft. */
  readonly givenBack?: { readonly number: string; readonly at: Date };
}

export const isUnderWay = (purchase: Purchase | undefined): purchase is PurchaseUnderWay =>
  purchase !== undefined && purchase.ended === undefined;
export type PurchaseUnderWay = Purchase & { readonly ended?: never };

/** The number that a purchase has brought, as a process remembers it. */
export interface NumberStands {
  /** As it was last read. In a damaged row nobody can change it; another release may have changed its row. */
  readonly number: string | undefined;
  /** Why its row cannot be read; undefined where it can. */
  readonly unreadable?: WhyUnreadable;
  /** Whether nobody can say whether there is a number, and which: its row was not read, and cannot be. */
  readonly isUnknown: boolean;
}

export interface NumberPurchases {
  current(): NumberStands;
  /** Reads the number anew, because another process may have brought it. */
  refresh(): Promise<void>;
  /** @throws UnreadableRecord */
  read(): Promise<Purchase | undefined>;
  /**
   * Begins a purchase. Where one is under way already, or there is a number, nothing is changed: a second click asks for
   * nothing.
   * @returns what is under way, or was there
   */
  ask(actor: Extract<Actor, { kind: "person" }>, areaCode: string | undefined): Promise<Purchase>;
  /** Notes how far the purchase is, or why it does not get on. One that has ended stays as it is. */
  note(
    run: number,
    progress: { readonly step: PurchaseStep } | { readonly trouble: NumberFaultKind },
  ): Promise<void>;
  /**
   * Ends the purchase, and leaves an event in the audit trail. One that has ended stays as it is.
   * @param beside what is written in the same batch, because it is about the number; `undefined` of it ends the batch
   */
  end(
    run: number,
    outcome: { readonly how: "had"; readonly number: string } | { readonly how: Exclude<PurchaseEnd, "had"> },
    beside?: MayBeChange,
  ): Promise<void>;
  /**
   * Plans to forget a number that Microsoft has no more, so that another one can be asked for; `undefined` ends the batch where
   * it is the number no more. Whoever has written it reads the number anew by {@link refresh}.
   */
  givingBack(
    actor: Extract<Actor, { kind: "person" }>,
    of: { readonly number: string; readonly reason: string },
  ): MayBeChange;
}

export interface NumberPurchasesDeps {
  readonly store: Store;
  readonly audit: Pick<Audit, "commit">;
  readonly log: Log;
  readonly now: () => Date;
  /**
   * Called before this process knows another number: what is remembered of the number is read anew, so that nothing of the
   * one before counts for it.
   */
  readonly beforeKnown: () => Promise<void>;
}

export async function openNumberPurchases(deps: NumberPurchasesDeps): Promise<NumberPurchases> {
  const { store, audit, log, now, beforeKnown } = deps;
  const stored = () => store.read(SETTINGS.container, ROW.partition, ROW.id);
  const read = async () => purchaseIn(await stored());
  let stands: NumberStands = { number: undefined, isUnknown: true };
  const readStands = async (): Promise<NumberStands> => {
    try {
      return { number: (await read())?.number, isUnknown: false };
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      // It is read every few seconds, and told once.
      if (stands.unreadable === undefined) log.error("number.unreadable", error);
      const isTheirs = error instanceof RecordOfAnotherRelease;
      const { number, isUnknown } = isTheirs ? { number: undefined, isUnknown: true } : stands;
      return { number, unreadable: whyUnreadable(error), isUnknown };
    }
  };
  const refresh = async () => {
    const next = await readStands();
    if (next.number !== stands.number) await beforeKnown();
    stands = next;
  };
  await refresh();

  /** Writes the row and an event in one batch, and what goes beside it; undefined where there is nothing to do. */
  const commit = (
    edit: (before: Members | undefined) => { next: Members; entry: Entry } | undefined,
    beside: MayBeChange = () => Promise.resolve("not-needed"),
  ) =>
    audit.commit(async () => {
      const row = await stored();
      const edited = edit(row && membersOf(numberPurchases, row));
      const more = edited && (await beside());
      if (edited === undefined || more === undefined) return undefined;
      const { next, entry } = edited;
      const write =
        row === undefined
          ? ({ kind: "create", item: { ...ROW, body: newBody(numberPurchases, next) } } as const)
          : ({
              kind: "replace",
              item: { ...ROW, body: nextBody(numberPurchases, row, next) },
              etag: row.etag,
            } as const);
      if (more === "not-needed") return { writes: [write], entries: [entry] };
      return { writes: [write, more.write], entries: [more.entry, entry] };
    });

  return {
    current: () => stands,
    refresh,
    read,
    async ask(actor, areaCode) {
      const wanted = areaCode === undefined ? {} : { areaCode };
      await commit((before) => {
        if (before !== undefined && (before.ended === undefined || before.number !== undefined))
          return undefined;
        return {
          next: {
            run: (before?.run ?? 0) + 1,
            by: actor.objectId,
            at: now().toISOString(),
            ...wanted,
            ...(before?.givenBack && { givenBack: before.givenBack }),
          },
          entry: {
            actor,
            action: "number.asked",
            object: OBJECT,
            changes: areaCode === undefined ? [] : [{ member: "areaCode", to: areaCode }],
          },
        };
      });
      const purchase = await read();
      if (purchase === undefined)
        throw new StoreConflict("the purchase was removed as soon as it was written");
      return purchase;
    },
    async note(run, progress) {
      await changeRow(store, SETTINGS.container, ROW, (row) => {
        const { trouble: _, ...before } = membersOf(numberPurchases, row);
        if (before.run !== run || before.ended !== undefined) return undefined;
        const next =
          "trouble" in progress
            ? { ...before, trouble: progress.trouble }
            : { ...before, step: progress.step, stepAt: now().toISOString() };
        return { body: nextBody(numberPurchases, row, next) };
      });
    },
    async end(run, outcome, beside) {
      const { how } = outcome;
      await commit((before) => {
        if (before?.run !== run || before.ended !== undefined) return undefined;
        const ended = { how, at: now().toISOString() };
        return {
          next: { ...before, ended, ...(outcome.how === "had" && { number: outcome.number }) },
          entry: {
            actor: { kind: "program", name: "number" },
            action: how === "had" ? "number.had" : "number.not-had",
            object: OBJECT,
            changes: [
              outcome.how === "had"
                ? { member: "number", to: outcome.number }
                : { member: "ended.how", to: how },
            ],
          },
        };
      }, beside);
      // The number is kept by now. A process that cannot read it anew at once does so within seconds.
      await refresh().catch((error: unknown) => {
        log.error("number.not_read_anew", error);
      });
    },
    givingBack:
      (actor, { number: former, reason }) =>
      async () => {
        const row = await stored();
        if (row === undefined) return undefined;
        const { number: own, ...before } = membersOf(numberPurchases, row);
        if (own !== former) return undefined;
        const givenBack = { number: former, at: now().toISOString(), by: actor.objectId };
        const body = nextBody(numberPurchases, row, { ...before, givenBack });
        return {
          write: { kind: "replace", item: { ...ROW, body }, etag: row.etag },
          entry: {
            actor,
            action: "number.given-back",
            object: OBJECT,
            changes: [{ member: "number", from: former }],
            reason,
          },
        };
      },
  };
}

/** @throws UnreadableRecord */
function purchaseIn(row: Stored | undefined): Purchase | undefined {
  if (row === undefined) return undefined;
  const { at, by: _, stepAt, ended, givenBack, ...rest } = membersOf(numberPurchases, row);
  return {
    ...rest,
    ...(givenBack && { givenBack: { number: givenBack.number, at: new Date(givenBack.at) } }),
    askedAt: new Date(at),
    ...(stepAt !== undefined && { stepAt: new Date(stepAt) }),
    ...(ended && { ended: { how: ended.how, at: new Date(ended.at) } }),
  };
}
