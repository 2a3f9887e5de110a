/** Makes a process preload preload.js, and reads its report. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

export interface Preload {
  /**
   * The loopback addresses, such as `127.0.0.1:1234`, that the process may call directly, or all of them. Left out: none.
   */
  readonly reachable?: readonly string[] | "all";
  /** Whether the process's listening ports are moved to free ports of loopback; the report says to which. */
  readonly movesListeners?: boolean;
  /** File for the report. Left out: one of the front's own. */
  readonly report?: string;
}

export type Environment = Readonly<Record<"NODE_OPTIONS" | "NODE_EXTRA_CA_CERTS", string>>;

interface FrontAccess {
  readonly folder: string;
  readonly port: number;
  readonly caFile: string;
}

/**
 * All options are in the module's URL, so that nothing else of ours is in the environment of the process.
 * @param nodeOptions that the process has already, which are kept
 */
export async function preloaded(
  access: FrontAccess,
  preload: Preload,
  nodeOptions: string | undefined,
): Promise<{ readonly environment: Environment; readonly report: string }> {
  const report = preload.report ?? join(access.folder, randomUUID() + ".report");
  await writeFile(report, "");
  const module = new URL("preload.js", import.meta.url);
  module.searchParams.set("front", String(access.port));
  module.searchParams.set("report", report);
  const { reachable = [] } = preload;
  if (reachable === "all") module.searchParams.set("loopback", "all");
  else for (const address of reachable) module.searchParams.append("reachable", address);
  if (preload.movesListeners === true) module.searchParams.set("listeners", "move");
  const options = [nodeOptions, "--import=" + module.href];
  return {
    report,
    environment: {
      NODE_OPTIONS: options.filter(Boolean).join(" "),
      NODE_EXTRA_CA_CERTS: access.caFile,
    },
  };
}

const line = z.union([
  z.object({ refused: z.string() }),
  z.object({ listening: z.number(), on: z.number() }),
]);

export interface Report {
  /** Refused connections as `host:port`, in the order in which they were tried. */
  readonly refused: readonly string[];
  /** Each port that the process asked for, and the port that is open instead. */
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

/** The report's contents; it may have been removed with its process's folder. */
function contents(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
