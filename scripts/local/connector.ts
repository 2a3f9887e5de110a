/**
 * The connector as a process of its own, started as App Service would start it: from its bundle and with its settings only.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import * as z from "zod";
import { NODE_ARGUMENTS } from "../../app/domain/nodeArguments.ts";
import { holderOf } from "../processes.ts";
import { ExplainedError } from "./stackFile.ts";

/** Makes the connector end when the process that started it is killed, so that its port becomes free. */
const LEASH = new URL("../leash.js", import.meta.url).href;

export interface ConnectorProcess {
  readonly url: string;
  /** Resolves when the process has ended by itself, with words for the reason. */
  readonly ended: Promise<string>;
  /** Stops it, after it has finished what is under way. */
  stop(): Promise<void>;
}

export interface ConnectorStart {
  readonly bundle: string;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 12_000;
const entrySchema = z.object({ event: z.string(), cause: z.array(z.string()).optional() });

/** @throws ExplainedError when it does not become ready */
export async function startConnector(start: ConnectorStart): Promise<ConnectorProcess> {
  await refusePortInUse(Number(new URL(start.url).port));
  const log = createWriteStream(start.logFile, { flags: "a", mode: 0o600 });
  // The lines are also read here, so if the log cannot be written because the disk is full, the start can still report it.
  log.on("error", () => undefined);
  const child = spawn(process.execPath, ["--import", LEASH, ...NODE_ARGUMENTS, start.bundle], {
    env: start.environment,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("the connector's output is not piped");
  const complaints: string[] = [];
  createInterface({ input: stdout }).on("line", (line) => {
    log.write(line + "\n");
    const complaint = complaintIn(line);
    if (complaint !== undefined) complaints.push(complaint);
  });
  createInterface({ input: stderr }).on("line", (line) => {
    log.write(line + "\n");
    complaints.push(line);
  });
  const ended = new Promise<string>((resolve) => {
    // `close` comes only after the process's last output was read and kept.
    child.once("close", () => log.end(() => resolve(complaints.slice(-20).join("\n"))));
  });
  const connector = { url: start.url, ended, stop: () => stop(child, ended) };
  try {
    await ready(start.url, ended, complaints);
    return connector;
  } catch (error) {
    await connector.stop();
    throw error;
  }
}

/** Answers of another program on that port must not be taken for the connector's. */
async function refusePortInUse(port: number): Promise<void> {
  const cause = await whyNotFree(port);
  if (cause === undefined) return;
  throw new ExplainedError(
    `Port ${String(port)} is in use${await byWhom(port)}, or choose other ports with PORT.`,
    {
      cause,
    },
  );
}

function whyNotFree(port: number): Promise<Error | undefined> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", resolve);
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}

const health = z.object({ status: z.literal("up"), package: z.string() });

/**
 * Who holds the port: a connector identifies itself by its answer; the process id comes from the system, where it can be
 * read.
 */
async function byWhom(port: number): Promise<string> {
  const holder = await holderOf("127.0.0.1:" + String(port));
  const process = holder === undefined ? "" : ` (process ${String(holder)})`;
  const answer: unknown = await fetch(`http://127.0.0.1:${String(port)}/healthz`, {
    signal: AbortSignal.timeout(1_000),
  })
    .then((response) => response.json())
    .catch(() => undefined);
  if (!health.safeParse(answer).success) return `${process}. Stop the program that holds it`;
  const stop = holder === undefined ? "Stop it" : `Stop it (kill ${String(holder)})`;
  return ` by a connector that an earlier npm start left behind${process}. ${stop}`;
}

async function ready(url: string, ended: Promise<string>, complaints: readonly string[]): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const words = await Promise.race([ended, fetch(url + "/readyz").catch(() => undefined)]);
    if (typeof words === "string")
      throw new ExplainedError("The connector ended while it started.\n" + words);
    if (words?.status === 200) return;
    // The connector itself would retry without end, as it should in Azure; on a laptop a person waits for an explanation.
    const complaint = complaints[0];
    if (complaint !== undefined) throw new ExplainedError("The connector cannot become ready.\n" + complaint);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new ExplainedError(
    "The connector was not ready within " + String(READY_WITHIN_MS / 1000) + " seconds.",
  );
}

function complaintIn(line: string): string | undefined {
  try {
    const entry = entrySchema.safeParse(JSON.parse(line));
    const failed =
      entry.success && ["connector.not_ready", "connector.cannot_listen"].includes(entry.data.event);
    return failed
      ? (entry.data.cause ?? []).filter((part) => !part.startsWith("at ")).join("\n  because ")
      : undefined;
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await ended;
  clearTimeout(late);
}
