/** A worker among strangers' messages, newer releases, handlers that throw anything, and clocks and stores that fail. */
import { DatabaseSync } from "node:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Job, Outcome } from "../../../app/domain/job.ts";
import { LeaseLost } from "../../../app/ports/queue.ts";
import { jsonLog } from "../../../app/log.ts";
import { jobSweep } from "../../../app/records/jobUpkeep.ts";
import { openWorkStanding } from "../../../app/records/workStanding.ts";
import { messageFor } from "../../../app/records/jobMessages.ts";
import { workplace, type Workplace, type WorkplaceOptions } from "../../harness/work.ts";

function started(options?: WorkplaceOptions): Workplace {
  const made = workplace(options);
  onTestFinished(() => made.close());
  return made;
}

const until = (holds: () => unknown) => vi.waitFor(holds, { timeout: 20_000, interval: 10 });
const becomes = (at: Workplace, key: string, state: string) =>
  until(async () => expect((await at.job(key)).state).toBe(state));
const done: Outcome = { kind: "done" };
const allDone = () => Promise.resolve(done);
const signal = new AbortController().signal;
const sweepOf = (at: Workplace) =>
  jobSweep(at.jobs, { log: jsonLog((line) => void at.logged.push(line), at.now), now: at.now });

async function change(at: Workplace, key: string, to: Partial<Job>): Promise<void> {
  const kept = await at.jobs.read("text:" + key);
  if (kept === undefined) throw new Error("no job");
  await at.jobs.write(kept, { ...kept.job, ...to });
}

async function rewrite(at: Workplace, key: string, body: object): Promise<void> {
  const stored = await at.store.read("jobs", "jobs", "text:" + key);
  if (stored === undefined) throw new Error("no job");
  await at.store.replace("jobs", { ...stored, body: { ...stored.body, ...body } }, stored.etag);
}

test("whatever a stranger writes into the queue is attended once, and is out of the way then", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strangers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "connector.sqlite");
  const at = started({ file });
  const texts = [
    ...[
      "",
      "hello",
      "null",
      "[]",
      "7",
      '{"job":""}',
      '{"job":{"toString":1}}',
      '{"job":"text:none","seen":7}',
    ],
    ...['{"job":"a/b"}', '{"job":"a?b"}', String.raw`{"job":"a\u0001b"}`, '{"job":"constructor"}'],
    ...[String.raw`{"job":"\ud800"}`, '{"__proto__":{"job":"text:a"}}', `{"job":"${"x".repeat(9_000)}"}`],
    ...["[".repeat(65_000), '"'.repeat(65_536), '{\n"job": "text:none"}', '{\n"job": "text:a"\n}'],
  ];
  const other = new DatabaseSync(file);
  for (const text of texts)
    other.prepare("insert into messages (visible, text) values (?, ?)").run(at.now().getTime(), text);
  other.close();
  at.work(allDone);
  await at.add("a");
  await becomes(at, "a", "done");
  at.forward(3_600);
  await until(async () => expect(await at.queue.receive(32, 60)).toEqual([]));
  expect(at.logged.filter((line) => line.includes('"error"'))).toEqual([]);
});

test("a stranger's spaces and lines in a message for a job that is not due put it back all the same", async () => {
  const at = started();
  await at.add("later", { due: new Date(at.now().getTime() + 60_000) });
  const odd = '{\n"job": "text:later"\n}';
  let given = false;
  at.work(allDone, {
    queue: {
      ...at.queue,
      async receive(most, lease) {
        const messages = await at.queue.receive(most, lease);
        if (given) return messages;
        await at.queue.send("x", 0);
        const [mine] = await at.queue.receive(1, lease);
        given = true;
        return mine === undefined ? messages : [...messages, { ...mine, text: odd }];
      },
    },
  });
  await until(() => expect(given).toBe(true));
  await at.add("now");
  await becomes(at, "now", "done");
  expect(at.logged.filter((line) => line.includes("not_attended"))).toEqual([]);
});

test("a job that this release does not know is neither taken for lost, nor poisoned, nor lapsed by it", async () => {
  const at = started();
  const soon = new Date(at.now().getTime() + 1_000);
  await at.add("hung");
  await change(at, "hung", { state: "running", holder: "newer", tries: 1, losses: 2 });
  await at.add("stale", { usefulUntil: soon });
  for (const key of ["hung", "stale"]) await rewrite(at, key, { kind: "fax" });
  at.forward(5);
  at.work(allDone);
  await until(() => expect(at.logged.join("").match(/job\.not_ours/g)).toHaveLength(2));
  at.forward(61);
  await at.add("ours");
  await becomes(at, "ours", "done");
  expect(await at.job("hung")).toMatchObject({ state: "running", holder: "newer", losses: 2 });
  expect(await at.job("stale")).toMatchObject({ state: "waiting" });
});

test("a sweep makes no messages for jobs of another release, and none of them is taken for the oldest", async () => {
  const at = started();
  await at.add("newer");
  await rewrite(at, "newer", { kind: "fax" });
  await at.add("damaged");
  await rewrite(at, "damaged", { due: "some time" });
  at.forward(60);
  await at.add("ours");
  at.forward(121);
  const woken: string[] = [];
  const jobs = { ...at.jobs, wake: ({ id }: Job) => Promise.resolve(void woken.push(id)) };
  const log = jsonLog((line) => void at.logged.push(line), at.now);
  await jobSweep(jobs, { log, now: at.now }).run(new AbortController().signal);
  expect(woken).toEqual(["text:ours"]);
  await at.store.remove("jobs", "jobs", "text:newer", (await at.jobs.read("text:newer"))?.stored.etag ?? "");
  const says = await openWorkStanding({ jobs, ticks: at.ticks, log, now: at.now }).says();
  expect(says.jobs?.oldestDueSeconds).toBeGreaterThanOrEqual(121);
});

test("however many another release's jobs come before it, a job of ours that is late is told, and the log stays short", async () => {
  const at = started();
  const keys = Array.from({ length: 60 }, (_, key) => "newer " + String(key));
  for (const key of keys) await at.add(key);
  for (const key of keys) await rewrite(at, key, { v: 2 });
  at.forward(60);
  await at.add("ours");
  at.forward(1_000);
  at.logged.length = 0;
  const log = jsonLog((line) => void at.logged.push(line), at.now);
  const says = await openWorkStanding({ jobs: at.jobs, ticks: at.ticks, log, now: at.now }).says();
  expect(says.jobs?.oldestDueSeconds).toBeGreaterThanOrEqual(1_000);
  expect(at.logged.map((line) => (JSON.parse(line) as { count: number }).count)).toEqual([20, 40]);
});

const selfCaused = new Error("round and round");
selfCaused.cause = selfCaused;
const { proxy: revoked, revoke } = Proxy.revocable(new Error("gone"), {});
revoke();
test.each([
  ["nothing", null],
  ["a number", 7],
  ["an error that is its own cause", selfCaused],
  ["an error whose stack is none", Object.assign(new Error("odd"), { stack: 7 })],
  ["something that nobody may look at", revoked],
])("a handler that throws %s has failed like any other", async (_what, thrown) => {
  const at = started();
  await at.add("a");
  at.work(async () => {
    await Promise.resolve();
    AbortSignal.abort(thrown).throwIfAborted();
    return done;
  });
  await until(async () => expect(await at.job("a")).toMatchObject({ state: "waiting", failures: 1 }));
  expect((await at.job("a")).lastFailure).toMatchObject({ how: "failed", reason: "threw" });
});

test("a message that somebody else has by now is no failure", async () => {
  let lost = 0;
  const at = started({
    queue: (queue) => ({
      ...queue,
      hide(message, ...to) {
        if (!message.text.includes("later")) return queue.hide(message, ...to);
        lost += 1;
        return Promise.reject(new LeaseLost("taken"));
      },
    }),
  });
  await at.add("later", { due: new Date(at.now().getTime() + 60_000) });
  await at.queue.send(messageFor("text:later"), 0);
  at.work(allDone);
  await until(() => expect(lost).toBe(1));
  await at.add("now");
  await becomes(at, "now", "done");
  expect(at.logged.filter((line) => line.includes('"error"'))).toEqual([]);
});

test("messages that come when the end has begun are put back at once, for others", async () => {
  const asked = Promise.withResolvers<undefined>();
  const answers = Promise.withResolvers<undefined>();
  const at = started();
  await at.add("a");
  const begun: string[] = [];
  const end = at.work(
    ({ id }) => {
      begun.push(id);
      return allDone();
    },
    {
      queue: {
        ...at.queue,
        async receive(most, lease) {
          const messages = await at.queue.receive(most, lease);
          asked.resolve(undefined);
          await answers.promise;
          return messages;
        },
      },
    },
  );
  await asked.promise;
  const ended = end();
  answers.resolve(undefined);
  await ended;
  expect(begun).toEqual([]);
  expect(await at.queue.receive(1, 60)).toMatchObject([{ text: messageFor("text:a") }]);
});

test("one job that cannot be woken for keeps the sweep from no other", async () => {
  const sent: string[] = [];
  const at = started({
    queue: (queue) => ({
      ...queue,
      send: (text) =>
        text.includes("bad") ? Promise.reject(new RangeError("no")) : Promise.resolve(void sent.push(text)),
    }),
  });
  for (const key of ["bad", "good"]) await at.add(key);
  sent.length = 0;
  at.forward(121);
  expect(await sweepOf(at).run(signal)).toBe(1);
  expect(sent).toEqual([messageFor("text:good")]);
  expect(at.logged.join("")).toContain('"event":"job.not_looked_after"');
});

test("a job that a clock far ahead woke last is woken again by the right one", async () => {
  const at = started();
  await at.add("a");
  await change(at, "a", { wokenAt: new Date(at.now().getTime() + 365 * 86_400_000) });
  at.forward(121);
  expect(await sweepOf(at).run(signal)).toBe(1);
});

test("a job that lapsed because its next try would come too late is not revived while it made sense", async () => {
  const at = started();
  await at.add("a", { usefulUntil: new Date(at.now().getTime() + 10_000) });
  at.work(() => Promise.resolve({ kind: "failed", reason: "graph.400" }));
  await becomes(at, "a", "lapsed");
  expect(await sweepOf(at).run(signal)).toBe(0);
  expect(await at.job("a")).toMatchObject({ state: "lapsed", failures: 1 });
});

test.each([
  ["a moment after the year 9999", { due: new Date("+010000-01-01T00:00:00Z") }],
  ["a moment before 1970", { due: new Date(-1) }],
])("a job for %s is refused, and not kept for nobody", async (_what, more) => {
  const at = started();
  await expect(at.add("a", more)).rejects.toBeInstanceOf(RangeError);
  expect(await at.jobs.read("text:a")).toBeUndefined();
});

test("a key that no message can hold is refused, and not kept for nobody", async () => {
  const at = started();
  await expect(at.add("a\uffff")).rejects.toBeInstanceOf(RangeError);
  expect(await at.jobs.read("text:a\uffff")).toBeUndefined();
});

test("a turn that was had is not had again because the store did not take its end at once", async () => {
  let refuses = 0;
  const at = started({
    store: (store) => ({
      ...store,
      replace: (container, item, etag) =>
        container === "ticks" && item.body["last"] !== undefined && refuses++ < 2
          ? Promise.reject(new Error("busy"))
          : store.replace(container, item, etag),
    }),
  });
  let turns = 0;
  at.work(allDone, {
    rounds: [
      {
        name: "hourly",
        concerns: "everybody",
        everySeconds: 3_600,
        run() {
          turns += 1;
          return Promise.resolve();
        },
      },
    ],
  });
  await until(async () => expect((await at.ticks.peek("hourly"))?.last).toBeDefined());
  expect([turns, refuses, at.logged.filter((line) => line.includes("not_settled"))]).toEqual([1, 3, []]);
});
