/**
 * Writes our language host into a folder under the name by which an engine finds it; it runs on the Node that runs now. An
 * identical file is left alone, since an engine may be starting it.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const host = fileURLToPath(new URL("languageHost.ts", import.meta.url));

export async function writeLanguageHost(folder: string): Promise<void> {
  const file = join(folder, "pulumi-language-nodejs");
  const script = ["#!/bin/sh", ["exec", quoted(process.execPath), quoted(host), '"$@"'].join(" "), ""].join(
    "\n",
  );
  if ((await readFile(file, "utf8").catch(() => "")) === script) return;
  await mkdir(folder, { recursive: true });
  const draft = file + "." + String(process.pid);
  await writeFile(draft, script, { mode: 0o755 });
  await rename(draft, file);
}

const quoted = (path: string) => "'" + path.replaceAll("'", "'\\''") + "'";
