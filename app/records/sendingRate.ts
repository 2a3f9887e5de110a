/**
 * Counts how much was sent in a stretch of time by all instances, with one counter for each stretch, so that the vendor need
 * not refuse.
 */
import * as z from "zod";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, newBody, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const members = z.object({
  sent: z.int().meta({ description: "how many segments, or mails, were sent in it" }),
  promised: z
    .array(z.int())
    .exactOptional()
    .meta({ description: "how many that found no room before are to try again in it, by their rank" }),
});

export const sendingRate: RecordKind<typeof members> = {
  container: "messages",
  rows: "rate-",
  what: "a counter for a minute or an hour and the number, or the mail, that is sent from",
  members,
  kept: "until an hour after it",
  expires: true,
  version: FIRST_VERSION,
};

export interface Limit {
  readonly seconds: number;
  readonly most: number;
}

/**
 * The limit in segments of a toll-free number, by
 * https://learn.microsoft.com/azure/communication-services/concepts/service-limits.
 */
export const TEXT_LIMITS: readonly Limit[] = [{ seconds: 60, most: 200 }];

/** Who comes first where there is not room for all; 0 comes before everybody. */
export type Rank = 0 | 1 | 2 | 3;

export interface SendingRate {
  /**
   * Takes room for an amount. Undefined when there was room, else the milliseconds after which there may be. With a rank,
   * the answer is a time that was not yet promised to others of this rank or of one before it. What was taken of one limit
   * stays taken when another limit has no room.
   */
  take(from: string, amount: number, limits: readonly Limit[], rank?: Rank): Promise<number | undefined>;
  /** Gives back the room that was taken of all limits at a moment, because the vendor took nothing. */
  giveBack(from: string, amount: number, limits: readonly Limit[], taken: Date): Promise<void>;
}

export interface SendingRateDeps {
  readonly store: Store;
  readonly now: () => Date;
}

/** The most stretches ahead at which somebody is told to come back. */
const MOST_AHEAD = 24 * 60;

export function openSendingRate({ store, now }: SendingRateDeps): SendingRate {
  /**
   * The stretches before which nothing is left to be promised, by number, limit and rank; they stay full, because promises
   * are kept.
   */
  const full = new Map<string, number>();

  /** Changes the counter of a stretch. @returns whether there was room */
  async function count(
    from: string,
    seconds: number,
    stretch: number,
    add: (counted: z.output<typeof members>) => z.output<typeof members> | undefined,
  ): Promise<boolean> {
    const id = ["rate", String(seconds), String(stretch), from].join("-");
    const expiresAt = new Date((stretch + 1) * seconds * 1000 + 3_600_000);
    const address = { partition: id, id };
    const fresh = { ...address, body: newBody(sendingRate, { sent: 0 }), expiresAt };
    await createOrRead(store, sendingRate.container, fresh);
    // A counter of another release says nothing here of the room that is left, so there is none until its stretch has ended.
    const room: { taken: boolean } = { taken: false };
    // A damaged one begins anew: the vendor refuses what is too much, and nobody waits for its end.
    await changeOrBeginAnew(store, sendingRate, { ...address, expiresAt }, (before = { sent: 0 }) => {
      const next = add(before);
      room.taken = next !== undefined;
      return next;
    });
    return room.taken;
  }

  /** The first stretch with room that is not promised to others, which is then promised here; `next` where none is found. */
  async function slot(
    from: string,
    amount: number,
    { seconds, most }: Limit,
    next: number,
    rank: Rank,
  ): Promise<number> {
    const key = [from, seconds, most, rank].join(" ");
    const first = Math.max(next, full.get(key) ?? 0);
    for (let stretch = first; amount <= most && stretch < next + MOST_AHEAD; stretch++) {
      const isKept = await count(from, seconds, stretch, ({ sent, promised = [] }) => {
        const before = promised.slice(0, rank + 1).reduce((sum, each) => sum + each, 0);
        if (Math.max(sent, before) + amount > most) return undefined;
        const all = Array.from({ length: Math.max(promised.length, rank + 1) }, (_, at) => promised[at] ?? 0);
        return { sent, promised: all.with(rank, (all[rank] ?? 0) + amount) };
      });
      full.set(key, stretch);
      if (isKept) return stretch;
    }
    return next;
  }

  return {
    async take(from, amount, limits, rank) {
      for (const limit of limits) {
        const { seconds, most } = limit;
        const at = now();
        const stretch = stretchOf(seconds, at);
        const isTaken = await count(from, seconds, stretch, ({ sent, ...more }) =>
          sent + amount <= most ? { ...more, sent: sent + amount } : undefined,
        );
        if (isTaken) continue;
        const next = stretch + 1;
        const again = rank === undefined ? next : await slot(from, amount, limit, next, rank);
        return again * seconds * 1000 - at.getTime();
      }
      return undefined;
    },
    async giveBack(from, amount, limits, taken) {
      for (const { seconds } of limits)
        await count(from, seconds, stretchOf(seconds, taken), ({ sent, ...more }) => ({
          ...more,
          sent: Math.max(0, sent - amount),
        }));
    },
  };
}

const stretchOf = (seconds: number, at: Date): number => Math.floor(at.getTime() / (seconds * 1000));
