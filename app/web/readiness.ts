/**
 * Whether the connector can do its work: its store can be read and written, and its keys are open. Vendors do not count: a
 * connector whose chart does not answer is ready all the same, and says so on its pages.
 */
import type { Log } from "../log.ts";
import { StoreFault, type Store } from "../ports/store.ts";
import { tryToWrite } from "../records/trialRow.ts";
import type { Check } from "./flow.ts";
import { shared } from "./shared.ts";

export interface Readiness {
  readonly store: boolean;
  readonly keys: boolean;
}

/**
 * The readiness before the parts are made, from what prevented that. While the store does not answer, nothing is known of
 * the keys that lie in it.
 */
export function notMade(cause: unknown): Readiness {
  return { store: cause !== undefined && !(cause instanceof StoreFault), keys: false };
}

/** Probes come every few seconds from several machines; reading is cheap, writing is not. */
const READ_GOOD_FOR_MS = 5_000;
const WRITTEN_GOOD_FOR_MS = 30_000;

export interface ReadinessOptions {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}

/** Callers at the same time, or soon after, share one look at the store. */
export function readiness({ store, log, now }: ReadinessOptions): () => Promise<Readiness> {
  const looked = (what: () => Promise<void>) => async () => {
    try {
      await what();
      return true;
    } catch (error) {
      log.error("store.not_ready", error);
      return false;
    }
  };
  const reads = shared(
    READ_GOOD_FOR_MS,
    now,
    looked(() => store.ready()),
  );
  const writes = shared(
    WRITTEN_GOOD_FOR_MS,
    now,
    looked(() => tryToWrite(store, now())),
  );
  return async () => ({ store: (await reads()) && (await writes()), keys: true });
}

export const readinessCheck = ({ store }: Readiness): Check => ({
  name: "store",
  ...(!store && { fault: "The store did not take what it was given when it was last tried." }),
});
