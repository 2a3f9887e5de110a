/** How a process is told to preload preload.js, and what it reports. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export interface Preload {
  /** Which loopback addresses the process may call plainly: `127.0.0.1:1234`, or all of them. Left out: none. */
  readonly reachable?: readonly string[] | "all";
  /** Whether what the process listens on is moved to a free port of loopback; the report says to which. */
  readonly movesListeners?: boolean;
  /** File for the report; left out: one of the front's own. */
  readonly report?: string;
}

export type Environment = Readonly<Record<"NODE_OPTIONS" | "NODE_EXTRA_CA_CERTS", string>>;

/** What these hold already, and goes on holding. */
export type Existing = Readonly<Partial<Record<keyof Environment, string | undefined>>>;

interface FrontAccess {
  readonly folder: string;
  readonly port: number;
  readonly caFile: string;
  readonly authority: string;
}

export interface Preloaded {
  readonly environment: Environment;
  readonly report: string;
}

/** Everything is told in the module's address, so that the environment of the process has nothing else of ours. */
export async function preloaded(
  access: FrontAccess,
  preload: Preload,
  existing: Existing,
): Promise<Preloaded> {
  const report = preload.report ?? join(access.folder, randomUUID() + ".report");
  await writeFile(report, "");
  const module = new URL("preload.js", import.meta.url);
  module.searchParams.set("front", String(access.port));
  module.searchParams.set("report", report);
  const { reachable = [] } = preload;
  if (reachable === "all") module.searchParams.set("loopback", "all");
  else for (const address of reachable) module.searchParams.append("reachable", address);
  if (preload.movesListeners === true) module.searchParams.set("listeners", "move");
  const options = [existing.NODE_OPTIONS, "--import=" + module.href];
  return {
    report,
    environment: {
      NODE_OPTIONS: options.filter(Boolean).join(" "),
      NODE_EXTRA_CA_CERTS: await trusted(access, existing.NODE_EXTRA_CA_CERTS),
    },
  };
}

/** Node reads one file, so what was trusted before goes into it, too. */
async function trusted(
  { folder, caFile, authority }: FrontAccess,
  before: string | undefined,
): Promise<string> {
  if (before === undefined || before === "") return caFile;
  const file = join(folder, randomUUID() + ".pem");
  await writeFile(file, `${await readFile(before, "utf8")}\n${authority}`);
  return file;
}

const line = z.union([
  z.object({ refused: z.string() }),
  z.object({ listening: z.number(), on: z.number() }),
]);

export interface Report {
  /** `host:port`, in the order they were tried. */
  readonly refused: readonly string[];
  /** The port that was asked for and the one that is open. */
  readonly listening: readonly { readonly asked: number; readonly port: number }[];
}

export function readReport(file: string): Report {
  const lines = contents(file)
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => line.parse(JSON.parse(text)));
  return {
    refused: lines.flatMap((one) => ("refused" in one ? one.refused : [])),
    listening: lines.flatMap((one) => ("listening" in one ? { asked: one.listening, port: one.on } : [])),
  };
}

/** A report may be gone with its process's folder. */
function contents(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
