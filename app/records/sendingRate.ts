/** How much was sent in a stretch of time, over all instances: one counter for each, so that the vendor need not refuse. */
import { z } from "zod";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { changeRow, createOrRead } from "./writing.ts";

const members = z.object({
  sent: z.int().meta({ description: "how many segments, or mails, were sent in it" }),
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

/** https://learn.microsoft.com/azure/communication-services/concepts/service-limits: segments of a toll-free number. */
export const TEXT_LIMITS: readonly Limit[] = [{ seconds: 60, most: 200 }];

export interface SendingRate {
  /**
   * Takes room for so much; undefined when there is, else the milliseconds after which there may be. What was taken of one
   * limit stays taken when another has no room.
   */
  take(from: string, amount: number, limits: readonly Limit[]): Promise<number | undefined>;
}

export interface SendingRateDeps {
  readonly store: Store;
  readonly now: () => Date;
}

export function openSendingRate({ store, now }: SendingRateDeps): SendingRate {
  async function takeOf(from: string, amount: number, { seconds, most }: Limit): Promise<number | undefined> {
    const at = now().getTime();
    const stretch = Math.floor(at / (seconds * 1000));
    const ends = (stretch + 1) * seconds * 1000;
    const id = ["rate", String(seconds), String(stretch), from].join("-");
    const expiresAt = new Date(ends + 3_600_000);
    const place = { partition: id, id };
    const fresh = { ...place, body: newBody(sendingRate, { sent: 0 }), expiresAt };
    await createOrRead(store, sendingRate.container, fresh);
    const room: { taken: boolean } = { taken: false };
    await changeRow(store, sendingRate.container, place, (before) => {
      const { sent } = membersOf(sendingRate, before);
      room.taken = sent + amount <= most;
      return room.taken
        ? { body: nextBody(sendingRate, before, { sent: sent + amount }), expiresAt }
        : undefined;
    });
    return room.taken ? undefined : ends - at;
  }

  return {
    async take(from, amount, limits) {
      for (const limit of limits) {
        const wait = await takeOf(from, amount, limit);
        if (wait !== undefined) return wait;
      }
      return undefined;
    },
  };
}
