/**
 * Who wants no more texts, by the keyed hash of their number. The key is the keyring's, so rotating the vault's key changes
 * no hash. Requests to stop or start come in any order and more than once. The latest counts; of two at the same moment the
 * one that ends texts counts.
 */
import * as z from "zod";
import type { Log } from "../log.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, isNotToBeHad, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { changeRow, createOrRead } from "./writing.ts";

const members = z.object({
  scope: z.enum(["texts"]).meta({ description: "what is wanted no more: texts of any connection" }),
  state: z
    .enum(["stopped", "started"])
    .meta({ description: "whether texts were ended, or are wanted again" }),
  at: z.iso.datetime().meta({ description: "when that was said" }),
});

export const optOuts: RecordKind<typeof members> = {
  container: "messages",
  rows: "optout-",
  what: "that a phone number wants no texts, under a keyed hash of it",
  members,
  kept: "until START, or until an administrator takes it away; then a week",
  expires: true,
  version: FIRST_VERSION,
};

/** Longer than Event Grid retries an event, so that a request that comes late is known to be old. */
const STARTED_KEPT_MS = 7 * 86_400_000;

/**
 * What the owner of a number said. `stopped-now` is a STOP of which nobody knows when it was said: it counts, whatever was
 * said before.
 */
const SAID = ["stopped", "stopped-now", "started"] as const;
export type Said = (typeof SAID)[number];
export const isSaid = (text: string): text is Said => (SAID as readonly string[]).includes(text);

export interface OptOut {
  /** The number's keyed hash. */
  readonly id: string;
  /** Absent where texts may be sent. */
  readonly stoppedAt?: Date;
}

export interface OptOuts {
  /**
   * Whether the owner of the number wants no texts. "not-known" where the store fails, or the row cannot be read: it may be
   * a STOP, so nothing is sent until it can be read; the log says why.
   * @param number E.164
   */
  isStopped(number: string): Promise<boolean | "not-known">;
  /**
   * The same for what shows it, or has to be done anew until it is known.
   * @param number E.164
   * @throws StoreFault, UnreadableRecord
   */
  about(number: string): Promise<OptOut>;
  stop(number: string, at: Date): Promise<void>;
  /** Ends texts by a STOP of which nobody knows when it was said: it counts, whatever was said before. */
  stopNow(number: string, now: Date): Promise<void>;
  /** Texts are wanted again, because of a START. */
  start(number: string, at: Date): Promise<void>;
  /** The id of what is kept of the number, by its keyed hash. */
  idOf(number: string): string;
  /**
   * Does what `stop`, `stopNow` and `start` do, for whoever has the number's id only, and notes only `now` what was said; a
   * START is kept from then on, because an older STOP may wait as long.
   */
  say(id: string, said: Said, at: Date, now: Date): Promise<void>;
  /**
   * Lifts an opt-out by decision of an administrator, whose reason the audit trail keeps. The STOP that they were shown no
   * longer counts, but each later one does, whichever clock is ahead.
   * @returns how it is now
   */
  remove(number: string, stoppedAt: Date, now: Date): Promise<OptOut>;
}

export interface OptOutsDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, "hash">;
  readonly log: Pick<Log, "error">;
}

export function openOptOuts({ store, keyring, log }: OptOutsDeps): OptOuts {
  const idOf = (number: string) => "optout-" + keyring.hash("opt-out", number);
  const addressOf = (id: string) => ({ partition: id, id });

  async function say(id: string, said: Said, at: Date, now = at): Promise<void> {
    const address = addressOf(id);
    const state = said === "started" ? "started" : "stopped";
    const first = { scope: "texts", state, at: at.toISOString() } as const;
    const from = Math.max(at.getTime(), now.getTime());
    const expiry = state === "started" ? { expiresAt: new Date(from + STARTED_KEPT_MS) } : {};
    await createOrRead(store, optOuts.container, { ...address, body: newBody(optOuts, first), ...expiry });
    await changeRow(store, optOuts.container, address, (before) => {
      const known = membersOf(optOuts, before);
      // It counts as said after whatever is known, whichever clock is ahead.
      const next = said === "stopped-now" && known.at > first.at ? { ...first, at: known.at } : first;
      const isNewer = next.at > known.at || (next.at === known.at && state === "stopped");
      return isNewer ? { body: nextBody(optOuts, before, next), ...expiry } : undefined;
    });
  }

  async function remove(number: string, stoppedAt: Date, now: Date): Promise<OptOut> {
    await changeRow(store, optOuts.container, addressOf(idOf(number)), (before) => {
      const known = membersOf(optOuts, before);
      if (known.state !== "stopped" || known.at !== stoppedAt.toISOString()) return undefined;
      const at = new Date(stoppedAt.getTime() + 1).toISOString();
      const body = nextBody(optOuts, before, { scope: "texts", state: "started", at });
      return { body, expiresAt: new Date(now.getTime() + STARTED_KEPT_MS) };
    });
    return about(number);
  }

  async function about(number: string): Promise<OptOut> {
    const { partition, id } = addressOf(idOf(number));
    const stored = await store.read(optOuts.container, partition, id);
    const known = stored && membersOf(optOuts, stored);
    return { id, ...(known?.state === "stopped" && { stoppedAt: new Date(known.at) }) };
  }

  return {
    about,
    idOf,
    remove,
    say,
    stop: (number, at) => say(idOf(number), "stopped", at),
    stopNow: (number, now) => say(idOf(number), "stopped-now", now),
    start: (number, at) => say(idOf(number), "started", at),
    async isStopped(number) {
      try {
        return (await about(number)).stoppedAt !== undefined;
      } catch (error) {
        if (!isNotToBeHad(error)) throw error;
        log.error("opt_out.not_read", error);
        return "not-known";
      }
    },
  };
}
