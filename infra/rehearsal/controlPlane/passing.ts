/**
 * Azure on an ordinary day: operations take their time, and meanwhile others are refused for a while. azure-native tries
 * those refusals again by itself (pulumi/pulumi-azure-native issues 903, 4340 and 4497), and waits until an operation has settled.
 */
import { setTimeout as passed } from "node:timers/promises";
import type { Vendors } from "./cloud.ts";
import { idOf, isBelow, isSameId } from "./ids.ts";
import { isGroup, isList, type Json, type Properties } from "./json.ts";
import type { CloudResource, Kind } from "./model.ts";
import { conflict, Refusal } from "./refusal.ts";

export interface Passing {
  /** The most milliseconds that an operation takes, and as many until it has settled. */
  readonly longest: number;
  /** From 0 up to 1, as `Math.random`. */
  readonly random: () => number;
  /** Told of each refusal that passes, by its code. */
  readonly refused?: (code: string) => void;
}

const PASSING = ["AnotherOperationInProgress", "RetryableError", "ReferencedResourceNotProvisioned"];

/** One write in so many is told to come again. */
const THROTTLED = 5;
const MOST_TRIES = 200;

/** The vendors, with `passing` between them and whoever calls. */
export function onAnOrdinaryDay(vendors: Vendors, passing: Passing): Vendors {
  const settling = new Set<string>();
  let writes = 0;

  /** The write itself: it is on its way, it is done, it settles. */
  async function operation(id: string, write: () => Promise<CloudResource>): Promise<CloudResource> {
    settling.add(id);
    try {
      await passed(passing.random() * passing.longest);
      const made = await write();
      await passed(passing.random() * passing.longest);
      return made;
    } finally {
      settling.delete(id);
    }
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

  async function tried(kind: Kind, id: string, inputs: Properties, write: () => Promise<CloudResource>) {
    if (!kind.token.startsWith("azure-native:")) return operation(id, write);
    const throttled = writes++ % THROTTLED === 0;
    for (let tries = 0; ; tries++)
      try {
        if (throttled && tries === 0)
          throw new Refusal(429, "RetryableError", "A retryable error occurred. Retry after 1 seconds.");
        refuse(id, inputs);
        return await operation(id, write);
      } catch (error) {
        if (!(error instanceof Refusal) || !PASSING.includes(error.code) || tries >= MOST_TRIES) throw error;
        passing.refused?.(error.code);
        await passed(passing.longest / 2);
      }
  }

  return {
    ...vendors,
    create: (kind, inputs) => {
      const id =
        kind.newId === undefined ? idOf(kind, inputs, vendors.cloud) : `new ${kind.token} ${String(writes)}`;
      return tried(kind, id, inputs, () => vendors.create(kind, inputs));
    },
    update: (kind, id, inputs) => tried(kind, id, inputs, () => vendors.update(kind, id, inputs)),
  };
}

/** What takes one change at a time with all that is in it: a network, an account, a profile. */
const familyOf = (id: string): string =>
  /^(.*\/providers\/Microsoft\.(?:Network\/virtualNetworks|DocumentDB\/databaseAccounts|Storage\/storageAccounts|Cdn\/profiles)\/[^/]+)/iu.exec(
    id,
  )?.[1] ?? "";

/** Whether a request names a resource, or something within it. */
function names(value: Json, id: string): boolean {
  if (typeof value === "string") return isSameId(value, id) || isBelow(value, id);
  if (isList(value)) return value.some((one) => names(one, id));
  return isGroup(value) && Object.values(value).some((one) => names(one, id));
}
