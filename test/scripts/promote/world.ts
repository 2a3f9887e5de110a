/**
 * Production, its stack file, Pulumi's state and the package container as a promotion sees them. Any call can fail or be
 * the last.
 */
import type { PromotionRecord, ReleaseDigests } from "../../../app/domain/promotion.ts";
import {
  Taken,
  type Vouched,
  type Journal,
  type Plan,
  type Production,
} from "../../../scripts/promote/port.ts";

export const OLD = "a".repeat(64);
export const NEW = "b".repeat(64);
export const BEFORE_OLD = "0".repeat(64);

/** When a call is cut off. With `under way` the caller learns nothing more, while the work goes on and ends later. */
export type Moment = "before" | "halfway" | "under way" | "after";

/** What goes wrong at a call, which is given by its number. */
export interface Mishap {
  readonly call: number;
  readonly moment: Moment;
  readonly is: "failure" | "kill";
}

export interface World {
  file: ReleaseDigests;
  /** Everything else in the stack file, and what Azure has of it. */
  rest: string;
  restAtAzure: string;
  /** The number of the call at which somebody edits the rest of the stack file. */
  edited: number | undefined;
  /** The number of the call at which somebody makes the slot run another package. */
  strangeSlot: number | undefined;
  state: Required<ReleaseDigests>;
  azure: { site: string; slot: string };
  journal: Journal | undefined;
  records: Map<string, PromotionRecord>;
  /** Whether the site's own package was ever changed in place, which restarts production. */
  inPlace: boolean;
  locked: boolean;
  swapping: boolean;
  canaryPasses: boolean;
  /** The package whose stored bytes somebody has replaced. */
  replaced: string | undefined;
  vouched: Vouched;
  servesNew: boolean;
  holder: string | undefined;
  /** The calls of each session, in order. */
  calls: string[];
}

export const world = (): World => ({
  file: { site: OLD, staging: BEFORE_OLD },
  rest: "approved",
  restAtAzure: "approved",
  edited: undefined,
  strangeSlot: undefined,
  state: { site: OLD, staging: BEFORE_OLD },
  azure: { site: OLD, slot: BEFORE_OLD },
  journal: undefined,
  records: new Map(),
  inPlace: false,
  locked: false,
  swapping: false,
  canaryPasses: true,
  replaced: undefined,
  vouched: { evidence: "signed" },
  servesNew: true,
  holder: undefined,
  calls: [],
});

const ENGINE = ["plan", "apply", "restore", "refresh"];

/** One run of the command in a world. */
export function session(w: World, mishaps: readonly Mishap[] = []): Production {
  let calls = 0;
  let isDead = false;

  /** Does the parts of a call in order, unless a mishap cuts it off. */
  async function call<T>(name: string, parts: readonly (() => void)[], answer: () => T): Promise<T> {
    await Promise.resolve();
    if (isDead) throw new Error("killed");
    const mishap = mishaps.find((one) => one.call === calls);
    calls += 1;
    if (w.edited === w.calls.length) w.rest = "edited";
    if (w.strangeSlot === w.calls.length) w.azure.slot = "c".repeat(64);
    w.calls.push(name);
    const stop = (): never => {
      if (mishap?.is === "kill") {
        isDead = true;
        w.holder = undefined;
        if (ENGINE.includes(name)) w.locked = true;
      }
      throw new Error(mishap?.is === "kill" ? "killed" : name + " failed.");
    };
    if (mishap?.moment === "before") stop();
    if (mishap?.moment === "under way") {
      if (name === "swap") w.swapping = true;
      stop();
    }
    if (ENGINE.includes(name) && w.locked) throw new Error("the state is locked.");
    for (const [index, part] of parts.entries()) {
      if (mishap?.moment === "halfway" && index > 0) stop();
      part();
    }
    if (mishap !== undefined) stop();
    return answer();
  }

  const swap = () => {
    w.azure = { site: w.azure.slot, slot: w.azure.site };
  };
  const finishSwap = () => {
    if (w.swapping) swap();
    w.swapping = false;
  };
  const refuseWhileSwapping = () => {
    if (w.swapping) throw new Error("a swap is under way.");
  };
  const hold = (who: string) => {
    if (w.holder !== undefined) throw new Taken(w.holder + " promotes now");
    w.holder = who;
  };
  const fileStaging = () => w.file.staging ?? w.file.site;
  const changes = (): Plan["changes"] =>
    [
      { resource: "settings", differs: w.state.site !== w.file.site },
      { resource: "settings-staging", differs: w.state.staging !== fileStaging() },
      { resource: "other", differs: w.restAtAzure !== w.rest },
    ]
      .filter(({ differs }) => differs)
      .map(({ resource }) => ({ resource, does: "update", names: [], isProtected: false }));
  const toAzure = () => {
    w.restAtAzure = w.rest;
    if (w.state.site !== w.file.site) {
      w.inPlace = true;
      w.azure.site = w.file.site;
    }
    if (w.state.staging !== fileStaging()) w.azure.slot = fileStaging();
  };
  const refuseEdited = (file: string | undefined) => {
    if (w.rest !== file) throw new Error("the file was edited.");
  };
  const toState = () => {
    w.state = { site: w.azure.site, staging: w.azure.slot };
  };

  return {
    stack: "lamna-production",
    take(who) {
      return call("take", [() => hold(who)], () => ({
        found: w.journal,
        write: (journal) => call("write", [() => (w.journal = journal)], () => undefined),
        end: () => call("end", [() => (w.journal = undefined)], () => undefined),
        leave: () => {
          if (!isDead) w.holder = undefined;
          return Promise.resolve();
        },
      }));
    },
    look: () =>
      call("look", [], () => ({
        taken: w.holder === undefined ? undefined : w.holder + " promotes now",
        found: w.journal,
      })),
    declared: () => call("declared", [], () => w.file),
    declare: (release) => call("declare", [() => (w.file = release)], () => undefined),
    plan: (brings) => call("plan", [], () => ({ brings, digest: "p", file: w.rest, changes: changes() })),
    start: () => call("start", [], () => "both start"),
    asPlanned: ({ file }) => call("asPlanned", [() => refuseEdited(file)], () => undefined),
    apply: ({ file }) =>
      call("apply", [() => refuseEdited(file), refuseWhileSwapping, toAzure, toState], () => undefined),
    restore: (file) =>
      call(
        "restore",
        [() => refuseEdited(file), refuseWhileSwapping, toState, toAzure, toState],
        () => undefined,
      ),
    refresh: () => call("refresh", [toState], () => undefined),
    unlock: () => call("unlock", [() => (w.locked = false)], () => undefined),
    running: () => call("running", [finishSwap], () => ({ ...w.azure })),
    stored: (digest) =>
      call("stored", [], () => {
        if (w.replaced === digest) throw new Error("other bytes are stored under its name.");
      }),
    swap: () => call("swap", [refuseWhileSwapping, swap], () => undefined),
    serves: (digest) =>
      call("serves", [], () => {
        if (!w.servesNew || w.azure.site !== digest) throw new Error("the site does not answer.");
      }),
    tryOut: (digest) =>
      call("tryOut", [], () => {
        if (!w.canaryPasses || w.azure.slot !== digest) throw new Error("the canary visit failed.");
        return "passed";
      }),
    approve: () =>
      call("approve", [], () => [{ by: "Sam Brenner", how: "terminal", at: "2026-11-29T22:00:00Z" }]),
    approvable: () => call("approvable", [], () => "It asks to type lamna-production."),
    vouch: () => call("vouch", [], () => w.vouched),
    record: (record) => call("record", [() => w.records.set(record.id, record)], () => undefined),
  };
}
