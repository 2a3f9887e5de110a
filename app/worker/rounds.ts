/**
 * Ticks that concern everybody. Each has a record, and a process that finds it due takes it. A tick that became due while no
 * process worked is done once, as soon as one does. A tick that has been done is not repeated because a clock goes back.
 */
import { waitSeconds } from "../domain/job.ts";
import type { Log } from "../log.ts";
import { nextTurn, type KeptTick, type TickState, type Ticks } from "../records/ticks.ts";
import { tickOf, TurnFailed, type Tick } from "../web/flow.ts";
import { keepLease, underLease, whileLeased } from "./lease.ts";
import type { Pace } from "./pace.ts";

export interface RoundsDeps {
  readonly ticks: Ticks;
  readonly log: Log;
  readonly now: () => Date;
  readonly chance: () => number;
  readonly holder: () => string;
  readonly pace: Pace;
}

export interface Rounds {
  /** Begins the ticks that are due and not taken; resolves when it has looked, and does not wait for them to be done. */
  look(stopping: AbortSignal): Promise<void>;
  /** Resolves when no tick is under way. */
  over(): Promise<void>;
}

const LIMIT_SECONDS = 600;
/** A failure that may pass quickly, such as at a start, is tried again long before the next turn. */
const FIRST_WAIT_SECONDS = 5;
/** A due time later than the next turn by more than this was written by a clock that was wrong. */
const CLOCKS_DIFFER_BY_MS = 60_000;

export function rounds(deps: RoundsDeps, all: readonly Tick[]): Rounds {
  const underWay = new Map<string, Promise<void>>();
  /** The state in which this process last saw each tick, and since when, by a monotonic clock. */
  const seen = new Map<string, { readonly etag: string; readonly since: number }>();

  const isGone = (name: string, { stored, state }: KeptTick): boolean => {
    if (state.holder === undefined) return true;
    const known = seen.get(name);
    if (known?.etag !== stored.etag) seen.set(name, { etag: stored.etag, since: performance.now() });
    return known?.etag === stored.etag && performance.now() - known.since >= deps.pace.leaseSeconds * 1000;
  };

  async function lookAt(tick: Tick, stopping: AbortSignal): Promise<void> {
    const kept = await deps.ticks.of(tick.name);
    const { state } = kept;
    if (!isGone(tick.name, kept)) return;
    const now = deps.now();
    const next = nextTurn(now, tick.everySeconds);
    if (state.due.getTime() > next.getTime() + CLOCKS_DIFFER_BY_MS) {
      deps.log.warn("tick.clock_was_wrong", { names: [tick.name] });
      await deps.ticks.write(kept, { ...withoutHolder(state), due: next });
    } else if (state.due.getTime() <= now.getTime()) {
      const beganAt = performance.now();
      const holder = deps.holder();
      const mine = await deps.ticks.write(kept, { ...state, holder, beat: state.beat + 1 });
      if (mine !== undefined) {
        const doing = doTick(deps, tick, { mine, beganAt, stopping }).finally(() =>
          underWay.delete(tick.name),
        );
        underWay.set(tick.name, doing);
      }
    }
  }

  return {
    async look(stopping) {
      const single = await Promise.all(all.map((tick) => eachOf(deps, tick)));
      for (const tick of single.flat())
        if (!underWay.has(tick.name) && !stopping.aborted)
          await lookAt(tick, stopping).catch((cause: unknown) =>
            deps.log.error("tick.not_looked_at", cause, { names: [tick.name] }),
          );
    },
    async over() {
      await Promise.all(underWay.values());
    },
  };
}

/** The ticks of one that runs for each id. If the ids cannot be read now, it is tried at the next look. */
async function eachOf({ log }: RoundsDeps, tick: Tick): Promise<readonly Tick[]> {
  const { each, name, run } = tick;
  if (each === undefined) return [tick];
  try {
    return (await each()).map((of) => ({
      ...tick,
      name: tickOf(name, of),
      run: (turn) => run({ ...turn, of }),
    }));
  } catch (cause) {
    log.error("tick.not_looked_at", cause, { names: [name] });
    return [];
  }
}

interface Taken {
  readonly mine: KeptTick;
  readonly beganAt: number;
  readonly stopping: AbortSignal;
}

/** Does a tick; never rejects. */
async function doTick(deps: RoundsDeps, tick: Tick, { mine, beganAt, stopping }: Taken): Promise<void> {
  const { ticks, log, now, pace } = deps;
  const names = [tick.name];
  const began = now();
  let held = mine;
  const lease = keepLease(pace.leaseSeconds, beganAt, async () => {
    const next = await ticks.write(held, { ...held.state, beat: held.state.beat + 1 });
    if (next === undefined) return isStillMine();
    held = next;
    return true;
  });
  const isStillMine = async () => {
    const kept = await ticks.of(tick.name);
    if (kept.state.holder !== mine.state.holder) return false;
    held = kept;
    return true;
  };
  const reach = async (moment: Date) => {
    try {
      held = (await ticks.write(held, { ...held.state, reached: moment })) ?? held;
    } catch (error) {
      // What is not kept is done once more by the next turn.
      log.error("tick.reach_not_kept", error, { names });
    }
  };
  const { begun, last, reached } = mine.state;
  let leftOut: number | undefined;
  let keptBack: number | undefined;
  let tooLarge: number | undefined;
  let changeUnread: number | undefined;
  const verdict = await underLease(lease, { limitSeconds: LIMIT_SECONDS, stopping }, (signal) =>
    tick.run({
      signal,
      ...(begun !== undefined && { begun }),
      ...(last !== undefined && { since: last }),
      ...(reached !== undefined && { reached }),
      reach,
      leftOut: (count) => (leftOut = count),
      keptBack: (times) => (keptBack = times),
      tooLarge: (halfHours) => (tooLarge = halfHours),
      changeUnread: (visits) => (changeUnread = visits),
    }),
  );
  await lease.end();
  if (verdict.how === "threw") log.error("tick.failed", verdict.cause, { names });
  else if (verdict.how !== "answered") log.warn("tick." + verdict.how, { names });
  if (verdict.how === "lost") return;
  const reason = verdict.how === "threw" ? reasonOf(verdict.cause) : verdict.how;
  const next = nextState(deps, tick, {
    state: held.state,
    how: verdict.how,
    reason,
    began,
    leftOut,
    keptBack,
    tooLarge,
    changeUnread,
  });
  try {
    await whileLeased(lease, async () => {
      if ((await ticks.write(held, next)) === undefined && (await isStillMine()))
        await ticks.write(held, { ...next, beat: held.state.beat });
    });
  } catch (error) {
    // Another process will find that the tick has no holder any more, and do it again.
    log.error("tick.not_settled", error, { names });
  }
}

interface Ended {
  readonly state: TickState;
  readonly how: "answered" | "threw" | "hung" | "stopped";
  /** The reason as a code. */
  readonly reason: string;
  readonly began: Date;
  readonly leftOut: number | undefined;
  readonly keptBack: number | undefined;
  readonly tooLarge: number | undefined;
  readonly changeUnread: number | undefined;
}

function nextState(
  deps: RoundsDeps,
  { everySeconds }: Tick,
  { state, how, reason, began, leftOut, keptBack, tooLarge, changeUnread }: Ended,
): TickState {
  const free = withoutHolder(state);
  const now = deps.now();
  switch (how) {
    case "answered": {
      const { lastFailure: _failure, reached: _reached, ...others } = free;
      const { leftOut: _left, keptBack: _kept, tooLarge: _large, changeUnread: _unread, ...rest } = others;
      const well = {
        ...rest,
        ...(leftOut !== undefined && { leftOut }),
        ...(keptBack !== undefined && { keptBack }),
        ...(tooLarge !== undefined && { tooLarge }),
        ...(changeUnread !== undefined && { changeUnread }),
      };
      // The turn that has been done is the one in which the tick began, even if it ended in a later one.
      return { ...well, due: nextTurn(began, everySeconds), last: began, failures: 0 };
    }
    case "stopped":
      return free;
    case "threw":
    case "hung": {
      const failures = free.failures + 1;
      const patience = { ...deps.pace.patience, firstWaitSeconds: FIRST_WAIT_SECONDS };
      const wait = waitSeconds(patience, failures, deps.chance()) * 1000;
      const due = new Date(Math.min(nextTurn(now, everySeconds).getTime(), now.getTime() + wait));
      return { ...free, due, failures, lastFailure: { reason, at: now } };
    }
  }
}

/** The reason why a turn failed: the code that it gave itself, or "threw". */
export const reasonOf = (cause: unknown): string => (cause instanceof TurnFailed ? cause.reason : "threw");

function withoutHolder(state: TickState): TickState {
  const { holder: _, ...free } = state;
  return free;
}
