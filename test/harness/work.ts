/** A worker on a store and a queue of its own, with kinds of job that only tests have. */
import { randomUUID } from "node:crypto";
import { openSqliteQueue } from "../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../app/adapters/sqlite/store.ts";
import { PATIENCE, type Handler, type Job, type UndoneOf } from "../../app/domain/job.ts";
import { jsonLog } from "../../app/log.ts";
import type { Queue } from "../../app/ports/queue.ts";
import type { Store } from "../../app/ports/store.ts";
import { jobId, openJobs, type Jobs, type NewJob } from "../../app/records/jobs.ts";
import { openTicks, type Ticks } from "../../app/records/ticks.ts";
import type { WorkerState } from "../../app/records/workStanding.ts";
import type { Tick } from "../../app/web/flow.ts";
import { beginWork } from "../../app/worker.ts";
import { PACE, type Pace } from "../../app/worker/pace.ts";

export const TEST_KINDS = {
  text: { ids: ["visit"], limitSeconds: 20 },
  quick: { ids: [], limitSeconds: 0.2 },
  kept: { ids: [], limitSeconds: 20, isNeverGivenUp: true },
} as const;
export type TestKinds = typeof TEST_KINDS;

/** The pace of a worker in Azure, with waits so short that a test does not notice them. */
export const FAST: Pace = {
  ...PACE,
  leaseSeconds: 1,
  idleSeconds: 0.02,
  ticksEverySeconds: 0.02,
  drainSeconds: 0.2,
  silenceSeconds: 0.05,
  patience: { ...PATIENCE, failures: 3, losses: 3 },
};

export interface Workplace {
  readonly store: Store;
  readonly queue: Queue;
  readonly jobs: Jobs<TestKinds>;
  readonly ticks: Ticks;
  readonly now: () => Date;
  readonly logged: string[];
  readonly states: WorkerState[];
  /** Moves the one clock that the store, the queue and all workers here use. */
  forward(seconds: number): void;
  add(key: string, more?: Partial<NewJob<TestKinds, "text">>): Promise<"added" | "known">;
  job(key: string, kind?: string): Promise<Job>;
  /** Begins a worker that does jobs by this handler. @returns a function that ends the worker */
  work(text: Handler, more?: Partial<Working>): () => Promise<void>;
  close(): Promise<void>;
}

export interface Working {
  readonly quick: Handler;
  readonly kept: Handler;
  readonly undone: UndoneOf<TestKinds>;
  readonly rounds: readonly Tick[];
  readonly takesWork: boolean;
  readonly pace: Partial<Pace>;
  /** A queue and jobs for this worker alone, instead of those that all workers here share. */
  readonly queue: Queue;
  readonly jobs: Jobs<TestKinds>;
}

export interface WorkplaceOptions {
  readonly store?: (store: Store) => Store;
  readonly queue?: (queue: Queue) => Queue;
  readonly file?: string;
}

export function workplace(options: WorkplaceOptions = {}): Workplace {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const file = options.file ?? ":memory:";
  const store = openSqliteStore({ file, now });
  const queue = openSqliteQueue({ file, now });
  const usedStore = options.store?.(store) ?? store;
  const usedQueue = options.queue?.(queue) ?? queue;
  const logged: string[] = [];
  const states: WorkerState[] = [];
  const log = jsonLog((line) => void logged.push(line), now);
  const jobs = openJobs({ kinds: TEST_KINDS, store: usedStore, queue: usedQueue, log });
  const ticks = openTicks({ store: usedStore, log, now });
  const ends: (() => Promise<void>)[] = [];
  return {
    store: usedStore,
    queue: usedQueue,
    jobs,
    ticks,
    now,
    logged,
    states,
    forward: (seconds) => void (ahead += seconds * 1000),
    add: (key, more = {}) => jobs.add({ kind: "text", key, of: { visit: "v-" + key }, ...more }),
    async job(key, kind = "text") {
      const kept = await jobs.read(jobId(kind, key));
      if (kept === undefined) throw new Error("no job " + key);
      return kept.job;
    },
    work(text, more = {}) {
      const end = beginWork({
        jobs: more.jobs ?? jobs,
        queue: more.queue ?? usedQueue,
        ticks,
        handlers: { text, quick: more.quick ?? text, kept: more.kept ?? text },
        undone: more.undone ?? {},
        rounds: more.rounds ?? [],
        takesWork: more.takesWork ?? true,
        standing: {
          worker(state) {
            if (states.at(-1) !== state) states.push(state);
          },
        },
        log,
        chance: () => 0.5,
        holder: randomUUID,
        pace: { ...FAST, ...more.pace },
      });
      ends.push(end);
      return end;
    },
    async close() {
      await Promise.all(ends.map((end) => end()));
      await Promise.all([store.close(), queue.close()]);
    },
  };
}
