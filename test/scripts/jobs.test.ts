/** `npm run jobs` as a person at a terminal runs it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSqliteQueue } from "../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../app/adapters/sqlite/store.ts";
import type { JobState } from "../../app/domain/job.ts";
import { JOB_KINDS } from "../../app/domain/job.ts";
import { jsonLog } from "../../app/log.ts";
import { openJobs } from "../../app/records/jobs.ts";

const PROGRAM = new URL("../../scripts/jobs.ts", import.meta.url).pathname;
const now = () => new Date();
const folder = mkdtempSync(join(tmpdir(), "jobs-"));
const file = join(folder, "connector.sqlite");
afterAll(() => rmSync(folder, { recursive: true }));

function jobs(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

async function opened<T>(
  use: (at: ReturnType<typeof openJobs>, queue: ReturnType<typeof openSqliteQueue>) => Promise<T>,
) {
  const store = openSqliteStore({ file, now });
  const queue = openSqliteQueue({ file, now });
  try {
    return await use(openJobs({ kinds: JOB_KINDS, store, queue, log: jsonLog(() => undefined, now) }), queue);
  } finally {
    await Promise.all([store.close(), queue.close()]);
  }
}

const stateOf = (key: string) => opened(async (at) => (await at.read("canary:" + key))?.job.state);

beforeAll(() =>
  opened(async (at, queue) => {
    for (const [key, state] of [
      ["waits", "waiting"],
      ["first", "poisoned"],
      ["second", "poisoned"],
      ["third", "poisoned"],
    ] as const satisfies [string, JobState][]) {
      await at.add({ kind: "canary", key, of: { slot: key } });
      const kept = await at.read("canary:" + key);
      if (kept === undefined) throw new Error("no job");
      await at.write(kept, {
        ...kept.job,
        state,
        ...(state === "poisoned" && { endedAt: now(), failures: 8 }),
      });
    }
    await queue.send("hello", 0);
    for (const message of await queue.receive(32, 60))
      if (message.text === "hello") await queue.bury(message, "unreadable");
  }),
);

test("what waits, failed and could not be read is listed, replayed and discarded, one or all", async () => {
  const listed = jobs("list", "--file", file);
  expect(listed).toMatchObject({ status: 0, stderr: "" });
  expect(listed.stdout).toMatch(/Waiting or under way: 1\n {2}canary:waits/);
  expect(listed.stdout).toMatch(/Failed too often: replay or discard each: 3\n {2}canary:/);
  expect(listed.stdout).toMatch(/Messages that nobody could read: 1\n {2}message:1 {2}unreadable, came once/);
  expect(jobs("replay", "canary:first", "--file", file)).toMatchObject({
    status: 0,
    stdout: "canary:first: will be tried again at once\n",
  });
  expect(jobs("discard", "all", "--file", file).status).toBe(0);
  expect(jobs("replay", "message:1", "--file", file).status).toBe(0);
  const states = [await stateOf("first"), await stateOf("second"), await stateOf("third")];
  expect(states).toEqual(["waiting", "discarded", "discarded"]);
  expect(await opened((_, queue) => queue.buried(32))).toEqual([]);
});

test.each([
  ["canary:nobody", "There is no job canary:nobody."],
  ["../secrets?", "There is no job ../secrets?."],
  ["x".repeat(300), "There is no job x"],
  ["", "There is no job ."],
  ["canary:waits", "canary:waits is waiting; only one that is poisoned"],
  ["message:7", "There is no buried message 7."],
])("what is not there, or is nothing to decide on, is told: %s", (id, words) => {
  const { status, stdout, stderr } = jobs("replay", id, "--file", file);
  expect([status, stderr]).toEqual([1, ""]);
  expect(stdout).toContain(words);
});

test.each([
  [[]],
  [["list", "more"]],
  [["replay"]],
  [["LIST"]],
  [["list", "--file"]],
  [["list", "--file", ""]],
])("who says it wrongly is told how it is said: %j", (args) => {
  const { status, stderr } = jobs(...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^npm run jobs -- list /);
});

test("a file that is no store is said, and is left as it was", () => {
  const empty = join(folder, "empty");
  const letter = join(folder, "letter");
  writeFileSync(empty, "");
  writeFileSync(letter, "Dear colleague, ".repeat(100), { mode: 0o644 });
  for (const [path, words] of [
    [folder, "There is no store at " + folder],
    [empty, "There is no store at " + empty],
    [join(folder, "nothing"), "There is no store at "],
    [letter, letter + " is not a store of the connector"],
  ] as const) {
    const { status, stdout, stderr } = jobs("list", "--file", path);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr.startsWith(words)).toBe(true);
    expect(stderr.trim()).not.toContain("\n");
  }
  expect([statSync(empty).size, statSync(letter).mode & 0o777]).toEqual([0, 0o644]);
  expect(readdirSync(folder).filter((name) => /^(empty|letter)./.test(name))).toEqual([]);
});
