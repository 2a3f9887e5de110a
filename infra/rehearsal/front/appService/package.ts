/** Run from package: the zip is fetched with the site's identity and unpacked into a folder that nothing can write to. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fromBufferPromise, type Entry } from "yauzl";
import type { EntryFetch } from "../hosts/fetch.ts";
import { StartRefused } from "./command.ts";

/** The largest package. https://learn.microsoft.com/azure/app-service/deploy-run-package */
const LARGEST_BYTES = 1024 ** 3;
const VERSION = "2024-11-04";

/**
 * @param token of the identity by which the package is read
 * @throws StartRefused
 */
export async function fetchPackage(url: string, fetch: EntryFetch, token: string): Promise<Buffer> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol !== "https:") throw failed(url, "it is no https address");
  if (!address.pathname.endsWith(".zip")) throw failed(url, "its name does not end in .zip");
  const headers = { authorization: "Bearer " + token, "x-ms-version": VERSION };
  const response = await fetch(address, { headers });
  if (!response.ok) {
    const code = response.headers.get("x-ms-error-code") ?? "";
    throw failed(url, [String(response.status), code, hintFor(code)].filter(Boolean).join(" "));
  }
  if (Number(response.headers.get("content-length")) > LARGEST_BYTES)
    throw failed(url, "it is larger than 1 GB");
  return Buffer.from(await response.arrayBuffer());
}

function hintFor(code: string): string {
  if (code === "AuthorizationPermissionMismatch")
    return "(the site's identity lacks Storage Blob Data Reader there)";
  if (code === "AuthorizationFailure") return "(the storage account's firewall does not let the site in)";
  return "";
}

const failed = (url: string, why: string): StartRefused =>
  new StartRefused(`Failed to download the package from ${url.replace(/\?.*$/su, "")}: ${why}.`);

/**
 * Unpacks the zip into a new folder, and returns the folder.
 * @throws StartRefused
 */
export async function unpack(zip: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-wwwroot-"));
  try {
    const file = await fromBufferPromise(zip, { lazyEntries: true });
    for await (const entry of file.eachEntry()) {
      if (isSymbolicLink(entry)) throw new Error("it holds a link, " + entry.fileName);
      if (entry.fileName.endsWith("/")) continue;
      const target = join(folder, entry.fileName);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, await buffer(await file.openReadStreamPromise(entry)), { mode: 0o444 });
    }
    await eachFolder(folder, 0o555);
    return folder;
  } catch (cause) {
    await discard(folder);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartRefused(`The package cannot be mounted: ${why}.`, { cause });
  }
}

/** Removes the folder of an unpacked package, which is read-only. */
export async function discard(folder: string): Promise<void> {
  await eachFolder(folder, 0o755);
  await rm(folder, { recursive: true, force: true });
}

async function eachFolder(folder: string, mode: number): Promise<void> {
  await chmod(folder, mode);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await eachFolder(join(folder, entry.name), mode);
}

const isSymbolicLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
