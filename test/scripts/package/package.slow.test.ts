import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import yauzl from "yauzl";
import { NODE_ARGUMENTS } from "../../../app/domain/nodeArguments.ts";
import { withRevision } from "../../../infra/revision.ts";
import { settings } from "../../../infra/settings.ts";
import { pack } from "../../../scripts/package/pack.ts";
import { zipped } from "../../../scripts/package/zip.ts";
import { stackFor } from "../../harness/stack.ts";
import { folders, small, type Sources } from "./sources.ts";

const script = fileURLToPath(new URL("../../../scripts/package.ts", import.meta.url));
const made = folders();
const readOnly: string[] = [];
afterAll(async () => {
  for (const folder of readOnly) await chmod(folder, 0o755);
  await made.clear();
});

interface Packaged {
  readonly zip: string;
  readonly told: string;
  readonly files: readonly string[];
}

/** Runs `npm run package` with another time zone, locale and umask. */
async function packaged(surroundings: { TZ: string; LC_ALL: string; umask: string }): Promise<Packaged> {
  const { umask, ...env } = surroundings;
  const [cwd, out] = [await made.folder(), join(await made.folder(), "packages")];
  const command = `umask ${umask} && exec "$0" "$@"`;
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", command, process.execPath, script, out], {
    cwd,
    env,
  });
  return { zip: stdout.split("\n")[0] ?? "", told: stdout, files: (await readdir(out)).sort() };
}

describe("npm run package", () => {
  let here: Packaged;
  let elsewhere: readonly Packaged[];
  beforeAll(async () => {
    [here, ...elsewhere] = await Promise.all([
      packaged({ TZ: "UTC", LC_ALL: "C", umask: "022" }),
      packaged({ TZ: "America/Chicago", LC_ALL: "et_EE.UTF-8", umask: "077" }),
      packaged({ TZ: "Asia/Kolkata", LC_ALL: "sv_SE.UTF-8", umask: "002" }),
    ]);
  });

  test("names the zip by its SHA-256 and lays the bill of materials beside it", async () => {
    const zip = await readFile(here.zip);
    const digest = createHash("sha256").update(zip).digest("hex");
    expect(here.files).toEqual([digest + ".cdx.json", digest + ".zip"]);
    expect(basename(here.zip)).toBe(digest + ".zip");
    const beside = await readFile(join(dirname(here.zip), digest + ".cdx.json"), "utf8");
    expect(beside).toBe((await entriesOf(zip)).get("sbom.cdx.json")?.content.toString());
  });

  test("says the digest, the size, and the line for the stack file", () => {
    const digest = basename(here.zip, ".zip");
    expect(here.told.split("\n").slice(1)).toEqual([
      "digest " + digest,
      expect.stringMatching(/^size \d\.\d\d MB$/),
      "To run it, say in the stack file:",
      `  release: {site: ${digest}}`,
      "",
    ]);
  });

  test("makes the same bytes in any time zone, language, folder and umask", async () => {
    for (const there of elsewhere) {
      expect(basename(there.zip)).toBe(basename(here.zip));
      expect((await readFile(there.zip)).equals(await readFile(here.zip))).toBe(true);
    }
  });

  test("packs the bundle, what browsers load, the bill and the licences, for anybody to read and nobody to run", async () => {
    const entries = await entriesOf(await readFile(here.zip));
    const loaded = await readdir(fileURLToPath(new URL("../../../app/public", import.meta.url)));
    expect([...entries.keys()]).toEqual(
      [
        "THIRD-PARTY-NOTICES.txt",
        "connector.js",
        "package.json",
        "sbom.cdx.json",
        ...loaded.map((name) => "public/" + name),
      ].sort(),
    );
    expect(new Set([...entries.values()].map(({ mode }) => mode))).toEqual(new Set([0o100644]));
    const product = JSON.parse(
      await readFile(fileURLToPath(new URL("../../../package.json", import.meta.url)), "utf8"),
    ) as { version: string };
    expect(JSON.parse(entries.get("package.json")?.content.toString() ?? "")).toEqual({
      name: "teams-ehr-connector",
      version: product.version,
      license: "Apache-2.0",
      private: true,
      type: "module",
    });
  });

  test("what was unpacked starts by itself, writes nothing where it lies, and answers with its digest", async () => {
    const folder = await unpackedReadOnly(here.zip);
    const digest = basename(here.zip, ".zip");
    const port = await freePort();
    const placed = withRevision(localSettings(digest, "http://127.0.0.1:" + String(port)));
    const child = spawn(process.execPath, [...NODE_ARGUMENTS, "connector.js"], {
      cwd: folder,
      env: { ...placed, PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    try {
      await once(createInterface({ input: child.stdout }), "line");
      const answer = await fetch("http://127.0.0.1:" + String(port) + "/healthz");
      expect(await answer.json()).toMatchObject({ status: "up", package: digest });
    } finally {
      child.kill("SIGTERM");
      await exited;
    }
    const entries = await entriesOf(await readFile(here.zip));
    const left = await readdir(folder, { recursive: true });
    expect(left.sort()).toEqual([...entries.keys(), "public"].sort());
  });

  test("with a setting that is wrong it ends with exit code 78 and says which", async () => {
    const folder = await unpackedReadOnly(here.zip);
    const child = spawn(process.execPath, ["connector.js"], {
      cwd: folder,
      env: { ...localSettings("latest", "http://127.0.0.1:1"), PORT: "1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [told] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(child.exitCode).toBe(78);
    expect(told).toContain("PACKAGE_DIGEST must be 64 hexadecimal digits");
  });
});

describe("another package", () => {
  const digestOf = async (files: Sources) => (await pack(await made.folder(files))).digest;

  test("is not made by another folder", async () => {
    expect(await digestOf(small)).toBe(await digestOf(small));
  });

  test("is not made by the order in which a disk lists its files", async () => {
    const { files, zip } = await pack(await made.folder(small));
    const reversed = await zipped(new Map([...files].reverse()));
    expect(reversed.equals(zip)).toBe(true);
  });

  test.each([
    ["code", { "app/words.ts": `export const words: string = "down";` }],
    ["a stylesheet", { "app/public/page.css": "body { margin: 1px }" }],
    ["a file's name", { "app/public/more/page.css": "body { margin: 0 }" }],
    ["the version", { "package.json": `{ "name": "visits", "version": "1.2.4", "license": "Apache-2.0" }` }],
  ])("is made by a change of %s", async (_what, change) => {
    expect(await digestOf({ ...small, ...change })).not.toBe(await digestOf(small));
  });
});

async function entriesOf(zip: Buffer): Promise<Map<string, { mode: number; content: Buffer }>> {
  const opened = await yauzl.fromBufferPromise(zip, { lazyEntries: true });
  const entries = new Map<string, { mode: number; content: Buffer }>();
  for await (const entry of opened.eachEntry()) {
    const content = await buffer(await opened.openReadStreamPromise(entry));
    entries.set(entry.fileName, { mode: entry.externalFileAttributes >>> 16, content });
  }
  return entries;
}

/** Unpacks a package into a folder that cannot be written, as App Service mounts it. */
async function unpackedReadOnly(zip: string): Promise<string> {
  const folder = await made.folder();
  for (const [name, { content }] of await entriesOf(await readFile(zip))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { mode: 0o444 });
  }
  for (const path of [join(folder, "public"), folder]) {
    await chmod(path, 0o555);
    readOnly.push(path);
  }
  return folder;
}

/** The settings that the connector needs to listen. No vendor answers, so only `/healthz` does. */
function localSettings(packageDigest: string, publicUrl: string): Record<string, string> {
  const nobody = "http://127.0.0.1:1";
  return settings<string>(stackFor(nobody), {
    publicUrl,
    clientId: "4f1f2d5c-0000-4000-8000-00000000c001",
    authority: nobody,
    graph: nobody,
    identityClientId: "4f1f2d5c-0000-4000-8000-00000000c002",
    vaultUrl: nobody,
    wrappingKey: "wrapping",
    packageDigest,
    store: { sqliteFile: ":memory:", stackFile: "stacks/Pulumi.local.yaml" },
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
