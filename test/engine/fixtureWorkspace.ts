/** The fixture's stacks in temporary workspaces. Its provider is a process of its own, to which the engine is attached. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkspaceOptions } from "../../scripts/engine/workspace.ts";

export const fixture = fileURLToPath(new URL("fixture", import.meta.url));
export const policy = join(fixture, "policy");

export interface Attached {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function attachedProvider(): Promise<Attached> {
  const leash = fileURLToPath(new URL("../../scripts/leash.js", import.meta.url));
  const nobody = "127.0.0.1:1";
  const child: ChildProcess = spawn(
    process.execPath,
    ["--import", leash, join(fixture, "plugin", "plugin.ts"), nobody],
    { stdio: ["ignore", "pipe", "inherit", "ipc"] },
  );
  if (child.stdout === null) throw new Error("the provider has no output to say its port on");
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return {
    environment: { PULUMI_DEBUG_PROVIDERS: "attached:" + String(port).trim() },
    async stop() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

export interface Shelf {
  readonly size: number;
  readonly fails?: string;
  readonly waits?: boolean;
}

/** Writes a stack file with the odd spacing of a person. @returns what a workspace for it needs */
export async function stackOf(
  folder: string,
  shelf: Shelf,
): Promise<Pick<WorkspaceOptions, "project" | "stackFile">> {
  const stackFile = join(folder, "Pulumi.shelves.yaml");
  await mkdir(folder, { recursive: true });
  await writeFile(
    stackFile,
    [
      "# No shelf above 24 here: the building is old.",
      "config:",
      "    engine-fixture:largest:   24",
      "    engine-fixture:shelf: " + JSON.stringify(shelf),
      "",
    ].join("\n"),
  );
  return { project: fixture, stackFile };
}
