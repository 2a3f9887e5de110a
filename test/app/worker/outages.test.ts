/** Clocks that jump, queues and stores that hang or refuse, and work that is asked for while it is under way. */
import { expect, onTestFinished, test, vi } from "vitest";
import type { Job, Outcome } from "../../../app/domain/job.ts";
import { jsonLog } from "../../../app/log.ts";
import { addAgain, jobSweep, replayJob } from "../../../app/records/jobUpkeep.ts";
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
const signal = new AbortController().signal;
const sweepOf = (at: Workplace, jobs: Parameters<typeof jobSweep>[0] = at.jobs) =>
  jobSweep(jobs, { log: jsonLog((line) => void at.logged.push(line), at.now), now: at.now });
const never = () => new Promise<never>(() => undefined);

async function change(at: Workplace, key: string, to: Partial<Job>): Promise<void> {
  const kept = await at.jobs.read("text:" + key);
  if (kept === undefined) throw new Error("no job");
  await at.jobs.write(kept, { ...kept.job, ...to });
}

test("nobody who asks for a job waits for a queue that hangs, and the sweep wakes for it", async () => {
  const at = started({ queue: (queue) => ({ ...queue, send: never }) });
  const again = () => addAgain(at.jobs, { kind: "text", key: "a", of: { visit: "v-a" }, due: at.now() });
  await again();
  await change(at, "a", { state: "done" });
  await again();
  await change(at, "a", { state: "poisoned" });
  expect(await replayJob(at.jobs, "text:a", at.now())).toBeUndefined();
  expect(await at.job("a")).toMatchObject({ state: "waiting" });
  expect(at.logged.join("").match(/job\.not_woken/g)).toHaveLength(3);
  at.forward(121);
  const woken: string[] = [];
  const wake = ({ id }: Job) => Promise.resolve(void woken.push(id));
  await sweepOf(at, { ...at.jobs, wake }).run(signal);
  expect(woken).toEqual(["text:a"]);
});

test("a job that is asked for again while it is under way is done once more, for what is there by then", async () => {
  const at = started();
  const again = () => addAgain(at.jobs, { kind: "text", key: "a", of: { visit: "v-a" }, due: at.now() });
  await again();
  const seen: string[] = [];
  let chart = "old link";
  const end = Promise.withResolvers<Outcome>();
  at.work(() => {
    seen.push(chart);
    return seen.length === 1 ? end.promise : Promise.resolve(done);
  });
  await until(() => expect(seen).toEqual(["old link"]));
  chart = "new link";
  await again();
  await again();
  end.resolve(done);
  await until(() => expect(seen).toEqual(["old link", "new link"]));
  await becomes(at, "a", "done");
  expect(await at.job("a")).toMatchObject({ tries: 2, failures: 0 });
});

test("however many ask again at once for a job that is under way, nobody is refused, and it is done once more", async () => {
  const at = started();
  const again = () => addAgain(at.jobs, { kind: "text", key: "a", of: { visit: "v-a" }, due: at.now() });
  await again();
  let begun = 0;
  const end = Promise.withResolvers<Outcome>();
  at.work(() => {
    begun += 1;
    return begun === 1 ? end.promise : Promise.resolve(done);
  });
  await until(() => expect(begun).toBe(1));
  await Promise.all(Array.from({ length: 20 }, again));
  end.resolve(done);
  await until(() => expect(begun).toBe(2));
  await becomes(at, "a", "done");
});

test("a job that others keep asking for while it ends is not lost, but done once more", async () => {
  let asked = 0;
  const at = started({
    store: (store) => ({
      ...store,
      async replace(container, item, etag) {
        if (container === "jobs" && item.body["state"] !== "running" && asked < 8) {
          asked += 1;
          const now = await store.read("jobs", "jobs", item.id);
          if (now === undefined) throw new Error("no job");
          const due = new Date(at.now().getTime() + asked).toISOString();
          await store.replace("jobs", { ...now, body: { ...now.body, due } }, now.etag);
        }
        return store.replace(container, item, etag);
      },
    }),
  });
  await at.add("a");
  let begun = 0;
  at.work(() => {
    begun += 1;
    return Promise.resolve(done);
  });
  await until(() => expect(begun).toBe(2));
  await becomes(at, "a", "done");
  expect([asked, (await at.job("a")).losses, at.logged.filter((line) => line.includes("job.lost"))]).toEqual([
    8,
    0,
    [],
  ]);
});

test("while the store does not answer, the queue is not emptied at full speed, and all is done once it does", async () => {
  let isDown = false;
  const at = started({
    store: (store) => ({
      ...store,
      read: (...args) => (isDown ? Promise.reject(new Error("down")) : store.read(...args)),
    }),
  });
  const keys = Array.from({ length: 300 }, (_, key) => String(key));
  for (const key of keys) await at.add(key);
  isDown = true;
  const notAttended = () => at.logged.join("").match(/message\.not_attended/g) ?? [];
  at.work(() => Promise.resolve(done), { pace: { silenceSeconds: 30 } });
  await until(() => expect(notAttended().length).toBeGreaterThan(0));
  // Less than the first pause; what is received before it fills the slots of one process.
  await new Promise((resolve) => setTimeout(resolve, 300));
  isDown = false;
  await until(async () => expect((await at.jobs.readSlice("open", { limit: 1 })).jobs).toEqual([]));
  expect(notAttended().length).toBeLessThanOrEqual(32);
});

test("a clock that jumps takes no job from a process that is about it", async () => {
  const at = started();
  await at.add("a");
  let begun = 0;
  const end = Promise.withResolvers<Outcome>();
  at.work(() => {
    begun += 1;
    return end.promise;
  });
  await until(() => expect(begun).toBe(1));
  // As when a clock is set twice within a lease: each time everything that is hidden comes.
  for (let jump = 0; jump < 20; jump++) {
    at.forward(3_600);
    await at.add("between " + String(jump), { due: new Date(at.now().getTime() + 86_400_000) });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  end.resolve(done);
  await becomes(at, "a", "done");
  expect([begun, (await at.job("a")).losses]).toEqual([1, 0]);
});

test("a sweep asks a queue that refuses a few times and not for each job, and finds all of them the next time", async () => {
  const at = started();
  for (let key = 0; key < 20; key++) await at.add(String(key));
  at.forward(121);
  let asked = 0;
  let refuses = true;
  const wake = () => {
    asked += 1;
    return refuses ? Promise.reject(new Error("503")) : Promise.resolve();
  };
  const sweep = sweepOf(at, { ...at.jobs, wake });
  expect(await sweep.run(signal)).toBe(0);
  expect(asked).toBe(5);
  refuses = false;
  expect(await sweep.run(signal)).toBe(20);
});

test("a sweep whose position in the list is refused begins the list anew", async () => {
  const at = started();
  await Promise.all(Array.from({ length: 1_001 }, (_, key) => at.add(String(key))));
  at.forward(121);
  const readSlice: typeof at.jobs.readSlice = (listed, query) =>
    query.continuation === "0"
      ? Promise.reject(new Error("no such position"))
      : at.jobs.readSlice(listed, query);
  let slices = 0;
  const jobs = {
    ...at.jobs,
    wake: () => Promise.resolve(),
    async readSlice(...args: Parameters<typeof readSlice>) {
      const { next, ...rest } = await readSlice(...args);
      if (args[0] === "open") slices += 1;
      return { ...rest, ...(next !== undefined && { next: slices === 10 ? "0" : next }) };
    },
  };
  const sweep = sweepOf(at, jobs);
  expect(await sweep.run(signal)).toBe(1_000);
  await expect(sweep.run(signal)).rejects.toThrow("no such position");
  // The next sweep goes from the beginning, where all jobs were woken, to the end.
  expect([await sweep.run(signal), await sweep.run(signal)]).toEqual([0, 1]);
});

test("a job that a clock far ahead put off is tried at once when an administrator says so; one that nobody has tried is not", async () => {
  const at = started();
  const outcomes: Outcome[] = [{ kind: "failed", reason: "graph.503" }];
  at.work(() => Promise.resolve(outcomes.shift() ?? done));
  at.forward(400 * 86_400);
  await at.add("a");
  await until(async () => expect((await at.job("a")).failures).toBe(1));
  at.forward(-400 * 86_400);
  await at.add("early", { due: new Date(at.now().getTime() + 86_400_000) });
  expect(await replayJob(at.jobs, "text:early", at.now())).toMatch(/is waiting; only one that is poisoned/);
  expect(await replayJob(at.jobs, "text:a", at.now())).toBeUndefined();
  await becomes(at, "a", "done");
});
