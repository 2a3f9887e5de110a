/** A store and a queue that fail at random, before they do what they were asked or after it: only the answer is lost then. */
import type { Queue } from "../../app/ports/queue.ts";
import type { Store } from "../../app/ports/store.ts";

export interface Trouble {
  /** Of so many calls one fails, from 0 to 1. */
  readonly share: number;
  readonly chance: () => number;
}

export function troubledStore(store: Store, trouble: Trouble): Store {
  const { read, create, replace, remove, batch, list, changes } = store;
  return {
    ...store,
    read: troubled("read", read, trouble),
    create: troubled("create", create, trouble),
    replace: troubled("replace", replace, trouble),
    remove: troubled("remove", remove, trouble),
    batch: troubled("batch", batch, trouble),
    list: troubled("list", list, trouble),
    changes: troubled("changes", changes, trouble),
  };
}

export function troubledQueue(queue: Queue, trouble: Trouble): Queue {
  const { send, receive, hide, remove, bury } = queue;
  return {
    ...queue,
    send: troubled("send", send, trouble),
    receive: troubled("receive", receive, trouble),
    hide: troubled("hide", hide, trouble),
    remove: troubled("remove", remove, trouble),
    bury: troubled("bury", bury, trouble),
  };
}

function troubled<A extends readonly unknown[], T>(
  what: string,
  call: (...args: A) => Promise<T>,
  { share, chance }: Trouble,
): (...args: A) => Promise<T> {
  return async (...args) => {
    if (chance() < share / 2) throw new Error(`${what}: not done (by chance)`);
    const answer = await call(...args);
    if (chance() < share / 2) throw new Error(`${what}: done, but not answered (by chance)`);
    return answer;
  };
}
