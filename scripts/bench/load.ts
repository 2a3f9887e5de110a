/** Measures a server in a process of its own under load: answers per second, processor time per answer, and memory. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

export interface Server {
  readonly url: string;
  readonly pid: number;
}

export interface Wish {
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The status that every answer has to have. */
  readonly status: number;
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds of processor time that the server's process uses for one answer, in user and kernel mode. */
  readonly processorMs: number;
}

export async function load({ url, pid }: Server, wish: Wish): Promise<Load> {
  const { connections, seconds, headers = {}, status } = wish;
  const before = await processorTime(pid);
  const result = await autocannon({ url, connections, duration: seconds, headers });
  const spent = (await processorTime(pid)) - before;
  const counts = Object.entries(result.statusCodeStats ?? {}).map(
    ([code, { count = 0 }]) => [Number(code), count] as const,
  );
  const answers = counts.find(([code]) => code === status)?.[1] ?? 0;
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  if (answers === 0 || answers !== all || result.errors > 0)
    throw new Error(
      `not every answer of ${new URL(url).pathname.slice(0, 3)} was ${String(status)}: ` +
        JSON.stringify({ answers: counts, errors: result.errors }),
    );
  return { perSecond: answers / result.duration, processorMs: spent / answers };
}

const TICK_MS = 10;

/** Fields 14 and 15 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, counted after the process's name. */
async function processorTime(pid: number): Promise<number> {
  const stat = await readFile("/proc/" + String(pid) + "/stat", "utf8");
  const [user, kernel] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  if (user === undefined || kernel === undefined)
    throw new Error("this system does not say how much processor time a process took");
  return (user + kernel) * TICK_MS;
}

export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile("/proc/" + String(pid) + "/status", "utf8");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error("this system does not say how much memory a process has");
  return Number(kilobytes) / 1024;
}

/** A program of this folder that serves, in a process of its own. */
export interface Yardstick extends Server {
  readonly child: ChildProcess;
}

/**
 * Starts a program of this folder, which prints its port in its first line.
 *
 * @param environment of its process, where it uses the connector's own parts
 */
export async function startYardstick(
  file: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Yardstick> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { NODE_ENV: "production", ...environment },
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => {
      resolve(chunk.toString().trim());
    });
    child.once("exit", () => {
      reject(new Error(`${file} ended before it served anything`));
    });
  });
  return { url: "http://127.0.0.1:" + port, pid: child.pid ?? 0, child };
}
