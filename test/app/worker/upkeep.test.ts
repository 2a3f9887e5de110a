/** A sweep finds jobs without a message, and an administrator decides on jobs that failed. */
import { expect, onTestFinished, test, vi } from "vitest";
import type { Job, Outcome } from "../../../app/domain/job.ts";
import { workChecks } from "../../../app/flows/background/checks.ts";
import {
  addAgain,
  addLater,
  discardJob,
  jobSweep,
  listJobs,
  replayJob,
} from "../../../app/records/jobUpkeep.ts";
import type { KeptJob } from "../../../app/records/jobs.ts";
import { openWorkStanding, SWEEP } from "../../../app/records/workStanding.ts";
import { jsonLog } from "../../../app/log.ts";
import { workplace, type Workplace, type WorkplaceOptions } from "../../harness/work.ts";

const until = (holds: () => unknown) => vi.waitFor(holds, { timeout: 20_000, interval: 10 });
const done: Outcome = { kind: "done" };
const signal = new AbortController().signal;

function started(options?: WorkplaceOptions): Workplace {
  const made = workplace(options);
  onTestFinished(() => made.close());
  return made;
}
const becomes = (at: Workplace, key: string, state: string) =>
  until(async () => expect((await at.job(key)).state).toBe(state));

const sweepOf = (at: Workplace, jobs: Parameters<typeof jobSweep>[0] = at.jobs) =>
  jobSweep(jobs, { log: jsonLog((line) => void at.logged.push(line), at.now), now: at.now });

test("a job whose message was never sent is kept all the same, and a sweep finds it", async () => {
  const at = started({ queue: (queue) => ({ ...queue, send: () => Promise.reject(new Error("down")) }) });
  expect(await at.add("a")).toBe("added");
  expect(at.logged.join("")).toContain("job.not_woken");
  const woken: string[] = [];
  const jobs = { ...at.jobs, wake: ({ id }: Job) => Promise.resolve(void woken.push(id)) };
  const sweep = sweepOf(at, jobs);
  expect(await sweep.run(signal)).toBe(0);
  at.forward(121);
  expect([await sweep.run(signal), await sweep.run(signal)]).toEqual([1, 0]);
  expect(woken).toEqual(["text:a"]);
  at.forward(121);
  expect(await sweep.run(signal)).toBe(1);
});

test("of more jobs without a message than one sweep takes, slice by slice, the next one wakes the rest", async () => {
  const at = started({ queue: (queue) => ({ ...queue, send: () => Promise.resolve() }) });
  await Promise.all(Array.from({ length: 1_050 }, (_, count) => at.add(String(count))));
  at.forward(121);
  const woken: string[] = [];
  const sweep = sweepOf(at, { ...at.jobs, wake: ({ id }: Job) => Promise.resolve(void woken.push(id)) });
  expect([await sweep.run(signal), await sweep.run(signal), await sweep.run(signal)]).toEqual([1_000, 50, 0]);
  expect(new Set(woken).size).toBe(1_050);
});

test("what is open is woken for, although the list of those that lapsed cannot be read", async () => {
  const at = started();
  await at.add("a");
  at.forward(121);
  const woken: string[] = [];
  const sweep = sweepOf(at, {
    ...at.jobs,
    readSlice: (listed, query) =>
      listed === "lapsed" ? Promise.reject(new Error("down")) : at.jobs.readSlice(listed, query),
    wake: ({ id }: Job) => Promise.resolve(void woken.push(id)),
  });
  await expect(sweep.run(signal)).rejects.toThrow("down");
  expect(woken).toEqual(["text:a"]);
});

test("a job whose message was lost while a process had it is found and done, once", async () => {
  const at = started();
  await at.add("a");
  const [message] = await at.queue.receive(1, 60);
  if (message !== undefined) await at.queue.remove(message);
  const kept = await at.jobs.read("text:a");
  if (kept === undefined) throw new Error("no job");
  await at.jobs.write(kept, { ...kept.job, state: "running", holder: "killed", tries: 1 });
  at.forward(121);
  expect(await sweepOf(at).run(signal)).toBe(1);
  const begun: string[] = [];
  at.work(({ id }) => {
    begun.push(id);
    return Promise.resolve(done);
  });
  await becomes(at, "a", "done");
  expect(begun).toEqual(["text:a"]);
});

test("jobs that are not due are woken by no sweep, and one that lapsed by a wrong clock is brought back by the right one", async () => {
  const at = started();
  const inAnHour = new Date(at.now().getTime() + 3_600_000);
  await at.add("a", { usefulUntil: inAnHour });
  at.forward(100 * 86_400);
  const end = at.work(() => Promise.resolve(done));
  await becomes(at, "a", "lapsed");
  await end();
  at.forward(-100 * 86_400);
  await at.add("later", { due: inAnHour });
  expect(await sweepOf(at).run(signal)).toBe(1);
  expect(await at.job("a")).toMatchObject({ state: "waiting", usefulUntil: inAnHour });
  at.work(() => Promise.resolve(done));
  await becomes(at, "a", "done");
  expect((await at.job("later")).state).toBe("waiting");
});

test("a sweep that is told to stop goes on with no other job, and the next one begins with those", async () => {
  const at = started();
  for (let key = 0; key < 5; key++) await at.add(String(key));
  at.forward(121);
  const ending = new AbortController();
  const woken: string[] = [];
  const wake = ({ id }: Job) => {
    woken.push(id);
    ending.abort();
    return Promise.resolve();
  };
  const sweep = sweepOf(at, { ...at.jobs, wake });
  expect(await sweep.run(ending.signal)).toBe(1);
  expect(await sweep.run(signal)).toBe(4);
  expect(new Set(woken).size).toBe(5);
});

test("however many have lapsed for good, one behind them that lapsed by a wrong clock is brought back", async () => {
  const at = started();
  const inTwoHours = at.now().getTime() + 7_200_000;
  await Promise.all(Array.from({ length: 1_101 }, (_, key) => at.add(String(key))));
  for (const { job, stored } of await allOpen(at)) {
    const wrongly = job.id === "text:1100";
    const usefulUntil = new Date(inTwoHours + (wrongly ? 1_000 : 0));
    const due = wrongly ? job.due : new Date(inTwoHours + 60_000);
    await at.jobs.write({ job, stored }, { ...job, state: "lapsed", due, usefulUntil, endedAt: at.now() });
  }
  const sweep = sweepOf(at);
  // A sweep looks at a thousand jobs.
  expect([await sweep.run(signal), await sweep.run(signal)]).toEqual([0, 1]);
  expect((await at.job("1100")).state).toBe("waiting");
});

async function allOpen(at: Workplace): Promise<KeptJob[]> {
  const all: KeptJob[] = [];
  let continuation: string | undefined;
  do {
    const page = await at.jobs.readSlice("open", { limit: 100, ...(continuation && { continuation }) });
    all.push(...page.jobs);
    continuation = page.next;
  } while (continuation !== undefined);
  return all;
}

test("what failed too often is listed, replayed with all patience, or discarded for good", async () => {
  const at = started();
  let fails = true;
  at.work(() => Promise.resolve(fails ? { kind: "hopeless", reason: "graph.404" } : done));
  await at.add("a", { usefulUntil: new Date(at.now().getTime() + 60_000) });
  await at.add("b");
  await becomes(at, "a", "poisoned");
  await becomes(at, "b", "poisoned");
  expect((await listJobs(at.jobs, "poisoned", 100)).all.map(({ id }) => id).toSorted()).toEqual([
    "text:a",
    "text:b",
  ]);
  fails = false;
  // It is wanted although it made sense for a minute only.
  at.forward(3_600);
  expect(await replayJob(at.jobs, "text:a", at.now())).toBeUndefined();
  expect(await discardJob(at.jobs, "text:b", at.now())).toBeUndefined();
  await becomes(at, "a", "done");
  expect(await at.job("a")).toMatchObject({ failures: 0, tries: 2 });
  expect((await at.job("b")).state).toBe("discarded");
  expect(await at.add("b")).toBe("known");
  expect(await replayJob(at.jobs, "text:a", at.now())).toBe("text:a is done already.");
  expect(await discardJob(at.jobs, "text:c", at.now())).toBe("There is no job text:c.");
  await at.add("d", { due: new Date(at.now().getTime() + 60_000) });
  expect(await discardJob(at.jobs, "text:d", at.now())).toMatch(/is waiting; only one that is poisoned/);
});

test("a job whose occasion comes back is done once more; one that is poisoned, or discarded, is left as it is", async () => {
  const at = started();
  const again = () => addAgain(at.jobs, { kind: "text", key: "a", of: { visit: "v-a" }, due: at.now() });
  await again();
  const begun: string[] = [];
  const end = at.work(({ id }) => {
    begun.push(id);
    return Promise.resolve(done);
  });
  await becomes(at, "a", "done");
  await again();
  await until(() => expect(begun).toHaveLength(2));
  await becomes(at, "a", "done");
  await end();
  const kept = await at.jobs.read("text:a");
  if (kept === undefined) throw new Error("no job");
  for (const state of ["poisoned", "discarded"] as const) {
    const now = await at.jobs.read("text:a");
    await at.jobs.write(now ?? kept, { ...kept.job, state });
    await again();
    expect((await at.job("a")).state).toBe(state);
  }
});

test("a job that is to be done once more, later, has not been put off: nobody has it done early by what failed before", async () => {
  const at = started();
  let isAway = true;
  at.work(() => Promise.resolve(isAway ? { kind: "not-now", reason: "ehr.down", afterSeconds: 1 } : done));
  await at.add("a");
  await until(async () => expect((await at.job("a")).lastFailure?.how).toBe("not-now"));
  isAway = false;
  at.forward(2);
  await becomes(at, "a", "done");
  const due = new Date(at.now().getTime() + 300_000);
  await addLater(at.jobs, { kind: "text", key: "a", of: { visit: "v-a" }, due });
  expect(await replayJob(at.jobs, "text:a", at.now())).toMatch(/is waiting; only one that is poisoned/);
  expect(await at.job("a")).toMatchObject({ state: "waiting", due });
});

test("how it stands: the age of the oldest due job, how many are poisoned, and whether anybody works", async () => {
  const at = started();
  const log = jsonLog(() => undefined, at.now);
  const ask = async () => {
    const standing = openWorkStanding({ jobs: at.jobs, ticks: at.ticks, log, now: at.now });
    standing.worker("working");
    return standing.says();
  };
  expect(await ask()).toEqual({
    worker: "working",
    jobs: { oldestDueSeconds: 0, poisoned: 0, waitingForRows: [] },
  });
  await at.add("a");
  await at.add("b");
  const end = at.work(({ id }) =>
    Promise.resolve(id === "text:a" ? { kind: "hopeless", reason: "x" } : done),
  );
  await becomes(at, "a", "poisoned");
  await becomes(at, "b", "done");
  await end();
  await at.add("c");
  await at.add("later", { due: new Date(at.now().getTime() + 86_400_000) });
  at.forward(700);
  const swept = await at.ticks.of(SWEEP.name);
  await at.ticks.write(swept, { ...swept.state, last: new Date(at.now().getTime() - 5_000) });
  const says = await ask();
  expect(says).toMatchObject({ jobs: { poisoned: 1, sweptSeconds: 5 } });
  expect(says.jobs?.oldestDueSeconds).toBeGreaterThanOrEqual(700);
  const faults = workChecks(says).map(({ fault }) => fault ?? "");
  expect(faults[0]).toBe("");
  expect(faults[1]).toMatch(/due for 11 minutes/);
  expect(faults[2]).toMatch(/^1 job failed too often/);
});

test.each([
  [{ worker: "working" }, /store does not answer/],
  [{ worker: "queue-silent" }, /queue of background work does not answer/],
  [
    { worker: "off", jobs: { oldestDueSeconds: 0, poisoned: 0, waitingForRows: [] } },
    /taken background work yet/,
  ],
  [
    { worker: "off", jobs: { oldestDueSeconds: 0, poisoned: 0, waitingForRows: [], sweptSeconds: 3_600 } },
    /for 60 minutes/,
  ],
] as const)("a worker that does not live is said: %j", (says, fault) => {
  expect(workChecks(says)[0]?.fault).toMatch(fault);
});
