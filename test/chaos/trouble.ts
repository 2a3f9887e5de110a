/**
 * A store and a queue that fail at random: either before they do what they were asked, or after it, so that only the answer
 * is lost. Some of the queue's answers come later than a lease lasts.
 */
import { setTimeout as passed } from "node:timers/promises";
import type { Queue } from "../../app/ports/queue.ts";
import type { Store } from "../../app/ports/store.ts";

export interface Trouble {
  /** The share of calls that fail, from 0 to 1. */
  readonly share: number;
  readonly chance: () => number;
  /** Called at each call of the store or the queue. */
  readonly onCall?: () => void;
}

export function troubledStore(store: Store, trouble: Trouble): Store {
  return {
    ...store,
    read: troubled("read", store.read.bind(store), trouble),
    create: troubled("create", store.create.bind(store), trouble),
    replace: troubled("replace", store.replace.bind(store), trouble),
    remove: troubled("remove", store.remove.bind(store), trouble),
    batch: troubled("batch", store.batch.bind(store), trouble),
    list: troubled("list", store.list.bind(store), trouble),
    changes: troubled("changes", store.changes.bind(store), trouble),
  };
}

export function troubledQueue(queue: Queue, trouble: Trouble): Queue {
  return {
    ...queue,
    send: troubled("send", queue.send.bind(queue), trouble),
    receive: troubled("receive", queue.receive.bind(queue), trouble),
    hide: slow(troubled("hide", queue.hide.bind(queue), trouble), trouble),
    remove: troubled("remove", queue.remove.bind(queue), trouble),
    bury: troubled("bury", queue.bury.bind(queue), trouble),
  };
}

const SLOW_MS = 3_000;
const SLOW_SHARE = 0.2;

/** Makes some answers slow: a part of as many as fail. */
function slow<A extends readonly unknown[], T>(
  call: (...args: A) => Promise<T>,
  { share, chance }: Trouble,
): (...args: A) => Promise<T> {
  return async (...args) => {
    const answer = await call(...args);
    if (chance() < share * SLOW_SHARE) await passed(SLOW_MS);
    return answer;
  };
}

function troubled<A extends readonly unknown[], T>(
  what: string,
  call: (...args: A) => Promise<T>,
  { share, chance, onCall }: Trouble,
): (...args: A) => Promise<T> {
  return async (...args) => {
    onCall?.();
    if (chance() < share / 2) throw new Error(`${what}: not done (by chance)`);
    const answer = await call(...args);
    if (chance() < share / 2) throw new Error(`${what}: done, but not answered (by chance)`);
    return answer;
  };
}
