/**
 * A store on a disk that is really full: a small file system in a mount namespace of its own. Where the system does not
 * allow that, the test is skipped.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "full-disk-"));
afterAll(() => rmSync(folder, { recursive: true }));
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a module's text with `folder` on a disk of that size, and returns the JSON that it printed. */
function onSmallDisk(kilobytes: number, text: string): unknown {
  const mount = `mount -t tmpfs -o size=${String(kilobytes)}k tmpfs "$1" && exec "$2" --import tsx --input-type=module -e "$3" "$1"`;
  const ran = spawnSync("unshare", ["-rm", "sh", "-c", mount, "sh", folder, process.execPath, text], {
    cwd: root,
    encoding: "utf8",
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout);
}

const canMount =
  spawnSync("unshare", ["-rm", "sh", "-c", `mount -t tmpfs -o size=64k tmpfs "$1"`, "sh", folder]).status ===
  0;

const OPEN = `
  import { openSqliteStore } from "./app/adapters/sqlite/store.ts";
  import { readiness } from "./app/web/readiness.ts";
  const file = process.argv.at(-1) + "/deep/connector.sqlite";
  const told = [];
  const log = { info() {}, warn() {}, error: (event, cause) => told.push(cause.name + ": " + cause.message) };
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
`;

test.skipIf(!canMount)(
  "what is there is read, nothing is taken, /readyz says so, and all goes on once there is room",
  () => {
    const said = onSmallDisk(
      1024,
      `${OPEN}
    import { rmSync, writeFileSync } from "node:fs";
    const store = openSqliteStore({ file, now });
    const ready = readiness({ store, log, now });
    const item = (id) => ({ partition: "p", id, body: { much: "x".repeat(4000) } });
    await store.create("visits", item("first"));
    const before = await ready();
    writeFileSync(process.argv.at(-1) + "/others", Buffer.alloc(600_000));
    let refused;
    let kept = 0;
    for (let at = 0; refused === undefined; at++)
      await store.create("visits", item(String(at))).then(() => kept++, (error) => (refused = error.name + ": " + error.message));
    ahead = 30_000;
    const full = await ready();
    const read = (await store.read("visits", "p", "first")) !== undefined;
    const all = (await store.changes("visits", 1000)).items.length === kept + 1;
    rmSync(process.argv.at(-1) + "/others");
    ahead = 60_000;
    const after = await ready();
    console.log(JSON.stringify({ before, refused, full, told, read, all, after }));`,
    );
    const words = expect.stringMatching(
      /^StoreFault: \S+connector\.sqlite (cannot grow: its disk is full|cannot be read or written: its disk fails, or is full)/,
    ) as string;
    expect(said).toEqual({
      before: { store: true, keys: true },
      refused: words,
      full: { store: false, keys: true },
      told: [words],
      read: true,
      all: true,
      after: { store: true, keys: true },
    });
  },
);

test.skipIf(!canMount)("a store that finds its disk full at the start names the file and what to do", () => {
  const said = onSmallDisk(
    64,
    `${OPEN}
    import { writeFileSync } from "node:fs";
    try { writeFileSync(process.argv.at(-1) + "/others", Buffer.alloc(64_000)); } catch {}
    let refused;
    try { openSqliteStore({ file, now }); } catch (error) { refused = error.name + ": " + error.message; }
    console.log(JSON.stringify(refused));`,
  );
  expect(said).toMatch(
    /^StoreFault: \S+connector\.sqlite(-last)? (cannot grow: its disk is full|cannot be read or written)/,
  );
});
