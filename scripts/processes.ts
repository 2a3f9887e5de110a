/**
 * Finds the processes that run in a folder and the ports that they listen on, by Linux's /proc; on other systems it finds
 * nothing.
 */
import { readdir, readFile, readlink } from "node:fs/promises";

const nothing = () => undefined;

/** Ids of processes whose working folder is in `folder`. */
export async function processesIn(folder: string): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const homes = await Promise.all(pids.map((pid) => readlink("/proc/" + pid + "/cwd").catch(nothing)));
  return pids.filter((_, index) => isIn(folder, homes[index])).map(Number);
}

const isIn = (folder: string, home: string | undefined) =>
  home !== undefined && (home === folder || home.startsWith(folder + "/"));

/** Addresses on which these processes listen, such as `127.0.0.1:3000`. */
export async function listening(pids: readonly number[]): Promise<string[]> {
  const sockets = new Set((await Promise.all(pids.map(socketsOf))).flat());
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile("/proc/net/" + name, "utf8").catch(() => "")),
  );
  return tables.flatMap((table) =>
    table
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === "0A" && sockets.has(columns[9] ?? ""))
      .map((columns) => readable(columns[1] ?? "")),
  );
}

/** The process that listens on the address; undefined where none is found, or it belongs to another user. */
export async function holderOf(address: string): Promise<number | undefined> {
  const names = await readdir("/proc").catch(() => []);
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number))
    if ((await listening([pid])).includes(address)) return pid;
  return undefined;
}

async function socketsOf(pid: number): Promise<string[]> {
  const folder = "/proc/" + String(pid) + "/fd/";
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(folder + file).catch(nothing)));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target ?? "")?.[1] ?? []);
}

/** The kernel writes an address as hexadecimal words, each with its bytes in reverse order. */
function readable(address: string): string {
  const [host = "", port = ""] = address.split(":");
  return hostOf(host) + ":" + String(parseInt(port, 16));
}

function hostOf(hex: string): string {
  if (hex === "0".repeat(24) + "01000000") return "[::1]";
  if (hex.length !== 8) return "[" + hex + "]";
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => String(parseInt(byte, 16)))
    .join(".");
}
