/**
 * `npm start` in a copy of the project in which something is wrong: it prints a few words, exits with 1 and leaves nothing
 * behind.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { processesIn } from "../../../scripts/processes.ts";
import { copyProject, freePorts, hold, npmStart, root } from "./projectCopy.ts";

const STACK = join("stacks", "Pulumi.local.yaml");

let copy: string;
beforeAll(async () => {
  copy = await copyProject();
});
afterEach(async () => {
  expect(await processesIn(copy)).toEqual([]);
  await rm(join(copy, ".data"), { recursive: true, force: true });
  await cp(join(root, STACK), join(copy, STACK));
});
afterAll(() => rm(copy, { recursive: true }));

/** Runs `npm start`, which ends by itself. @returns what it prints, and its exit code */
async function start(port: string) {
  const child = npmStart(copy, port);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, code: child.exitCode };
}

async function expectWords(port: string, words: RegExp): Promise<void> {
  const { stdout, stderr, code } = await start(port);
  expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
  expect(stdout).not.toContain("ready");
  // The words contain neither a stack trace nor the name of a source file.
  expect(stderr).not.toMatch(/^\s+at |\.tsx?:\d/m);
}

test("a stack file that is missing", async () => {
  await rm(join(copy, STACK));
  await expectWords(
    "",
    /^stacks\/Pulumi\.local\.yaml is not there\. stacks has the stacks [^\n]+restore the file from the repository[^\n]+\n$/,
  );
});

test("a stack file that is broken", async () => {
  await writeFile(join(copy, STACK), "config:\n\tteams: 1\n");
  await expectWords(
    "",
    /^stacks\/Pulumi\.local\.yaml is not valid YAML: .* at line 2, column 1\. Indent it with blanks\.\n$/,
  );
});

test("a stack file with a wrong value", async () => {
  const settings = "config:\n  teams-ehr-connector:connector:\n    environment: laptop\n";
  await writeFile(join(copy, STACK), settings);
  await expectWords("", /^stacks\/Pulumi\.local\.yaml cannot be used:\n(.*\n)*\s+environment\b/);
});

test("a PORT that is none", async () => {
  await expectWords("here", /^PORT must be a number from 1024 to 65500; [^\n]+\n$/);
});

test.each([
  ["the connector's", 0],
  ["the start page's", 1],
  ["a stand-in's", 4],
])("a port in use: %s", async (_whose, offset) => {
  const first = await freePorts();
  const holder = await hold(first + offset);
  onTestFinished(() => void holder?.close());
  const words =
    "^Port " +
    String(first + offset) +
    "( on 127\\.0\\.0\\.1)? is in use( \\(process \\d+\\))?\\. Stop the program [^\\n]+\\n$";
  await expectWords(String(first), new RegExp(words));
});

test("a store that is damaged", async () => {
  await mkdir(join(copy, ".data"));
  await writeFile(join(copy, ".data", "connector.sqlite"), "not a store\n".repeat(1000));
  await expectWords(
    String(await freePorts()),
    /^The connector cannot become ready\.\n.*connector\.sqlite is not a store of the connector, or is damaged\. Stop the connector and put back a copy/,
  );
});

test("a data folder that is a file", async () => {
  await writeFile(join(copy, ".data"), "");
  await expectWords("", /^The data folder \S+ cannot be written \(E\w+\)\. Make it a folder [^\n]+\n$/);
});

const onFullDisk = `mount -t tmpfs -o size=64k tmpfs .data && head -c 60k /dev/zero > .data/others; exec "$0" scripts/start.js`;
const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;

test.skipIf(!canMount)("a data folder whose disk is full", async () => {
  await mkdir(join(copy, ".data"));
  const { npm_lifecycle_event: _not, ...env } = process.env;
  const ran = spawnSync("unshare", ["-rm", "sh", "-c", onFullDisk, process.execPath], {
    cwd: copy,
    env: { ...env, PORT: String(await freePorts()) },
    encoding: "utf8",
  });
  expect([ran.status, ran.stderr]).toEqual([
    1,
    join(copy, ".data") +
      " cannot be written (ENOSPC): its disk is full. Free some space, and start again.\n",
  ]);
});

test.each([
  [
    "microsoft",
    "vault.json",
    /^\S+vault\.json is damaged\. Put it back as it was, or delete \.data [^\n]+\n$/,
  ],
  ["oracle", "oracle-TENANT.json", /^\S+oracle-\S+\.json is damaged\. Delete it and start again: [^\n]+\n$/],
])("a damaged file of the sandbox: %s/%s", async (standIn, name, words) => {
  const folder = join(copy, ".data", "sandbox", standIn);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name.replace("TENANT", "8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11")), "{");
  await expectWords(String(await freePorts()), words);
});
