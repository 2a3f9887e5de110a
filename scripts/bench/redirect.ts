/**
 * The patient's tap against a bare Express route that redirects, in turns, each in a process of its own: how many are
 * answered, and what one costs of the processor, which says more where client and servers share two cores.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { PATHS } from "../../app/domain/addresses.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;
const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

export async function redirectRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  const bare = await startBare();
  try {
    const connector = await deployment.startConnector();
    const link = await deployment.openPatientLink(connector.url);
    const yardstick = { url: bare.url + PATHS.link + "/" + "A".repeat(34), pid: bare.child.pid ?? 0 };
    const tap = { url: link, pid: connector.pid };
    const rounds: { readonly plain: Load; readonly ours: Load }[] = [];
    await load(yardstick, 1);
    await load(tap, 1);
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({ plain: await load(yardstick, SECONDS), ours: await load(tap, SECONDS) });
    await connector.stop();
    const speed = Math.round(median(rounds.map(({ ours }) => ours.perSecond)));
    return [
      {
        name: "patient redirect against bare Express (" + String(speed) + " requests/s)",
        value: rounded(median(rounds.map(({ ours, plain }) => ours.perSecond / plain.perSecond)), 2),
        unit: "of its throughput",
        target: 0.6,
        direction: "at-least",
      },
      {
        name: "processor time of a patient redirect against bare Express",
        value: rounded(median(rounds.map(({ ours, plain }) => ours.ticksEach / plain.ticksEach)), 2),
        unit: "times its",
        target: 1.67,
        direction: "at-most",
      },
    ];
  } finally {
    bare.child.kill();
    await deployment.stop();
  }
}

interface Server {
  readonly url: string;
  readonly pid: number;
}

interface Load {
  readonly perSecond: number;
  /** Clock ticks of the server's process for one answer, in user and kernel mode. */
  readonly ticksEach: number;
}

/** Every answer must be the redirect. */
async function load({ url, pid }: Server, seconds: number): Promise<Load> {
  const before = await ticks(pid);
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { "user-agent": PHONE },
  });
  const spent = (await ticks(pid)) - before;
  const redirects = result["3xx"];
  if (redirects === 0 || result.non2xx !== redirects || result.errors > 0)
    throw new Error(
      "not every answer was a redirect: " +
        JSON.stringify({ non2xx: result.non2xx, redirects, errors: result.errors }),
    );
  return { perSecond: redirects / result.duration, ticksEach: spent / redirects };
}

/** Fields 14 and 15 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, counted behind the name. */
async function ticks(pid: number): Promise<number> {
  const stat = await readFile("/proc/" + String(pid) + "/stat", "utf8");
  const [user, kernel] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  if (user === undefined || kernel === undefined)
    throw new Error("this system does not say how much processor time a process took");
  return user + kernel;
}

async function startBare(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("bareExpress.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { NODE_ENV: "production" },
  });
  const port = await new Promise<string>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => {
      resolve(chunk.toString().trim());
    });
  });
  return { url: "http://127.0.0.1:" + port, child };
}
