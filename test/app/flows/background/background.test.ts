/** What keeps background work going comes round, and what it says of itself. */
import { expect, onTestFinished, test } from "vitest";
import { JOB_KINDS, type Job } from "../../../../app/domain/job.ts";
import { backgroundFlow } from "../../../../app/flows/background/background.ts";
import { workChecks } from "../../../../app/flows/background/checks.ts";
import { jsonLog } from "../../../../app/log.ts";
import { openJobs } from "../../../../app/records/jobs.ts";
import { openWorkStanding, type WorkSays } from "../../../../app/records/workStanding.ts";
import { workplace } from "../../../harness/work.ts";

const signal = new AbortController().signal;

/** The flow on a store of its own, where no worker takes anything. */
function started() {
  const at = workplace();
  onTestFinished(() => at.close());
  const { store, queue, ticks, now } = at;
  const logged: string[] = [];
  const log = jsonLog((line) => void logged.push(line), now);
  const jobs = openJobs({ kinds: JOB_KINDS, store, queue, log });
  const workStanding = openWorkStanding({ jobs, ticks, log, now });
  const flow = backgroundFlow({ jobs, log, queue, workStanding });
  const round = async (name: string) => {
    const tick = flow.ticks.find((one) => one.name === name);
    if (tick === undefined) throw new Error("no round " + name);
    await tick.run({ signal });
  };
  return { at, jobs, flow, logged, round };
}

test("it has no addresses; the trial job comes round each quarter of an hour, the sweep each minute, for everybody", () => {
  const { flow } = started();
  expect(flow.ticks.map(({ name, everySeconds, concerns }) => [name, everySeconds, concerns])).toEqual([
    ["jobs.sweep", 60, "everybody"],
    ["jobs.canary", 900, "everybody"],
  ]);
});

test("a trial job is added once a quarter of an hour, is of use until the next one, and is done as soon as it is begun", async () => {
  const { at, jobs, flow, round } = started();
  await round("jobs.canary");
  await round("jobs.canary");
  const found = (await jobs.readSlice("open", { limit: 10 })).jobs.map(({ job }) => job);
  const slot = new Date(Math.floor(at.now().getTime() / 900_000) * 900_000);
  expect(found).toMatchObject([
    {
      id: "canary:" + slot.toISOString(),
      kind: "canary",
      of: { slot: slot.toISOString() },
      usefulUntil: new Date(slot.getTime() + 900_000),
    },
  ]);
  at.forward(900);
  await round("jobs.canary");
  expect((await jobs.readSlice("open", { limit: 10 })).jobs).toHaveLength(2);
  const [job] = found as [Job];
  const of = { slot: slot.toISOString() };
  expect(await flow.jobs.canary({ id: job.id, of, due: job.due, tries: 1, signal })).toEqual({
    kind: "done",
  });
});

test("a sweep that wakes somebody says how many, and says nothing otherwise", async () => {
  const { at, jobs, logged, round } = started();
  await jobs.add({ kind: "canary", key: "a", of: { slot: "a" } });
  await jobs.add({ kind: "canary", key: "b", of: { slot: "b" } });
  await round("jobs.sweep");
  expect(logged.join("")).not.toContain("jobs.woken_again");
  at.forward(121);
  await round("jobs.sweep");
  expect(logged.join("")).toMatch(/"event":"jobs.woken_again","reason":"2"/);
});

test("each sweep says that it was done, and what an alert tells the owners: how many are poisoned, how long one has been due", async () => {
  const well = started();
  await well.round("jobs.sweep");
  const eventsOf = (logged: readonly string[]) => logged.map((line) => JSON.parse(line) as object);
  expect(eventsOf(well.logged)).toEqual([expect.objectContaining({ event: "jobs.swept" })]);
  const { at, jobs, logged, round } = started();
  for (const key of ["a", "b"]) await jobs.add({ kind: "canary", key, of: { slot: key } });
  const kept = await jobs.read("canary:a");
  await (kept && jobs.write(kept, { ...kept.job, state: "poisoned", endedAt: at.now() }));
  at.forward(700);
  await round("jobs.sweep");
  expect(eventsOf(logged)).toEqual([
    expect.objectContaining({ event: "jobs.woken_again", reason: "1" }),
    expect.objectContaining({ event: "jobs.poisoned", reason: "1" }),
    expect.objectContaining({ event: "jobs.late", reason: expect.stringMatching(/^70\d$/) as string }),
    expect.objectContaining({ event: "jobs.swept" }),
  ]);
});

test("how work stands is among the flow's checks, by their names", async () => {
  const { flow } = started();
  const checks = await flow.checks();
  expect(checks.map(({ name }) => name)).toEqual(["worker", "jobs-due", "jobs-poisoned", "jobs-waiting"]);
  expect(checks[0]?.fault).toMatch(/^No process has taken background work yet\./);
});

const jobs = { oldestDueSeconds: 0, poisoned: 0, waitingForRows: [], sweptSeconds: 0 };
const YET = "Check that the site's setting CONNECTOR_WORKER is not off.";
const AGAIN =
  "will not be tried again by themselves. The log’s event job.poisoned names the reason of each: mend it.";

test.each<[says: WorkSays, ...faults: (string | undefined)[]]>([
  [{ worker: "working", jobs }, undefined, undefined, undefined],
  [
    { worker: "working", jobs: { ...jobs, oldestDueSeconds: 600, sweptSeconds: 600 } },
    undefined,
    undefined,
    undefined,
  ],
  [
    { worker: "queue-silent", jobs },
    "The queue of background work does not answer this process. Look for the event queue.not_answering in the connector's log: it says why.",
    undefined,
    undefined,
  ],
  [
    { worker: "working" },
    "How background work stands is not known, because the store does not answer.",
    undefined,
    undefined,
  ],
  [
    { worker: "off", jobs: { oldestDueSeconds: 0, poisoned: 0, waitingForRows: [] } },
    "No process has taken background work yet. " + YET,
    undefined,
    undefined,
  ],
  [
    { worker: "off", jobs: { ...jobs, oldestDueSeconds: 725, sweptSeconds: 601 } },
    "No process has taken background work for 10 minutes. Check that the site runs and its setting CONNECTOR_WORKER is not off.",
    "A job has been due for 12 minutes. More work comes than is done, or nobody does it.",
    undefined,
  ],
  ...([1, 2, 99, 100] as const).map((poisoned): [WorkSays, undefined, undefined, string] => [
    { worker: "working", jobs: { ...jobs, poisoned } },
    undefined,
    undefined,
    { 1: "1 job", 2: "2 jobs", 99: "99 jobs", 100: "100 jobs or more" }[poisoned] +
      " failed too often and " +
      AGAIN,
  ]),
])("how work stands, in words: %j", (says, ...faults) => {
  expect(workChecks(says).map(({ fault }) => fault)).toEqual([...faults, undefined]);
});

test("where all goes well the checks say nothing else", () => {
  const names = ["worker", "jobs-due", "jobs-poisoned", "jobs-waiting"].map((name) => ({ name }));
  expect(workChecks({ worker: "working", jobs })).toStrictEqual(names);
});

test("a job that waits for a row that cannot be read is told of, with its kind and the row's container", async () => {
  const { at, jobs, flow } = started();
  const fault = async () => (await flow.checks()).find(({ name }) => name === "jobs-waiting")?.fault;
  const waitsFor = async (key: string, reason: string, inSeconds: number) => {
    await jobs.add({ kind: "prepare", key, of: { visit: key } });
    const kept = await jobs.read("prepare:" + key);
    const lastFailure = { how: "not-now", reason, at: at.now() } as const;
    const due = new Date(at.now().getTime() + inSeconds * 1_000);
    await (kept && jobs.write(kept, { ...kept.job, due, lastFailure }));
  };
  await waitsFor("a", "row.unreadable.visits", 299);
  await waitsFor("b", "row.unreadable.visits", -10);
  await waitsFor("c", "row.unreadable", 15);
  await waitsFor("d", "ehr.down", 15);
  expect(await fault()).toBe(
    "2 jobs of the kind prepare wait for a row in visits; 1 job of the kind prepare waits for what other keys have sealed, which cannot be read. The log’s event job.waits_for_row says what is wrong with each.",
  );
});
