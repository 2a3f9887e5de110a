/** A Chromium for whoever plays the visit by hand: every host name leads to the rehearsal, and its authority is trusted. */
import { spawn } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Front } from "../../infra/rehearsal/front/hosts/front.ts";
import { chromium } from "../chromium.js";
import { finished } from "../engine/finished.ts";

export interface PersonsBrowser {
  /** The command that started the browser; without a browser on this machine, the command that would. */
  readonly command: readonly string[];
  /** Why none was started, as a clause that can follow "because". */
  readonly absent: string | undefined;
  /** Ends the browser and removes its profile. */
  stop(): Promise<void>;
}

/** @param port of the entry point by which the person calls */
export async function personsBrowser(front: Front, port: number, address: string): Promise<PersonsBrowser> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-browser-"));
  const forget = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const isTrusted = await trusts(folder, front.caFile);
    const program = chromium();
    const command = [program ?? "chromium", ...argumentsFor(folder, front, port, isTrusted), address];
    const absent = program === undefined ? "none is installed (CHROMIUM_PATH names one)" : withoutScreen();
    if (program === undefined || absent !== undefined) return { command, absent, stop: forget };
    const child = spawn(program, command.slice(1), {
      stdio: "ignore",
      env: { ...process.env, HOME: folder },
    });
    const ended = new Promise<void>((resolve) => {
      child.once("close", () => resolve());
      child.once("error", () => resolve());
    });
    return {
      command,
      absent,
      stop: async () => {
        child.kill();
        await ended;
        await forget();
      },
    };
  } catch (fault) {
    await forget();
    throw fault;
  }
}

const withoutScreen = (): string | undefined =>
  process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"]
    ? "there is no screen here (DISPLAY)"
    : undefined;

function argumentsFor(folder: string, front: Front, port: number, isTrusted: boolean): readonly string[] {
  return [
    "--user-data-dir=" + join(folder, "profile"),
    `--host-resolver-rules=MAP *:443 127.0.0.1:${String(port)}, MAP *:80 127.0.0.1:${String(port)}`,
    ...(isTrusted ? [] : ["--ignore-certificate-errors-spki-list=" + keyOf(front.authority)]),
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ];
}

/** Chromium on Linux reads authorities from a database in its home folder; certutil (libnss3-tools) writes it. */
async function trusts(folder: string, caFile: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const database = join(folder, ".pki", "nssdb");
  await mkdir(database, { recursive: true });
  const certutil = (...args: readonly string[]) => finished("certutil", ["-d", "sql:" + database, ...args]);
  if ((await certutil("-N", "--empty-password")).code !== 0) return false;
  return (await certutil("-A", "-t", "C,,", "-n", "rehearsal", "-i", caFile)).code === 0;
}

/** SHA-256 of the authority's public key, the form in which Chromium names keys. */
const keyOf = (authority: string): string =>
  createHash("sha256")
    .update(new X509Certificate(authority).publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");

/** The command, quoted for a shell. */
export const quoted = (command: readonly string[]): string =>
  command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'"))
    .join(" ");
