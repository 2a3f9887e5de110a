/**
 * Azure as it usually behaves: operations take time, and meanwhile others are refused for a while. azure-native retries such
 * refusals by itself (pulumi/pulumi-azure-native issues 903, 4340 and 4497), and waits until an operation has settled.
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
  /** A number from 0 up to but not including 1, as from `Math.random`. */
  readonly random: () => number;
  /** Called with the code of each temporary refusal. */
  readonly refused?: (code: string) => void;
}

const PASSING = ["AnotherOperationInProgress", "RetryableError", "ReferencedResourceNotProvisioned"];

/** One write in this many is throttled: it is told to try again. */
const THROTTLED = 5;
const MOST_TRIES = 200;

/** The vendors with the delays and refusals of `passing`. */
export function onAnOrdinaryDay(vendors: Vendors, passing: Passing): Vendors {
  const settling = new Set<string>();
  let writes = 0;

  /** Carries out a write: it takes time, is done, and takes time to settle. */
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
