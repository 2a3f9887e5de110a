/** Packages that are asked whether they would start, with programs of a few lines in the place of the connector. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { settingsChecked } from "../../../app/checkSettings.ts";
import { zipped } from "../../../scripts/package/zip.ts";
import { keptOf } from "../../../scripts/promote/run.ts";
import { misread, started } from "../../../scripts/promote/starts.ts";

const [NOW, NEXT] = ["a".repeat(64), "b".repeat(64)];

const packageOf = async (code: string) => ({
  digest: NEXT,
  zip: await zipped(
    new Map([
      ["connector.js", Buffer.from(code)],
      ["package.json", Buffer.from('{"type":"module"}')],
    ]),
  ),
});

test("a package is asked with the settings that are planned, and with nothing of whoever asks", async () => {
  const telling = await packageOf(`
    import { homedir } from "node:os";
    const { CONNECTOR_TENANT, PACKAGE_DIGEST, PATH } = process.env;
    const home = homedir() === process.cwd() ? "home" : homedir();
    const kinds = { [[process.argv[2], CONNECTOR_TENANT, PACKAGE_DIGEST, home, PATH].join()]: { writes: 1, reads: [1] } };
    console.log(JSON.stringify({ records: kinds }));`);
  expect(await started(telling, { CONNECTOR_TENANT: "lamna" })).toEqual({
    records: { [`--check-settings,lamna,${NEXT},home,`]: { writes: 1, reads: [1] } },
  });
});

test("a package reads nothing but itself, writes nothing, and starts nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "promoter-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const secret = join(folder, "secret.txt");
  await writeFile(secret, "the promoter's own");
  const trying = await packageOf(`
    import { execFileSync } from "node:child_process";
    import { readFileSync, readdirSync, writeFileSync } from "node:fs";
    import { Worker } from "node:worker_threads";
    const tried = {
      itself: () => readFileSync("package.json", "utf8"),
      file: () => readFileSync(${JSON.stringify(secret)}),
      folder: () => readdirSync(${JSON.stringify(folder)}),
      above: () => readdirSync(".."),
      write: () => writeFileSync(${JSON.stringify(join(folder, "left"))}, ""),
      writeHere: () => writeFileSync("left", ""),
      process: () => execFileSync(process.execPath, ["--version"]),
      thread: () => new Worker("0", { eval: true }),
      addon: () => process.dlopen({ exports: {} }, "any.node"),
    };
    const kinds = {};
    for (const [name, act] of Object.entries(tried)) {
      let outcome = "done";
      try { act(); } catch (error) { outcome = error.code; }
      kinds[name + " " + outcome] = { writes: 1, reads: [1] };
    }
    console.log(JSON.stringify({ records: kinds }));`);
  expect(Object.keys((await started(trying, {})).records)).toEqual([
    "itself done",
    "file ERR_ACCESS_DENIED",
    "folder ERR_ACCESS_DENIED",
    "above ERR_ACCESS_DENIED",
    "write ERR_ACCESS_DENIED",
    "writeHere ERR_ACCESS_DENIED",
    "process ERR_ACCESS_DENIED",
    "thread ERR_ACCESS_DENIED",
    "addon ERR_DLOPEN_DISABLED",
  ]);
});

test("one that does not start is told in its own words, and one that does not know the question as well", async () => {
  const refusing = await packageOf(
    `process.stderr.write("MESSAGING_ENDPOINT is missing\\n"); process.exit(78);`,
  );
  await expect(started(refusing, {})).rejects.toThrow(
    /^The package bbbbbbbbbbbb does not start with the settings that are planned\. MESSAGING_ENDPOINT is missing$/,
  );
  // The package's own words are not kept.
  expect(keptOf(await started(refusing, {}).catch((fault: unknown) => fault))).toBe(
    "the package bbbbbbbbbbbb does not start",
  );
  await expect(started(await packageOf(""), {})).rejects.toThrow("is it older than the check of settings?");
});

test("each has to read what the other writes", () => {
  const of = (digest: string, writes: number, reads: readonly number[]) => ({
    digest,
    records: { visits: { writes, reads } },
  });
  expect(misread(of(NOW, 1, [1]), of(NEXT, 1, [1]))).toEqual([]);
  expect(misread(of(NOW, 1, [1, 2]), of(NEXT, 2, [1, 2]))).toEqual([]);
  const words = "bbbbbbbbbbbb writes version 2 of visits, and aaaaaaaaaaaa reads 1.";
  expect(misread(of(NOW, 1, [1]), of(NEXT, 2, [1, 2]))).toEqual([words]);
  // The same holds for the way back.
  expect(misread(of(NEXT, 2, [1, 2]), of(NOW, 1, [1]))).toEqual([words]);
  expect(misread(of(NOW, 1, [1]), of(NEXT, 3, [2, 3]))).toEqual([
    "aaaaaaaaaaaa writes version 1 of visits, and bbbbbbbbbbbb reads 2 and 3.",
    "bbbbbbbbbbbb writes version 3 of visits, and aaaaaaaaaaaa reads 1.",
  ]);
  // A kind of row that only one of the packages has does not matter.
  expect(misread(of(NOW, 1, [1]), { digest: NEXT, records: {} })).toEqual([]);
});

test("the connector names each kind of row once", () => {
  const { records } = settingsChecked();
  expect(records["visits//"] ?? records["visits/"]).toEqual({ writes: 1, reads: [1] });
  expect(Object.keys(records).length).toBeGreaterThan(30);
});
