/** A job's row: made once, listed by what it waits for, and kept as long as somebody could ask for it again. */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteQueue } from "../../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { FAILURES, JOB_KINDS, type Job } from "../../../app/domain/job.ts";
import { jsonLog } from "../../../app/log.ts";
import { StoreConflict, type Store } from "../../../app/ports/store.ts";
import { openJobs, type KeptJob } from "../../../app/records/jobs.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const DAY = 1440;
const VISIT = "AAAABBBBCCCCDDDD";

function opened(wrap: (store: Store) => Store = (store) => store) {
  const now = () => NOW;
  const kept = openSqliteStore({ file: ":memory:", now });
  const queue = openSqliteQueue({ file: ":memory:", now });
  onTestFinished(async () => {
    await Promise.all([kept.close(), queue.close()]);
  });
  const lines: string[] = [];
  const log = jsonLog((line) => void lines.push(line), now);
  const jobs = openJobs({ kinds: JOB_KINDS, store: wrap(kept), queue, log });
  const add = (key = VISIT, more: object = {}) =>
    jobs.add({ kind: "usage", key, of: { visit: VISIT }, ...more });
  const kept1 = async (id = "usage:" + VISIT): Promise<KeptJob> => {
    const one = await jobs.read(id);
    if (one === undefined) throw new Error("no job");
    return one;
  };
  /** The job as it would be by then. */
  const become = async (next: Partial<Job>) => {
    const one = await kept1();
    return jobs.write(one, { ...one.job, ...next });
  };
  const listed = async (...query: Parameters<typeof jobs.readSlice>) =>
    (await jobs.readSlice(...query)).jobs.map(({ job }) => job.id);
  return { jobs, add, kept1, become, listed, lines, store: kept };
}

test("one is made once, with nothing behind it, and its time is now where none is said", async () => {
  const { jobs, add, kept1 } = opened();
  expect([await add(), await add(), await add("other")]).toEqual(["added", "known", "added"]);
  expect((await kept1()).job).toEqual({
    id: "usage:" + VISIT,
    kind: "usage",
    of: { visit: VISIT },
    due: NOW,
    wokenAt: NOW,
    state: "waiting",
    tries: 0,
    failures: 0,
    losses: 0,
    postponements: 0,
    beat: 0,
  });
  expect(jobs.now()).toEqual(NOW);
});

test("whoever makes it at the same moment finds it known; a store that fails is a failure", async () => {
  const lost = opened((store) => ({ ...store, create: () => Promise.reject(new StoreConflict("there")) }));
  expect(await lost.add()).toBe("known");
  const away = opened((store) => ({ ...store, create: () => Promise.reject(new TypeError("a bug")) }));
  await expect(away.add()).rejects.toThrow("a bug");
  const failing = opened((store) => ({ ...store, replace: () => Promise.reject(new TypeError("a bug")) }));
  await failing.add();
  await expect(failing.become({ tries: 1 })).rejects.toThrow("a bug");
});

test("what is due tells so at once, and what is due later does not", async () => {
  const { jobs, add } = opened();
  let told = 0;
  jobs.onDue(() => told++);
  await add("later", { due: at(1) });
  expect(told).toBe(0);
  await add("now");
  await add("past", { due: at(-1) });
  expect(told).toBe(2);
});

test("of a time that is past it is woken now, and of a later one then", async () => {
  const { add, kept1 } = opened();
  await add("past", { due: at(-5) });
  await add("later", { due: at(5) });
  expect((await kept1("usage:past")).job.wokenAt).toEqual(NOW);
  expect((await kept1("usage:later")).job.wokenAt).toEqual(at(5));
});

test.each<[what: string, key: string, more: object]>([
  ["a key with a slash", "a/b", {}],
  ["a key that is too long", "x".repeat(300), {}],
  ["a time before 1970", "k", { due: new Date(-1) }],
  ["no time", "k", { due: new Date(NaN) }],
  ["a time from the year 10000 on", "k", { due: new Date(Date.UTC(10_000, 0)) }],
  ["an end then", "k", { usefulUntil: new Date(Date.UTC(10_000, 0)) }],
])("%s is refused, and kept for nobody", async (_what, key, more) => {
  const { add, jobs } = opened();
  await expect(add(key, more)).rejects.toThrow(RangeError);
  expect((await jobs.readSlice("open", { limit: 9 })).jobs).toEqual([]);
});

test("the first and the last moment are such", async () => {
  const { add } = opened();
  expect(await add("first", { due: new Date(0) })).toBe("added");
  const last = new Date(Date.UTC(10_000, 0) - 1);
  expect(await add("last", { due: last, usefulUntil: last })).toBe("added");
});

test("an id that is none is nobody's", async () => {
  const { jobs } = opened();
  for (const id of ["", "a/b", "x".repeat(256), "none"]) {
    expect(await jobs.read(id)).toBeUndefined();
    expect(await jobs.change(id, (job) => job)).toBeUndefined();
  }
});

test("of two who read it one changes it; an edit is of what it is by then, or leaves it", async () => {
  const { jobs, add, kept1 } = opened();
  await add();
  const [one, other] = [await kept1(), await kept1()];
  expect((await jobs.write(one, { ...one.job, tries: 1 }))?.job.tries).toBe(1);
  expect(await jobs.write(other, { ...other.job, tries: 7 })).toBeUndefined();
  const edited = await jobs.change(one.job.id, (job) => ({ ...job, tries: job.tries + 1 }));
  expect([edited?.isEdited, edited?.job.tries]).toEqual([true, 2]);
  const left = await jobs.change(one.job.id, () => undefined);
  expect([left?.isEdited, left?.job.tries]).toEqual([false, 2]);
});

test("what is written of it is read as it was written", async () => {
  const { add, become, kept1 } = opened();
  await add(VISIT, { usefulUntil: at(60) });
  const next = {
    state: "running" as const,
    tries: 3,
    failures: 1,
    losses: 1,
    postponements: 2,
    beat: 4,
    holder: "me",
    due: at(2),
    wokenAt: at(1),
    endedAt: at(3),
    lastFailure: { how: FAILURES[0], reason: "graph.unavailable", at: at(1) },
  } satisfies Partial<Job>;
  const before = (await kept1()).job;
  await become(next);
  expect((await kept1()).job).toEqual({ ...before, ...next });
});

describe("a list", () => {
  test("of what is open is by when it is due, from a moment until before another", async () => {
    const { add, listed } = opened();
    for (const [key, minutes] of Object.entries({ c: 3, a: 1, b: 2 })) await add(key, { due: at(minutes) });
    expect(await listed("open", { limit: 9 })).toEqual(["usage:a", "usage:b", "usage:c"]);
    expect(await listed("open", { from: at(2), limit: 9 })).toEqual(["usage:b", "usage:c"]);
    expect(await listed("open", { before: at(3), limit: 9 })).toEqual(["usage:a", "usage:b"]);
    for (const other of ["poisoned", "lapsed"] as const)
      expect(await listed(other, { limit: 9 })).toEqual([]);
  });

  test("comes in pages, one after the other", async () => {
    const { jobs, add } = opened();
    for (const key of ["a", "b", "c"]) await add(key);
    const first = await jobs.readSlice("open", { limit: 2 });
    const { next = "" } = first;
    const second = await jobs.readSlice("open", { limit: 2, continuation: next });
    expect([first.jobs.length, second.jobs.length, second.next]).toEqual([2, 1, undefined]);
  });

  test.each<[state: Job["state"], listed: "open" | "poisoned" | "lapsed" | undefined, by: number]>([
    ["waiting", "open", 1],
    ["running", "open", 1],
    ["poisoned", "poisoned", 5],
    ["lapsed", "lapsed", 9],
    ["done", undefined, 0],
    ["discarded", undefined, 0],
  ])("has what is %s in: %s", async (state, list, by) => {
    const { add, become, listed } = opened();
    await add(VISIT, { usefulUntil: at(9) });
    await become({ state, due: at(1), endedAt: at(5) });
    for (const one of ["open", "poisoned", "lapsed"] as const) {
      expect(await listed(one, { limit: 9 })).toEqual(one === list ? ["usage:" + VISIT] : []);
      if (one !== list) continue;
      expect(await listed(one, { from: at(by), limit: 9 })).toHaveLength(1);
      expect(await listed(one, { from: at(by + 0.01), limit: 9 })).toEqual([]);
    }
  });

  test("leaves out what cannot be read, and says in one line how much", async () => {
    const { add, listed, lines, store } = opened();
    for (const key of ["a", "b", "c"]) await add(key);
    for (const key of ["a", "b"]) {
      const row = await store.read("jobs", "jobs", "usage:" + key);
      if (row === undefined) throw new Error("no row");
      await store.replace("jobs", { ...row, body: { ...row.body, v: 7 } }, row.etag);
    }
    expect(await listed("open", { limit: 9 })).toEqual(["usage:c"]);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: "job.unreadable", count: 2 },
    ]);
  });
});

test.each<[state: Job["state"], days: number | undefined]>([
  ["waiting", undefined],
  ["running", undefined],
  ["poisoned", undefined],
  ["done", 7],
  ["discarded", 7],
  ["lapsed", 30],
])("what is %s is kept for %s days after its last moment", async (state, days) => {
  const { add, become, kept1 } = opened();
  await add(VISIT, { usefulUntil: at(9) });
  const expires = async (next: Partial<Job>) => {
    await become({ state, ...next });
    return (await kept1()).stored.expiresAt;
  };
  const after = (minutes: number) => (days === undefined ? undefined : at(minutes + days * DAY));
  expect(await expires({ due: at(1), endedAt: at(5) })).toEqual(after(9));
  expect(await expires({ due: at(20) })).toEqual(after(20));
  expect(await expires({ endedAt: at(30) })).toEqual(after(30));
});

test("a job whose row is damaged is made anew, one that is whole or another release's is not", async () => {
  const { add, jobs, store } = opened();
  const change = async (key: string, to: object) => {
    const row = await store.read("jobs", "jobs", "usage:" + key);
    if (row === undefined) throw new Error("no job " + key);
    await store.replace("jobs", { ...row, body: { ...row.body, ...to } }, row.etag);
  };
  for (const key of ["whole", "damaged", "newer"]) await add(key);
  await change("damaged", { tries: "many" });
  await change("newer", { v: 7 });
  const { jobs: listed, unreadable } = await jobs.readSlice("open", { limit: 9 });
  expect([listed.map(({ job }) => job.id), unreadable.toSorted()]).toEqual([
    ["usage:whole"],
    ["usage:damaged", "usage:newer"],
  ]);
  expect([await add("whole"), await add("damaged"), await add("newer")]).toEqual(["known", "added", "known"]);
  expect((await jobs.read("usage:damaged"))?.job).toMatchObject({ state: "waiting", tries: 0 });
  expect((await jobs.readSlice("open", { limit: 9 })).unreadable).toEqual(["usage:newer"]);
});
