/**
 * The results of each connection's canary visit, for each of the last packages, and when a person last launched with the
 * package.
 */
import * as z from "zod";
import { isYounger } from "../domain/age.ts";
import { CANARY_MOVERS, CANARY_OUTCOMES, CANARY_STEPS, type CanaryStep } from "../domain/canary.ts";
import type { Log } from "../log.ts";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersIfReadable, newBody, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const moment = z.iso.datetime();
const step = z.object({
  step: z.enum(CANARY_STEPS).meta({ description: "what was tried" }),
  outcome: z.enum(CANARY_OUTCOMES).meta({ description: "what came of it" }),
  milliseconds: z.int().meta({ description: "how long it took" }),
  why: z.string().exactOptional().meta({ description: "why it failed or was not tried" }),
  move: z.enum(CANARY_MOVERS).exactOptional().meta({ description: "who can mend it" }),
});
const members = z.object({
  packages: z
    .array(
      z.object({
        digest: z.string().meta({ description: "the package" }),
        ran: z
          .object({ at: moment, steps: z.array(step) })
          .exactOptional()
          .meta({ description: "when the canary visit was last made, and what came of each step" }),
        launchedAt: moment
          .exactOptional()
          .meta({ description: "when somebody last opened a visit, to the hour" }),
        begunAt: moment.exactOptional().meta({ description: "when a launch last began, to the hour" }),
      }),
    )
    .meta({ description: "the packages that last ran" }),
});

export const canaries: RecordKind<typeof members> = {
  container: "ticks",
  rows: "canary-",
  what: "what the canary visit of a connection came to, which touches no patient",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const PARTITION = "canary";
/** The package on the site, the one in the slot, and the one before. */
const MOST_PACKAGES = 3;
/**
 * What is known at first, and of a row that cannot be read: the next canary visit and the next launches make a damaged one anew.
 */
const NOTHING: z.output<typeof members> = { packages: [] };
const TO_THE_HOUR_MS = 3_600_000;

export interface Canary {
  /** Absent where no canary visit was made with this package. */
  readonly ran?: { readonly at: Date; readonly steps: readonly CanaryStep[] };
  /** When a person last opened a visit from this chart with this package, to the hour. */
  readonly launchedAt?: Date;
  /** The same with any of the last packages. */
  readonly lastLaunchedAt?: Date;
  /** When somebody was last sent on to this chart system's sign-in with this package, to the hour. */
  readonly begunAt?: Date;
  /** Another package that has made its canary visit since this process began: both work on one store. */
  readonly beside?: { readonly digest: string; readonly at: Date };
}

/** A canary visit's results, with the connection that they belong to. */
export interface CanaryOf extends Canary {
  readonly connection: { readonly id: string; readonly name: string };
}

/** The canary visits of the package that this process runs. */
export interface Canaries {
  of(connectionId: string): Promise<Canary>;
  ran(connectionId: string, at: Date, steps: readonly CanaryStep[]): Promise<void>;
  /** Records that a clinician's page shows a visit and its meeting. Never rejects. */
  launched(connectionId: string): Promise<void>;
  /** Records that a clinician was sent on to the chart system's sign-in. Never rejects. */
  begun(connectionId: string): Promise<void>;
}

export interface CanariesDeps {
  readonly store: Store;
  readonly log: Log;
  readonly packageDigest: string;
  readonly now: () => Date;
}

type Package = z.output<typeof members>["packages"][number];

export function openCanaries({ store, log, packageDigest, now }: CanariesDeps): Canaries {
  const began = now();
  const change = async (connectionId: string, is: Partial<Package>) => {
    const address = { partition: PARTITION, id: "canary-" + connectionId };
    await createOrRead(store, canaries.container, { ...address, body: newBody(canaries, NOTHING) });
    await changeOrBeginAnew(store, canaries, address, (before) => {
      const { packages } = before ?? NOTHING;
      const own = packages.find(({ digest }) => digest === packageDigest);
      const others = packages.filter((one) => one !== own).slice(0, MOST_PACKAGES - 1);
      return { packages: [{ ...own, ...is, digest: packageDigest }, ...others] };
    });
  };
  /** Records a moment, to the hour, of which this process remembers when it last did so. */
  const hourly = (member: "launchedAt" | "begunAt") => {
    const last = new Map<string, number>();
    return async (connectionId: string) => {
      const at = now();
      const before = last.get(connectionId);
      if (before !== undefined && isYounger(before, at, TO_THE_HOUR_MS)) return;
      last.set(connectionId, at.getTime());
      try {
        await change(connectionId, { [member]: at.toISOString() });
      } catch (error) {
        last.delete(connectionId);
        log.error("canary.launch_not_noted", error, { connection: connectionId });
      }
    };
  };
  return {
    async of(connectionId) {
      const stored = await store.read(canaries.container, PARTITION, "canary-" + connectionId);
      const { packages } = (stored && membersIfReadable(canaries, stored)) ?? NOTHING;
      const { ran, launchedAt, begunAt } = packages.find(({ digest }) => digest === packageDigest) ?? {};
      const lastLaunchedAt = packages
        .flatMap((one) => one.launchedAt ?? [])
        .toSorted()
        .at(-1);
      const [beside] = packages
        .flatMap((one) =>
          one.digest === packageDigest || one.ran === undefined
            ? []
            : [{ digest: one.digest, at: new Date(one.ran.at) }],
        )
        .filter(({ at }) => at > began)
        .toSorted((one, other) => other.at.getTime() - one.at.getTime());
      return {
        ...(beside && { beside }),
        ...(ran && { ran: { at: new Date(ran.at), steps: ran.steps } }),
        ...(launchedAt !== undefined && { launchedAt: new Date(launchedAt) }),
        ...(lastLaunchedAt !== undefined && { lastLaunchedAt: new Date(lastLaunchedAt) }),
        ...(begunAt !== undefined && { begunAt: new Date(begunAt) }),
      };
    },
    ran: (connectionId, at, steps) =>
      change(connectionId, { ran: { at: at.toISOString(), steps: [...steps] } }),
    launched: hourly("launchedAt"),
    begun: hourly("begunAt"),
  };
}
