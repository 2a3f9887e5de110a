/** A copy of the project in a folder of its own, for `npm start` in any state and with any outcome. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, realpath, symlink } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
const PARTS = ["app", "infra", "scripts", "stacks", "package.json", "package-lock.json", "tsconfig.json"];

export async function copyProject(): Promise<string> {
  const copy = await realpath(await mkdtemp(join(tmpdir(), "project-copy-")));
  for (const part of PARTS) await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

export function npmStart(copy: string, port: string): ChildProcessByStdio<null, Readable, Readable> {
  const { npm_lifecycle_event: _not, ...env } = process.env;
  return spawn(process.execPath, [join("scripts", "start.js")], {
    cwd: copy,
    env: { ...env, PORT: port },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The first of six ports in a row that are free, as far as that can be known. */
export async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 30_000 + Math.floor(Math.random() * 2000);
    const held = await Promise.all([0, 1, 2, 3, 4, 5].map((offset) => hold(first + offset)));
    for (const server of held) server?.close();
    if (!held.includes(undefined)) return first;
  }
  throw new Error("no six free ports in a row");
}

/** Occupies a port; undefined if somebody else has it. */
export async function hold(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, "127.0.0.1");
  const listening = await once(server, "listening").then(
    () => true,
    () => false,
  );
  return listening && (server.address() as AddressInfo).port === port ? server : undefined;
}
