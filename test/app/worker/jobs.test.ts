/** What happens to a job, whatever happens to it: on a real store and queue, with workers as in a process. */
import { expect, onTestFinished, test, vi } from "vitest";
import type { Handler, Outcome, UndoneOf } from "../../../app/domain/job.ts";
import { SealBroken } from "../../../app/ports/keyring.ts";
import { messageFor } from "../../../app/records/jobMessages.ts";
import { UnreadableRecord } from "../../../app/records/record.ts";
import { workplace, type TestKinds, type Workplace, type WorkplaceOptions } from "../../harness/work.ts";

function started(options?: WorkplaceOptions): Workplace {
  const made = workplace(options);
  onTestFinished(() => made.close());
  return made;
}

const until = (holds: () => unknown) => vi.waitFor(holds, { timeout: 20_000, interval: 10 });
const stateOf = async (at: Workplace, key: string, kind?: string) => (await at.job(key, kind)).state;
const becomes = (at: Workplace, key: string, state: string, kind?: string) =>
  until(async () => expect(await stateOf(at, key, kind)).toBe(state));
const done: Outcome = { kind: "done" };
const rowFault = () => new UnreadableRecord("a row is damaged", { container: "visits" });

/** A handler that notes the jobs that it did, and gives these outcomes in turn. */
function notes(...outcomes: Outcome[]) {
  const begun: string[] = [];
  const handler: Handler = ({ id }) => {
    begun.push(id);
    return Promise.resolve(outcomes.length > 1 ? (outcomes.shift() ?? done) : (outcomes[0] ?? done));
  };
  return { begun, handler };
}

test("a job is done once, however often it is asked for, before and after", async () => {
  const at = started();
  const { begun, handler } = notes();
  expect(await at.add("a")).toBe("added");
  expect(await at.add("a")).toBe("known");
  at.work(handler);
  await becomes(at, "a", "done");
  expect(await at.add("a")).toBe("known");
  await at.add("b");
  await becomes(at, "b", "done");
  expect(begun).toEqual(["text:a", "text:b"]);
});

test("a handler is told what its job is about, when it was due and that it is the first time", async () => {
  const at = started();
  const told: unknown[] = [];
  at.work(({ id, of, due, tries }) => {
    told.push({ id, of, due, tries });
    return Promise.resolve(done);
  });
  const due = new Date(at.now().getTime() - 1000);
  await at.add("a", { of: { visit: "v-1" }, due });
  await becomes(at, "a", "done");
  expect(told).toEqual([{ id: "text:a", of: { visit: "v-1" }, due, tries: 1 }]);
});

test("a job is not begun before it is due, even when its message comes early, and ten days are not too long", async () => {
  const at = started();
  const { begun, handler } = notes();
  const due = new Date(at.now().getTime() + 10 * 86_400_000);
  await at.add("later", { due });
  await at.queue.send(messageFor("text:later"), 0);
  at.work(handler);
  await at.add("now");
  await becomes(at, "now", "done");
  at.forward(7 * 86_400 + 60);
  await at.add("in a week");
  await becomes(at, "in a week", "done");
  expect(begun).not.toContain("text:later");
  at.forward(3 * 86_400);
  await becomes(at, "later", "done");
});

test("a clock that goes back makes nothing early", async () => {
  const at = started();
  const { begun, handler } = notes();
  await at.add("a", { due: new Date(at.now().getTime() + 60_000) });
  at.forward(61);
  const behind = () => new Date(at.now().getTime() - 3_600_000);
  const end = at.work(handler, { queue: { ...at.queue, now: behind } });
  await until(async () => expect(await at.queue.receive(1, 1)).toEqual([]));
  await end();
  expect([begun, await stateOf(at, "a")]).toEqual([[], "waiting"]);
});

test("a failed job is tried again, later each time, and is poison with its reason after the last time", async () => {
  const at = started();
  const { begun, handler } = notes({ kind: "failed", reason: "graph.400" });
  await at.add("a");
  at.work(handler);
  const waits: number[] = [];
  for (let failures = 1; failures <= 2; failures++) {
    await until(async () => expect(await at.job("a")).toMatchObject({ state: "waiting", failures }));
    const { due, lastFailure } = await at.job("a");
    expect(lastFailure).toMatchObject({ how: "failed", reason: "graph.400" });
    waits.push((due.getTime() - (lastFailure?.at.getTime() ?? 0)) / 1000);
    at.forward(waits.at(-1) ?? 0);
  }
  await becomes(at, "a", "poisoned");
  expect(begun).toHaveLength(3);
  expect(waits.map(Math.round)).toEqual([26, 53]);
  expect(await at.job("a")).toMatchObject({ failures: 3, tries: 3, lastFailure: { reason: "graph.400" } });
  expect(at.logged.join("")).toMatch(/"event":"job.poisoned","names":\["text"\],"reason":"graph.400"/);
  expect(await at.queue.receive(32, 1)).toEqual([]);
});

test("what a handler throws is logged and counted; its words are not kept", async () => {
  const at = started();
  await at.add("a");
  at.work(() => Promise.reject(new Error("Maria Lopez cannot be reached")));
  await until(async () => expect(await at.job("a")).toMatchObject({ state: "waiting", failures: 1 }));
  expect((await at.job("a")).lastFailure).toMatchObject({ how: "failed", reason: "threw" });
});

test("a reason that is no code is not kept", async () => {
  const at = started();
  await at.add("a");
  at.work(() => Promise.resolve({ kind: "hopeless", reason: "Maria Lopez, +18335550100" }));
  await becomes(at, "a", "poisoned");
  expect((await at.job("a")).lastFailure).toMatchObject({ reason: "no-code" });
});

test("a vendor that is busy is no failure, however often: the job waits as long as it says, or longer each time", async () => {
  const at = started();
  const busy = (afterSeconds?: number): Outcome => ({
    kind: "not-now",
    reason: "graph.429",
    ...(afterSeconds !== undefined && { afterSeconds }),
  });
  const many = Array.from({ length: 8 }, () => busy());
  const { begun, handler } = notes(busy(17), ...many, done);
  await at.add("a");
  at.work(handler);
  const waits: number[] = [];
  for (let postponements = 1; postponements <= 9; postponements++) {
    await until(async () => expect(await at.job("a")).toMatchObject({ state: "waiting", postponements }));
    const { due, lastFailure } = await at.job("a");
    expect(lastFailure).toMatchObject({ how: "not-now", reason: "graph.429" });
    waits.push(Math.round((due.getTime() - (lastFailure?.at.getTime() ?? 0)) / 1000));
    at.forward(waits.at(-1) ?? 0);
    at.forward(1);
  }
  await becomes(at, "a", "done");
  expect(waits).toEqual([17, 53, 105, 210, 420, 840, 1680, 3150, 3150]);
  expect(await at.job("a")).toMatchObject({ failures: 0 });
  expect(begun).toHaveLength(10);
});

test("a handler that hangs loses its job, is told to stop, and is told apart from one that failed", async () => {
  const at = started();
  const stopped: string[] = [];
  await at.jobs.add({ kind: "quick", key: "a", of: {} });
  at.work(() => Promise.resolve(done), {
    quick: ({ signal }) =>
      new Promise(() => signal.addEventListener("abort", () => stopped.push(String(signal.reason)))),
  });
  await until(async () =>
    expect(await at.job("a", "quick")).toMatchObject({ state: "waiting", failures: 1 }),
  );
  expect((await at.job("a", "quick")).lastFailure).toMatchObject({ how: "hung", reason: "took-too-long" });
  expect(stopped).toEqual(["LeaseOver: hung"]);
  // It does not hold up other jobs.
  await at.add("b");
  await becomes(at, "b", "done");
});

test("a job takes longer than a lease while its process says that it lives, and nobody else gets it", async () => {
  const at = started();
  const begun: string[] = [];
  let finish = () => {
    // Set below.
  };
  const slow: Handler = ({ id }) => {
    begun.push(id);
    return new Promise((resolve) => (finish = () => resolve(done)));
  };
  await at.add("slow");
  at.work(slow);
  await becomes(at, "slow", "running");
  at.work(slow);
  for (let more = 0; more < 3; more++) await at.queue.send(messageFor("text:slow"), 0);
  // Three leases long.
  await until(async () => expect((await at.job("slow")).beat).toBeGreaterThan(8));
  finish();
  await becomes(at, "slow", "done");
  expect(begun).toEqual(["text:slow"]);
  expect(await at.job("slow")).toMatchObject({ tries: 1, losses: 0 });
});

test("a queue that hangs while a job takes longer than a lease takes it from nobody", async () => {
  const hangs = Promise.withResolvers<never>();
  const at = started({ queue: (queue) => ({ ...queue, hide: () => hangs.promise }) });
  let finish = () => {
    // Set below.
  };
  await at.add("slow");
  at.work(() => new Promise((resolve) => (finish = () => resolve(done))));
  // Three leases long.
  await until(async () => expect((await at.job("slow")).beat).toBeGreaterThan(8));
  finish();
  await becomes(at, "slow", "done");
  expect(await at.job("slow")).toMatchObject({ tries: 1, losses: 0 });
  hangs.reject(new Error("no answer"));
});

test("a job whose process vanished is taken by another, which is told that it is not the first", async () => {
  const at = started();
  await at.add("a");
  // The job is as a kill leaves it: begun, with nobody who works on it.
  const kept = await at.jobs.read("text:a");
  if (kept === undefined) throw new Error("no job");
  await at.jobs.write(kept, { ...kept.job, state: "running", holder: "killed", tries: 1 });
  const tries: number[] = [];
  at.work((task) => {
    tries.push(task.tries);
    return Promise.resolve(done);
  });
  await becomes(at, "a", "done");
  expect(tries).toEqual([2]);
  expect(await at.job("a")).toMatchObject({ losses: 1, lastFailure: { how: "vanished" } });
});

test("a job of a kind that is never given up is tried again, however often it fails or takes its process with it", async () => {
  const at = started();
  await at.jobs.add({ kind: "kept", key: "a", of: {} });
  const kept = await at.jobs.read("kept:a");
  if (kept === undefined) throw new Error("no job");
  await at.jobs.write(kept, { ...kept.job, state: "running", holder: "killed", losses: 100, failures: 100 });
  at.work(notes({ kind: "failed", reason: "store.away" }).handler);
  await until(async () => {
    at.forward(400);
    expect(await at.job("a", "kept")).toMatchObject({ state: "waiting", losses: 101 });
    expect((await at.job("a", "kept")).failures).toBeGreaterThan(103);
  });
  const { due, lastFailure } = await at.job("a", "kept");
  expect(due.getTime() - (lastFailure?.at.getTime() ?? 0)).toBeLessThanOrEqual(300_000);
});

test("a job that takes its process with it again and again is poison at last", async () => {
  const at = started();
  await at.add("a");
  const kept = await at.jobs.read("text:a");
  if (kept === undefined) throw new Error("no job");
  await at.jobs.write(kept, { ...kept.job, state: "running", holder: "killed", tries: 3, losses: 2 });
  const { begun, handler } = notes();
  at.work(handler);
  await becomes(at, "a", "poisoned");
  expect(begun).toEqual([]);
  expect((await at.job("a")).lastFailure).toMatchObject({ how: "vanished" });
});

test("a job that makes no sense any more lapses, and is begun by nobody", async () => {
  const at = started();
  const { begun, handler } = notes();
  await at.add("a", { usefulUntil: new Date(at.now().getTime() + 5_000) });
  at.forward(6);
  at.work(handler);
  await becomes(at, "a", "lapsed");
  expect(begun).toEqual([]);
  expect(await at.queue.receive(32, 1)).toEqual([]);
});

test("a retry that would come too late is not waited for", async () => {
  const at = started();
  await at.add("a", { usefulUntil: new Date(at.now().getTime() + 10_000) });
  at.work(() => Promise.resolve({ kind: "failed", reason: "graph.400" }));
  await becomes(at, "a", "lapsed");
  expect((await at.job("a")).lastFailure).toMatchObject({ how: "failed", reason: "graph.400" });
});

test("that a job ends undone is told before it stands in its record, and again where that fails", async () => {
  const at = started();
  const usefulUntil = new Date(at.now().getTime() + 5_000);
  const told: string[] = [];
  const undone: UndoneOf<TestKinds> = {
    async text(job) {
      const { state } = await at.job(job.of.visit.slice(2));
      told.push([job.of.visit, state, job.usefulUntil?.getTime() === usefulUntil.getTime()].join(" "));
      if (told.length === 1) throw new Error("not now");
    },
  };
  await at.add("late", { usefulUntil });
  at.forward(6);
  at.work(notes({ kind: "hopeless", reason: "gone" }).handler, { undone });
  await becomes(at, "late", "lapsed");
  expect(told).toEqual(["v-late waiting true", "v-late waiting true"]);
  await at.add("hopeless");
  await becomes(at, "hopeless", "poisoned");
  const soon = { usefulUntil: new Date(at.now().getTime() + 10_000) };
  await at.add("again", soon);
  await becomes(at, "again", "poisoned");
  expect(told.slice(2)).toEqual(["v-hopeless running false", "v-again running false"]);
});

test("a job whose flow cannot read what it needs to be told of its end ends once it can", async () => {
  const at = started();
  let isDamaged = true;
  const told: string[] = [];
  const undone: UndoneOf<TestKinds> = {
    text({ of, usefulUntil }) {
      if (isDamaged) return Promise.reject(new UnreadableRecord("a row has another version"));
      told.push([of.visit, usefulUntil?.toISOString() ?? "never"].join(" "));
      return Promise.resolve();
    },
  };
  const usefulUntil = new Date(at.now().getTime() + 5_000);
  await at.add("late", { usefulUntil });
  at.forward(6);
  at.work(notes({ kind: "hopeless", reason: "gone" }).handler, { undone });
  await at.add("hopeless");
  const waits = { state: "waiting", lastFailure: { how: "not-now", reason: "row.unreadable" } };
  for (const key of ["late", "hopeless"])
    await until(async () => expect(await at.job(key)).toMatchObject(waits));
  const lines = at.logged.filter((line) => line.includes("job.undone_unreadable"));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("a row has another version");
  isDamaged = false;
  at.forward(20);
  await becomes(at, "late", "lapsed");
  await becomes(at, "hopeless", "poisoned");
  expect(told.toSorted()).toEqual(["v-hopeless never", "v-late " + usefulUntil.toISOString()]);
});

test.each([
  ["cannot be read", () => new UnreadableRecord("a row is damaged"), "row.unreadable"],
  ["is sealed by other keys", () => new SealBroken("sealed by others"), "row.unreadable"],
  [
    "cannot be read, as somebody says who asked for it",
    () => new Error("not kept", { cause: rowFault() }),
    "row.unreadable.visits",
  ],
])(
  "a job whose row %s waits however often it is tried, and is done once the row is whole",
  async (_how, of, reason) => {
    const at = started();
    let isDamaged = true;
    const begun: string[] = [];
    await at.add("a");
    await at.add("b");
    at.work(({ id }) => {
      if (isDamaged && id === "text:a") return Promise.reject(of());
      begun.push(id);
      return Promise.resolve(done);
    });
    for (let postponements = 1; postponements <= 7; postponements++) {
      await until(async () => expect(await at.job("a")).toMatchObject({ state: "waiting", postponements }));
      const { due, failures, lastFailure } = await at.job("a");
      expect([failures, lastFailure?.how, lastFailure?.reason]).toEqual([0, "not-now", reason]);
      const waits = (due.getTime() - (lastFailure?.at.getTime() ?? 0)) / 1000;
      expect(waits).toBe(Math.min(15 * 2 ** (postponements - 1), 300));
      if (postponements === 7) isDamaged = false;
      at.forward(waits + 1);
    }
    await becomes(at, "a", "done");
    expect(begun.toSorted()).toEqual(["text:a", "text:b"]);
    expect(at.logged.join("")).toContain('"event":"job.waits_for_row","names":["text"]');
  },
);

test("a job whose own row is damaged is made anew when it is asked for, and one of another release is left", async () => {
  const at = started();
  const { begun, handler } = notes();
  const change = async (key: string, to: object) => {
    const stored = await at.store.read("jobs", "jobs", "text:" + key);
    if (stored === undefined) throw new Error("no job");
    await at.store.replace("jobs", { ...stored, body: { ...stored.body, ...to } }, stored.etag);
  };
  for (const key of ["damaged", "newer"]) await at.add(key);
  await change("damaged", { due: "soon" });
  await change("newer", { v: 7 });
  expect((await at.jobs.readSlice("open", { limit: 9 })).unreadable.toSorted()).toEqual([
    "text:damaged",
    "text:newer",
  ]);
  expect([await at.add("damaged"), await at.add("newer"), await at.add("damaged")]).toEqual([
    "added",
    "known",
    "known",
  ]);
  at.work(handler);
  await becomes(at, "damaged", "done");
  expect(begun).toEqual(["text:damaged"]);
  expect((await at.store.read("jobs", "jobs", "text:newer"))?.body["v"]).toBe(7);
});

test("a job of a kind, a form or a version that this release does not know is left to those that do", async () => {
  const at = started();
  const { begun, handler } = notes();
  for (const key of ["kind", "ids", "version"]) await at.add(key);
  const change = async (key: string, to: object) => {
    const stored = await at.store.read("jobs", "jobs", "text:" + key);
    if (stored === undefined) throw new Error("no job");
    await at.store.replace("jobs", { ...stored, body: { ...stored.body, ...to } }, stored.etag);
  };
  await change("kind", { kind: "fax" });
  await change("ids", { of: { person: "0" } });
  await change("version", { v: 2 });
  const end = at.work(handler);
  await at.add("ours");
  await becomes(at, "ours", "done");
  await until(() => expect(at.logged.join("").match(/job\.not_ours/g)).toHaveLength(3));
  await end();
  expect(begun).toEqual(["text:ours"]);
  at.forward(61);
  expect(await at.queue.receive(32, 60)).toHaveLength(3);
  expect(await at.queue.buried(32)).toEqual([]);
});

test("what a newer release wrote into a job stays there", async () => {
  const at = started();
  await at.add("a");
  const stored = await at.store.read("jobs", "jobs", "text:a");
  if (stored === undefined) throw new Error("no job");
  await at.store.replace("jobs", { ...stored, body: { ...stored.body, later: "kept" } }, stored.etag);
  at.work(() => Promise.resolve(done));
  await becomes(at, "a", "done");
  expect((await at.store.read("jobs", "jobs", "text:a"))?.body).toMatchObject({ later: "kept" });
});

test("a message that is none of ours is buried with its reason; one whose job is gone is dropped", async () => {
  const at = started();
  for (const text of ["hello", "{}", '{"job":7}']) await at.queue.send(text, 0);
  await at.queue.send(messageFor("text:gone"), 0);
  at.work(() => Promise.resolve(done));
  await until(async () => expect(await at.queue.buried(32)).toHaveLength(3));
  expect((await at.queue.buried(32)).map(({ reason }) => reason)).toEqual(Array(3).fill("unreadable"));
  at.forward(3_600);
  await until(async () => expect(await at.queue.receive(32, 1)).toEqual([]));
});

test("no more jobs are under way at once than the pace says", async () => {
  const at = started();
  let now = 0;
  let most = 0;
  for (let key = 0; key < 40; key++) await at.add(String(key));
  at.work(
    async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return done;
    },
    { pace: { atOnce: 5 } },
  );
  await until(async () => expect((await at.jobs.readSlice("open", { limit: 100 })).jobs).toEqual([]));
  expect(most).toBe(5);
});

test("who stops finishes what is under way and takes nothing new", async () => {
  const at = started();
  let finish = () => {
    // Set below.
  };
  await at.add("under way");
  const end = at.work(() => new Promise((resolve) => (finish = () => resolve(done))), {
    pace: { drainSeconds: 30 },
  });
  await becomes(at, "under way", "running");
  const ended = end();
  await at.add("new");
  finish();
  await ended;
  expect([await stateOf(at, "under way"), await stateOf(at, "new")]).toEqual(["done", "waiting"]);
  expect(at.states).toEqual(["working", "ending"]);
});

test("what does not finish in time is told to stop, handed back uncounted, and done by another soon", async () => {
  const at = started();
  let told = false;
  await at.add("slow");
  const end = at.work(
    ({ signal }) => new Promise(() => signal.addEventListener("abort", () => (told = true))),
  );
  await becomes(at, "slow", "running");
  await end();
  expect(told).toBe(true);
  expect(await at.job("slow")).toMatchObject({ state: "waiting", failures: 0, losses: 0 });
  at.work(() => Promise.resolve(done));
  at.forward(6);
  await becomes(at, "slow", "done");
});

test("a process that takes no work, as in the staging slot, takes no job", async () => {
  const at = started();
  await at.add("a");
  await at.work(() => Promise.resolve(done), { takesWork: false })();
  expect([await stateOf(at, "a"), at.states]).toEqual(["waiting", ["off"]]);
});

test("a queue that does not answer is asked again, and said once", async () => {
  let down = true;
  const at = started({
    queue: (queue) => ({
      ...queue,
      receive: (most, lease) => (down ? Promise.reject(new Error("no answer")) : queue.receive(most, lease)),
    }),
  });
  await at.add("a");
  at.work(() => Promise.resolve(done));
  await until(() => expect(at.states).toEqual(["queue-silent"]));
  down = false;
  await becomes(at, "a", "done");
  expect(at.states).toEqual(["queue-silent", "working"]);
  expect(at.logged.join("").match(/queue\.not_answering/g)).toHaveLength(1);
});
