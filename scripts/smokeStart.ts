/**
 * Tries what somebody new does first: a clean clone, `npm start`, a look at the page, Ctrl-C, and all of it again. It needs
 * a committed tree. It tests what only a real start shows: time, ports, and what is left behind.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { listening, processesIn } from "./processes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const FIRST_START_S = 90;
const LATER_START_S = 30;
const STOP_S = 20;
const PORTS = 8;

const say = (line: string) => void process.stdout.write(line + "\n");

async function smoke(clone: string): Promise<void> {
  await finished("git", ["clone", "--quiet", root, clone], tmpdir());
  const port = await freePorts();
  await startLookStop(clone, port, FIRST_START_S, (npm) => npm.kill("SIGINT"));
  // As from a terminal: the whole process group is signalled, and npm passes the signal on as well.
  await startLookStop(clone, port, LATER_START_S, (npm) => process.kill(-(npm.pid ?? 0), "SIGINT"));
  await startLookStop(clone, port, LATER_START_S, (npm) => npm.kill("SIGKILL"));
  const changed = await finished("git", ["status", "--porcelain"], clone);
  must(changed === "", "starting changed files of the repository:\n" + changed);
}

async function startLookStop(
  clone: string,
  port: number,
  allowedSeconds: number,
  stop: (npm: ChildProcess) => void,
): Promise<void> {
  const begun = performance.now();
  const npm = spawn("npm", ["start"], {
    cwd: clone,
    env: { ...strangersEnvironment(), PORT: String(port) },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(npm, "exit");
  try {
    const page = await within(allowedSeconds, "npm start", ready(npm));
    say("ready after " + ((performance.now() - begun) / 1000).toFixed(1) + " s");
    must((await fetch(page)).ok, "the start page does not answer well");
    const open = await listening(await processesIn(clone));
    must(open.length > 0, "no open port was seen");
    const wide = open.filter((address) => !/^(127\.|\[::1\])/.test(address));
    must(wide.length === 0, "open beyond this machine: " + wide.join(", "));
    stop(npm);
    await within(STOP_S, "stopping", ended);
    await within(STOP_S, "what npm start began", gone(clone));
    for (let offset = 0; offset < PORTS; offset++)
      must(await isFree(port + offset), "port " + String(port + offset) + " is still open");
    say("stopped, exit code " + String(npm.exitCode) + ", nothing left");
  } finally {
    for (const pid of await processesIn(clone)) process.kill(pid, "SIGKILL");
  }
}

async function gone(clone: string): Promise<void> {
  while ((await processesIn(clone)).length > 0) await setTimeout(100);
}

/** The address in the line `ready http://…`; rejects with the output if the process ends before. */
function ready(npm: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = "";
    for (const output of [npm.stdout, npm.stderr])
      output?.setEncoding("utf8").on("data", (text: string) => {
        told += text;
        const address = /^ready (http:\S+)$/m.exec(told)?.[1];
        if (address !== undefined) resolve(address);
      });
    npm.once("error", reject);
    npm.once("close", () => {
      reject(new Error("npm start ended without getting ready:\n" + told));
    });
  });
}

/** The environment without this project's own tools and without npm's variables. */
function strangersEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(npm_|PORT$|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$)/i.test(name)
      ? []
      : [[name, value] as const],
  );
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith(root));
  return { ...Object.fromEntries(kept), PATH: folders.join(delimiter) };
}

async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: PORTS }, (_, offset) => isFree(first + offset)));
    if (!free.includes(false)) return first;
  }
  throw new Error("no " + String(PORTS) + " free ports in a row");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      const taken = (server.address() as AddressInfo).port === port;
      server.close(() => {
        resolve(taken);
      });
    });
  });
}

async function finished(file: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(file, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  await once(child, "close");
  must(child.exitCode === 0, file + " " + args.join(" ") + " failed");
  return told;
}

async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  const inTime = new AbortController();
  const late = setTimeout(seconds * 1000, undefined, { signal: inTime.signal }).then(() => {
    throw new Error(what + " took longer than " + String(seconds) + " s");
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    inTime.abort();
  }
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

const folder = await realpath(await mkdtemp(join(tmpdir(), "clean-clone-")));
try {
  await smoke(join(folder, "teams-ehr-connector"));
  say("A clean clone starts, stops, and starts again.");
} finally {
  await rm(folder, { recursive: true, force: true });
}
