/**
 * Azure as it usually behaves: operations take time, and meanwhile others are refused for a while, some with the seconds to
 * wait. azure-native retries such refusals by itself (pulumi/pulumi-azure-native issues 903, 4340 and 4497), three times as in
 * its provider/pkg/azure/client_azcore.go, and waits until an operation has settled.
 */
import { setTimeout as passed } from "node:timers/promises";
import type { Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { DELETING } from "./firstAnswers.ts";
import { leavingAt, refusedInDeletion } from "./deleting.ts";
import { idOf, isBelow, isSameId } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import {
  isGroup,
  isList,
  type Json,
  type Properties,
  textAt,
} from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { CloudResource, Kind } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { conflict, Refusal } from "../../infra/rehearsal/azure/controlPlane/refusal.ts";

export interface Passing {
  /** The most milliseconds that an operation takes, and the most that it takes to settle afterwards. */
  readonly longest: number;
  /** How many milliseconds a second of waiting lasts. */
  readonly secondMs: number;
  /** A number from 0 up to but not including 1, as from `Math.random`. */
  readonly random: () => number;
  /** Whether only those are refused who get in each other's way. Left out: some others, too, when they come first. */
  readonly isCalm?: boolean;
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

/** Of this many writes to Azure three are refused at first, whatever else goes on, each with another code. */
const REFUSED_AT_FIRST = 6;
const RETRY_AFTER_SECONDS = 1;
/** Shorter than azure-native's first wait. */
const OTHERWISE_SECONDS = 10;

/** The seconds that azure-native waits before each further try, but for a share that is another each time. */
const WAITS_SECONDS = [20, 60, 120];
const LONGEST_WAIT_SECONDS = 120;

/** The vendors with the delays and refusals of `passing`, asked by a client that tries again as azure-native does. */
export function onAnOrdinaryDay(vendors: Vendors, passing: Passing): Vendors {
  const { wait } = passing.clock ?? MACHINES;
  const busy = refusing(vendors, passing);

  async function tried<T>(write: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++)
      try {
        return await write();
      } catch (error) {
        const usual = WAITS_SECONDS[tries];
        if (!(error instanceof Refusal) || !PASSING.includes(error.code) || usual === undefined) throw error;
        passing.refused?.(error.code);
        const spread = Math.min(usual * (0.8 + passing.random() / 2), LONGEST_WAIT_SECONDS);
        await wait((error.retryAfterSeconds ?? spread) * passing.secondMs);
      }
  }

  return {
    ...busy,
    create: (kind, inputs) => tried(() => busy.create(kind, inputs)),
    update: (kind, id, inputs) => tried(() => busy.update(kind, id, inputs)),
    delete: (id) => tried(() => busy.delete(id)),
  };
}

/** The vendors with the delays and refusals of `passing`, each told to whoever asks. */
export function refusing(vendors: Vendors, passing: Passing): Vendors {
  const { now, wait } = passing.clock ?? MACHINES;
  const settling = new Set<{ readonly resourceId: string }>();
  /** Why a write is refused at first, and until when, by its resource. */
  const refusedAtFirst = new Map<string, { readonly refusal: Refusal; readonly until: number } | undefined>();
  let writes = 0;

  const leaving = new Set<CloudResource>();

  /** Carries out a write: it takes time, is done, and takes time to settle; so do the subnets that it joins. */
  async function operation<T>(id: string, joined: readonly string[], write: () => Promise<T>): Promise<T> {
    // Several may join one subnet, each by an entry of its own.
    const changed = [id, ...joined].map((resourceId) => ({ resourceId }));
    for (const one of changed) settling.add(one);
    try {
      await wait(passing.random() * passing.longest);
      const made = await write();
      await wait(passing.random() * passing.longest);
      return made;
    } finally {
      for (const one of changed) settling.delete(one);
    }
  }

  /** Some writes are refused until their time has passed; a write that comes again sooner is refused again. */
  function refuseAtFirst(id: string, inputs: Properties): void {
    if (!refusedAtFirst.has(id)) {
      const refusal = refusalOf(writes++ % REFUSED_AT_FIRST, id, inputs);
      const seconds = refusal?.retryAfterSeconds ?? OTHERWISE_SECONDS;
      refusedAtFirst.set(id, refusal && { refusal, until: now() + seconds * passing.secondMs });
    }
    const first = refusedAtFirst.get(id);
    if (first !== undefined && now() < first.until) throw first.refusal;
  }

  function refusalOf(turn: number, id: string, inputs: Properties): Refusal | undefined {
    if (turn === 0)
      return new Refusal(
        429,
        "RetryableError",
        `A retryable error occurred. Retry after ${String(RETRY_AFTER_SECONDS)} seconds.`,
        RETRY_AFTER_SECONDS,
      );
    if (turn === 2)
      return conflict(
        `Another operation on '${id}' or what it lies in is in progress.`,
        "AnotherOperationInProgress",
      );
    const used = turn === 4 ? vendors.cloud.all().find((one) => names(inputs, one.id)) : undefined;
    return used && notProvisioned(used.id, id);
  }

  function refuse(id: string, inputs: Properties): void {
    const gone = leavingAt(id, [...leaving]);
    if (gone !== undefined) throw refusedInDeletion(gone);
    const unsettled = [...settling].map(({ resourceId }) => resourceId);
    const neighbour = unsettled.find((one) => isSameId(familyOf(one), familyOf(id)) && familyOf(id) !== "");
    if (neighbour !== undefined)
      throw conflict(`Another operation on '${neighbour}' is in progress.`, "AnotherOperationInProgress");
    const unready = unsettled.find((one) => vendors.cloud.find(one) !== undefined && names(inputs, one));
    if (unready !== undefined) throw notProvisioned(unready, id);
  }

  async function asked(kind: Kind, id: string, inputs: Properties, write: () => Promise<CloudResource>) {
    if (kind.token.startsWith("azure-native:")) {
      if (passing.isCalm !== true) refuseAtFirst(id, inputs);
      refuse(id, inputs);
    }
    const made = await operation(id, subnetsJoinedBy(kind, inputs), write);
    refusedAtFirst.delete(id);
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
    delete: async (id) => {
      const resource = vendors.cloud.find(id);
      if (resource === undefined || !DELETING.has(resource.token)) return vendors.delete(id);
      refuse(id, {});
      leaving.add(resource);
      try {
        await operation(id, subnetsJoinedBy(resource, resource.properties), () => vendors.delete(id));
      } finally {
        leaving.delete(resource);
      }
    },
  };
}

const notProvisioned = (used: string, by: string): Refusal =>
  new Refusal(
    400,
    "ReferencedResourceNotProvisioned",
    `Cannot proceed because '${used}', which '${by}' uses, is not in Succeeded state.`,
  );

/** The id of what accepts one change at a time to itself and everything inside: a network, a profile of Front Door. */
const familyOf = (id: string): string =>
  /^(.*\/providers\/Microsoft\.(?:Network\/virtualNetworks|Cdn\/profiles)\/[^/]+)/iu.exec(id)?.[1] ?? "";

/** Ids of the subnets in which a resource gets addresses. Meanwhile each is in the state Updating. */
const subnetsJoinedBy = ({ token }: Pick<Kind, "token">, inputs: Properties): readonly string[] =>
  (JOINS[token.replace("azure-native:", "")] ?? []).flatMap((path) => textAt(inputs, path) ?? []);

const JOINS: Readonly<Record<string, readonly string[]>> = {
  "network:PrivateEndpoint": ["subnet.id"],
  "web:WebApp": ["virtualNetworkSubnetId"],
  "web:WebAppSlot": ["virtualNetworkSubnetId"],
};

/** Whether a request names a resource, or something inside it. */
function names(value: Json, id: string): boolean {
  if (typeof value === "string") return isSameId(value, id) || isBelow(value, id);
  if (isList(value)) return value.some((one) => names(one, id));
  return isGroup(value) && Object.values(value).some((one) => names(one, id));
}
