/**
 * Azure as it usually behaves: operations take time, and meanwhile others are refused for a while, some with the seconds to
 * wait. azure-native retries such refusals by itself, after those seconds where it was told some
 * (pulumi/pulumi-azure-native issues 903, 4340 and 4497), and waits until an operation has settled.
 */
import { setTimeout as passed } from "node:timers/promises";
import type { Vendors } from "./cloud.ts";
import { idOf, isBelow, isSameId } from "./ids.ts";
import { isGroup, isList, type Json, type Properties } from "./json.ts";
import type { CloudResource, Kind } from "./model.ts";
import { conflict, Refusal } from "./refusal.ts";

export interface Passing {
  /** The most milliseconds that an operation takes, and the most that it takes to settle afterwards. */
  readonly longest: number;
  /** How many milliseconds a second of Retry-After lasts. */
  readonly secondMs: number;
  /** A number from 0 up to but not including 1, as from `Math.random`. */
  readonly random: () => number;
  /** Called with the code of each temporary refusal. */
  readonly refused?: (code: string) => void;
  /** Left out: the machine's. */
  readonly clock?: Clock;
}

export interface Clock {
  /** In milliseconds. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

const MACHINES: Clock = { now: () => performance.now(), wait: (milliseconds) => passed(milliseconds) };

const PASSING = ["AnotherOperationInProgress", "RetryableError", "ReferencedResourceNotProvisioned"];

/** One write in this many is throttled: it is told to try again. */
const THROTTLED = 5;
const RETRY_AFTER_SECONDS = 1;
const MOST_TRIES = 200;

/** The vendors with the delays and refusals of `passing`, asked by a client that tries again as azure-native does, only more often. */
export function onAnOrdinaryDay(vendors: Vendors, passing: Passing): Vendors {
  const { wait } = passing.clock ?? MACHINES;
  const busy = refusing(vendors, passing);

  async function tried(write: () => Promise<CloudResource>): Promise<CloudResource> {
    for (let tries = 0; ; tries++)
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof Refusal) || !PASSING.includes(error.code) || tries >= MOST_TRIES) throw error;
        passing.refused?.(error.code);
        const seconds = error.retryAfterSeconds;
        await wait(seconds === undefined ? passing.longest / 2 : seconds * passing.secondMs);
      }
  }

  return {
    ...busy,
    create: (kind, inputs) => tried(() => busy.create(kind, inputs)),
    update: (kind, id, inputs) => tried(() => busy.update(kind, id, inputs)),
  };
}

/** The vendors with the delays and refusals of `passing`, each told to whoever asks. */
export function refusing(vendors: Vendors, passing: Passing): Vendors {
  const { now, wait } = passing.clock ?? MACHINES;
  const settling = new Set<string>();
  /** Until when a throttled write is refused, by its resource. */
  const throttled = new Map<string, number>();
  let writes = 0;

  /** Carries out a write: it takes time, is done, and takes time to settle. */
  async function operation(id: string, write: () => Promise<CloudResource>): Promise<CloudResource> {
    settling.add(id);
    try {
      await wait(passing.random() * passing.longest);
      const made = await write();
      await wait(passing.random() * passing.longest);
      return made;
    } finally {
      settling.delete(id);
    }
  }

  /** Throttles one write in {@link THROTTLED}, and each repetition of it that comes before its Retry-After has passed. */
  function throttle(id: string): void {
    const isNew = !throttled.has(id);
    if (isNew)
      throttled.set(
        id,
        writes++ % THROTTLED === 0 ? now() + RETRY_AFTER_SECONDS * passing.secondMs : -Infinity,
      );
    if (now() < (throttled.get(id) ?? -Infinity))
      throw new Refusal(
        429,
        "RetryableError",
        `A retryable error occurred. Retry after ${String(RETRY_AFTER_SECONDS)} seconds.`,
        RETRY_AFTER_SECONDS,
      );
  }

  function refuse(id: string, inputs: Properties): void {
    const [neighbour] = [...settling].filter(
      (one) => isSameId(familyOf(one), familyOf(id)) && familyOf(id) !== "",
    );
    if (neighbour !== undefined)
      throw conflict(`Another operation on '${neighbour}' is in progress.`, "AnotherOperationInProgress");
    const [unready] = [...settling].filter(
      (one) => vendors.cloud.find(one) !== undefined && names(inputs, one),
    );
    if (unready !== undefined)
      throw new Refusal(
        400,
        "ReferencedResourceNotProvisioned",
        `Cannot proceed because '${unready}', which '${id}' uses, is not in Succeeded state.`,
      );
  }

  async function asked(kind: Kind, id: string, inputs: Properties, write: () => Promise<CloudResource>) {
    if (kind.token.startsWith("azure-native:")) {
      throttle(id);
      refuse(id, inputs);
    }
    const made = await operation(id, write);
    throttled.delete(id);
    return made;
  }

  return {
    ...vendors,
    create: (kind, inputs) => {
      const id =
        kind.newId === undefined
          ? idOf(kind, inputs, vendors.cloud)
          : `new ${kind.token} ${JSON.stringify(inputs)}`;
      return asked(kind, id, inputs, () => vendors.create(kind, inputs));
    },
    update: (kind, id, inputs) => asked(kind, id, inputs, () => vendors.update(kind, id, inputs)),
  };
}

/** The id of what accepts one change at a time to itself and everything inside: a network, an account, a profile. */
const familyOf = (id: string): string =>
  /^(.*\/providers\/Microsoft\.(?:Network\/virtualNetworks|DocumentDB\/databaseAccounts|Storage\/storageAccounts|Cdn\/profiles)\/[^/]+)/iu.exec(
    id,
  )?.[1] ?? "";

/** Whether a request names a resource, or something inside it. */
function names(value: Json, id: string): boolean {
  if (typeof value === "string") return isSameId(value, id) || isBelow(value, id);
  if (isList(value)) return value.some((one) => names(one, id));
  return isGroup(value) && Object.values(value).some((one) => names(one, id));
}
