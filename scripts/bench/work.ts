/**
 * Background work: how fast messages and whole jobs are handled on SQLite, how much memory a million of them takes, and how
 * long others wait meanwhile.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import autocannon from "autocannon";
import { build } from "esbuild";
import { openSqliteQueue } from "../../app/adapters/sqlite/queue.ts";
import { NODE_ARGUMENTS } from "../../app/domain/nodeArguments.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { rounded, type Row } from "./row.ts";

const PENDING = 1_000_000;
const SECONDS = 8;
const PROGRAM = fileURLToPath(new URL("workProcess.ts", import.meta.url));

/** One bundled file, as the connector itself runs: reading TypeScript in the process would take memory, too. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, "workProcess.mjs");
  await build({
    entryPoints: [PROGRAM],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
  });
  return outfile;
}

export async function workRows(bundle: Package): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "connector-bench-"));
  try {
    const file = join(folder, "connector.sqlite");
    await fill(file, PENDING);
    const program = await bundled(folder);
    const jobs = await working(program, file, "jobs");
    const messages = await working(program, file, "queue");
    return [
      {
        name: "claim and complete on SQLite, each on the disk",
        value: rounded(messages.perSecond, 0),
        unit: "jobs/s",
        target: 5_000,
        direction: "at-least",
      },
      {
        name: "whole jobs on SQLite: message, record, handler",
        value: rounded(jobs.perSecond, 0),
        unit: "jobs/s",
        target: 1_000,
        direction: "at-least",
      },
      {
        name: "worker with 1,000,000 jobs pending, resident at most",
        value: rounded(Math.max(jobs.resident, messages.resident) / 1024 / 1024, 0),
        unit: "MB",
        target: 150,
        direction: "at-most",
      },
      await webMeanwhile(bundle),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Worked {
  readonly perSecond: number;
  readonly resident: number;
}

async function working(program: string, file: string, what: "jobs" | "queue"): Promise<Worked> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...NODE_ARGUMENTS,
    program,
    file,
    String(SECONDS),
    what,
  ]);
  return JSON.parse(stdout) as Worked;
}

/** Jobs that are due, each with a message. */
async function fill(file: string, count: number): Promise<void> {
  await openSqliteQueue({ file, now: () => new Date() }).close();
  const at = new Date().toISOString();
  const body = JSON.stringify({
    v: 1,
    kind: "canary",
    of: { slot: "%d" },
    state: "waiting",
    due: at,
    wokenAt: at,
    tries: 0,
    failures: 0,
    losses: 0,
    postponements: 0,
    beat: 0,
  });
  const database = new DatabaseSync(file);
  const numbers = `with recursive all_of (n) as (select 1 union all select n + 1 from all_of where n < ${String(count)})`;
  database.exec("begin");
  database
    .prepare(
      `${numbers} insert into items (container, partition, id, sort, body)
         select 'jobs', 'jobs', printf('canary:%d', n), ?, printf(?, n) from all_of`,
    )
    .run("open " + at, body);
  database
    .prepare(`${numbers} insert into messages (visible, text) select ?, printf(?, n) from all_of`)
    .run(Date.now(), JSON.stringify({ job: "canary:%d" }));
  database.exec("commit");
  database.close();
}

/** The 99th percentile of a patient's waiting time for a page, while the same process does as many jobs as it can. */
async function webMeanwhile(bundle: Package): Promise<Row> {
  const deployment = await startBenchDeployment(bundle);
  try {
    await fill(deployment.storeFile, 200_000);
    const connector = await deployment.startConnector();
    const { url } = connector;
    const result = await autocannon({
      url: url + "/v/nothing",
      connections: 4,
      duration: SECONDS,
      overallRate: 100,
    });
    await connector.stop();
    // A page that failed is answered faster than a proper one, so failures may not count.
    const { errors, timeouts, statusCodeStats } = result;
    const statuses = Object.keys(statusCodeStats ?? {});
    if (errors + timeouts > 0 || statuses.join() !== "404")
      throw new Error(
        `${String(errors)} requests failed, ${String(timeouts)} came too late, and the answers were ${statuses.join()}: a link that nobody knows is a page with 404.`,
      );
    return {
      name: "page's p99 while the worker is saturated",
      value: rounded(result.latency.p99, 0),
      unit: "ms",
      target: 100,
      direction: "at-most",
    };
  } finally {
    await deployment.stop();
  }
}
