/**
 * Processes that are killed at any moment do many jobs on a store and a queue that fail at random. An outside counter must
 * see each job once. Jobs are made while this goes on; some of them are asked for twice, some are due later.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSqliteQueue } from "../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../app/log.ts";
import { jobId, openJobs, type NewJob } from "../../app/records/jobs.ts";
import { CHAOS_KINDS, type ChaosKind, type ChaosKinds } from "./kinds.ts";
import { startCounter } from "./outside.ts";
import { bundled, startHerd } from "./herd.ts";
import { wrongs, type Wrong } from "./wrongs.ts";
import { troubledQueue, troubledStore } from "./trouble.ts";

export interface ChaosOptions {
  readonly jobs: number;
  readonly processes: number;
  /** The least number of kills; they go on until all jobs are done. */
  readonly kills: number;
  /** The longest time that a process works until it is killed. */
  readonly livesMs: number;
  /** The share of the store's and the queue's calls that fail, from 0 to 1. */
  readonly trouble: number;
  /** After this time the run ends with what it has. */
  readonly withinMs: number;
  readonly say?: (words: string) => void;
}

export interface ChaosResult extends Wrong {
  readonly jobs: number;
  readonly done: number;
  readonly kills: number;
  /** Acts that came again under the same id, after a kill between the act and its record. The outside counts them once. */
  readonly repeated: number;
  /** How often the periodic work was done, and for how many different turns. */
  readonly rounds: number;
  readonly turns: number;
  readonly seconds: number;
  /** Why the run ended before all jobs were done or before there were enough kills. */
  readonly gaveUp?: string;
}

const KINDS = Object.keys(CHAOS_KINDS) as ChaosKind[];
const SOURCE = fileURLToPath(new URL("process.ts", import.meta.url));
const LATER_MS = 8_000;
const MADE_AT_ONCE = 50;
const ASKED_AGAIN_AFTER = 250;

export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "chaos-"));
  const counter = await startCounter();
  const file = join(folder, "connector.sqlite");
  const now = () => new Date();
  const trouble = { share: options.trouble, chance: Math.random };
  const store = openSqliteStore({ file, now });
  const queue = openSqliteQueue({ file, now });
  const log = jsonLog(() => undefined, now);
  const jobs = openJobs({ kinds: CHAOS_KINDS, store, queue, log });
  const troubled = openJobs({
    kinds: CHAOS_KINDS,
    store: troubledStore(store, trouble),
    queue: troubledQueue(queue, trouble),
    log,
  });
  const herd = startHerd(options, await bundled(SOURCE, folder), [
    file,
    String(counter.port),
    String(options.trouble),
  ]);
  const ids: string[] = [];
  const made: NewJob<ChaosKinds, ChaosKind>[] = [];
  const isLate = () => performance.now() - began > options.withinMs;

  const make = async (at: number) => {
    const kind = KINDS[at % KINDS.length] ?? "told";
    const key = String(at);
    const due = at % 4 === 0 ? new Date(Date.now() + Math.random() * LATER_MS) : undefined;
    const job = { kind, key, of: { number: key }, ...(due && { due }) };
    ids.push(jobId(kind, key));
    made[at] = job;
    await untilAdded(job);
    // Some jobs are asked for twice at the same time, and some once more after they are done.
    const earlier = made[at - ASKED_AGAIN_AFTER];
    if (at % 7 === 0) await untilAdded(job);
    if (at % 7 === 1 && earlier !== undefined) await untilAdded(earlier);
  };
  /** A caller that gets no answer asks again. */
  const untilAdded = async (job: NewJob<ChaosKinds, ChaosKind>) => {
    while (
      !(await troubled.add(job).then(
        () => true,
        () => false,
      )) &&
      !isLate()
    );
  };

  try {
    for (let at = 0; at < options.jobs && !isLate(); at += MADE_AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(MADE_AT_ONCE, options.jobs - at) }, (_, more) => make(at + more)),
      );
    const isOver = async () => (await jobs.readSlice("open", { limit: 1 })).jobs.length === 0;
    while (!isLate() && !(herd.kills() >= options.kills && (await isOver()))) {
      options.say?.(
        `${String(herd.kills())} kills, ${String(counter.counts.acted.size)} of ${String(options.jobs)} jobs seen`,
      );
      await passed(500);
    }
    await herd.stop();

    const kept = await Promise.all(ids.map(async (id) => (await jobs.read(id))?.job));
    const done = kept.filter((job) => job?.state === "done").length;
    const { acted, rounds } = counter.counts;
    const isWhole = done === options.jobs && herd.kills() >= options.kills;
    return {
      ...wrongs(counter.counts, new Map(ids.map((id, at) => [id, kept[at]])), herd.kills()),
      jobs: ids.length,
      done,
      kills: herd.kills(),
      repeated: [...acted.values()].reduce((sum, tries) => sum + tries.length - 1, 0),
      rounds: [...rounds.values()].reduce((sum, times) => sum + times, 0),
      turns: rounds.size,
      seconds: Math.round((performance.now() - began) / 1000),
      ...(!isWhole && {
        gaveUp: `After ${String(options.withinMs / 1000)} s ${String(done)} of ${String(options.jobs)} jobs were done and ${String(herd.kills())} of ${String(options.kills)} processes killed.`,
      }),
    };
  } finally {
    await herd.stop();
    await counter.stop();
    await Promise.all([store.close(), queue.close()]);
    await rm(folder, { recursive: true });
  }
}
