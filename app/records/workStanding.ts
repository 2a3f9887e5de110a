/** The state of background work: what this process's worker reports, and what the jobs show for all processes. */
import { ROW_UNREADABLE, type Job } from "../domain/job.ts";
import type { Log } from "../log.ts";
import { jobId, type Jobs } from "./jobs.ts";
import { unlessUnreadable } from "./record.ts";
import { turnOf, type Ticks } from "./ticks.ts";

/** `off` takes no work, as in a staging slot; `queue-silent` would take work, but the queue does not answer. */
export type WorkerState = "starting" | "working" | "off" | "ending" | "queue-silent";

export interface WorkStanding {
  /** Called by the worker of this process when its state changes. */
  worker(state: WorkerState): void;
  /** What it said last. */
  workerNow(): WorkerState;
  /** The state of the work; looked up anew if the last look was a few seconds ago. Never rejects. */
  says(): Promise<WorkSays>;
}

export interface WorkSays {
  readonly worker: WorkerState;
  /** Absent when the store did not say in time. */
  readonly jobs?: {
    /** How long the job that waits longest has been due, in whole seconds; 0 when none is. */
    readonly oldestDueSeconds: number;
    /** The number of jobs that failed too often; {@link MOST_COUNTED} stands for that many or more. */
    readonly poisoned: number;
    /**
     * The jobs that wait for a row that cannot be read, by their kind and the row's container, as far as that is known. Absent
     * when the store did not say in time, or too many jobs are due to look at them all.
     */
    readonly waitingForRows?: readonly WaitingForRows[];
    /** Seconds since any process last swept, and since a trial job last came through; absent when none ever did. */
    readonly sweptSeconds?: number;
    readonly canarySeconds?: number;
  };
}

export interface WaitingForRows {
  readonly kind: string;
  readonly container?: string;
  readonly count: number;
}

export const MOST_COUNTED = 100;
/** A job waits for a row five minutes at most each time, and is begun within a minute after that. */
const ROW_WAIT_MS = 300_000;
const BEGUN_WITHIN_MS = 60_000;
/**
 * How many rows are read at once for the oldest job, and how often more are read where none of them can be read: another
 * release's may come before it.
 */
const LOOKED_AT = 20;
const MORE = 200;
const MORE_TIMES = 5;
const GOOD_FOR_MS = 5_000;
/** The look for jobs that wait for rows reads more rows, and so is done more rarely, and by itself. */
const ROWS_GOOD_FOR_MS = 60_000;
/** The longest time that a caller waits; the result of a slower look is there for the next caller. */
const ANSWER_WITHIN_MS = 1_000;

/** The ticks that keep the work going, by name and period. */
export const SWEEP = { name: "jobs.sweep", everySeconds: 60 } as const;
export const CANARY = { name: "jobs.canary", everySeconds: 900 } as const;

export interface WorkStandingDeps {
  readonly jobs: Pick<Jobs, "readSlice" | "read">;
  readonly ticks: Ticks;
  readonly log: Log;
  readonly now: () => Date;
}

export function openWorkStanding(deps: WorkStandingDeps): WorkStanding {
  let worker: WorkerState = "starting";
  let last: { readonly at: number; readonly jobs: Promise<WorkSays["jobs"]> } | undefined;
  let waiting: { readonly at: number; readonly rows: ReturnType<typeof waitingNow> } | undefined;
  const unlessFailed = <Said>(looking: Promise<Said>): Promise<Said | undefined> =>
    looking.catch((cause: unknown) => {
      deps.log.error("jobs.not_looked_at", cause);
      return undefined;
    });
  return {
    worker: (state) => void (worker = state),
    workerNow: () => worker,
    async says() {
      const at = performance.now();
      if (last === undefined || at - last.at > GOOD_FOR_MS) last = { at, jobs: unlessFailed(looked(deps)) };
      if (waiting === undefined || at - waiting.at > ROWS_GOOD_FOR_MS)
        waiting = { at, rows: unlessFailed(waitingNow(deps.jobs, deps.now())) };
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => late.resolve(undefined), ANSWER_WITHIN_MS);
      const [jobs, rows] = await Promise.all([
        Promise.race([last.jobs, late.promise]),
        Promise.race([waiting.rows, late.promise]),
      ] as const);
      clearTimeout(timer);
      return { worker, ...(jobs && { jobs: { ...jobs, ...(rows && { waitingForRows: rows }) } }) };
    },
  };
}

async function looked({ jobs, ticks, now }: WorkStandingDeps): Promise<NonNullable<WorkSays["jobs"]>> {
  const time = now();
  const [oldest, poisoned, swept, canary] = await Promise.all([
    oldestDue(jobs, time),
    jobs.readSlice("poisoned", { limit: MOST_COUNTED }),
    ticks.peek(SWEEP.name),
    lastCanary(jobs, time),
  ]);
  const since = (moment: Date) => Math.max(0, Math.floor((time.getTime() - moment.getTime()) / 1000));
  return {
    oldestDueSeconds: oldest === undefined ? 0 : since(oldest.due),
    poisoned: poisoned.jobs.length,
    ...(swept?.last && { sweptSeconds: since(swept.last) }),
    ...(canary && { canarySeconds: since(canary) }),
  };
}

async function oldestDue(jobs: Pick<Jobs, "readSlice">, before: Date): Promise<Job | undefined> {
  let slice = await jobs.readSlice("open", { before, limit: LOOKED_AT });
  for (let times = 0; slice.jobs.length === 0 && slice.next !== undefined && times < MORE_TIMES; times++)
    slice = await jobs.readSlice("open", { before, limit: MORE, continuation: slice.next });
  return slice.jobs[0]?.job;
}

/**
 * Such a job is never given up, and begins again each few minutes, so it is neither poisoned nor due for long. Undefined where
 * none was found and not all could be looked at.
 */
async function waitingNow(
  jobs: Pick<Jobs, "readSlice">,
  now: Date,
): Promise<readonly WaitingForRows[] | undefined> {
  const from = new Date(now.getTime() - BEGUN_WITHIN_MS);
  const before = new Date(now.getTime() + ROW_WAIT_MS);
  const counts = new Map<string, WaitingForRows>();
  let continuation: string | undefined;
  for (let times = 0; times < MORE_TIMES; times++) {
    const slice = await jobs.readSlice("open", {
      ...{ from, before, limit: MORE },
      ...(continuation !== undefined && { continuation }),
    });
    for (const { job } of slice.jobs) {
      const reason = job.lastFailure?.reason ?? "";
      if (!reason.startsWith(ROW_UNREADABLE)) continue;
      const container = reason.slice(ROW_UNREADABLE.length + 1);
      const key = [job.kind, container].join(" ");
      const count = (counts.get(key)?.count ?? 0) + 1;
      counts.set(key, { kind: job.kind, ...(container !== "" && { container }), count });
    }
    continuation = slice.next;
    if (continuation === undefined) break;
  }
  return counts.size === 0 && continuation !== undefined ? undefined : [...counts.values()];
}

/** When the canary job of this turn was done, or else that of the turn before. */
async function lastCanary(jobs: Pick<Jobs, "read">, now: Date): Promise<Date | undefined> {
  for (const moment of [now, new Date(now.getTime() - CANARY.everySeconds * 1000)]) {
    const kept = await unlessUnreadable(() => jobs.read(jobId("canary", canaryOf(moment))));
    // What else is known of the work is told all the same.
    if (kept !== "unreadable" && kept?.job.state === "done") return kept.job.endedAt;
  }
  return undefined;
}

export const canaryOf = (moment: Date): string => turnOf(moment, CANARY.everySeconds).toISOString();
