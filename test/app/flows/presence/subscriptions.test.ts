/** What Graph has of subscriptions is compared with what visits have: orphans go, and what is gone is made anew. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { compareSubscriptions } from "../../../../app/flows/presence/subscriptions.ts";
import {
  CallEventsFault,
  type CallEvents,
  type MeetingSubscription,
} from "../../../../app/ports/callEvents.ts";
import type { Body } from "../../../../app/ports/store.ts";
import { SealBroken } from "../../../../app/ports/keyring.ts";
import { presenceRowId, presences } from "../../../../app/records/presenceRow.ts";
import type { Presences } from "../../../../app/records/presences.ts";
import { watchAt } from "../../../../app/records/watching.ts";
import type { Tick } from "../../../../app/web/flow.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";

let deployment: ReturnType<typeof reportsDeployment>;
let there: MeetingSubscription[];
let removed: string[];
/** Subscriptions that Graph has although its list, read earlier, lacks them. */
let late: Set<string>;
/** Subscriptions that Graph refuses to remove or to renew. */
let refused: Set<string>;
let tick: Tick;
let parts: PresencePicks;
/** The subscriptions that Graph was asked to remove or to renew, and below the one at which the process stops. */
let asked: string[];
let last: string | undefined;
let stopping: AbortController;
beforeEach(() => {
  deployment = reportsDeployment();
  there = [];
  removed = [];
  late = new Set();
  refused = new Set();
  asked = [];
  last = undefined;
  stopping = new AbortController();
  const ask = (id: string) => {
    asked.push(id);
    if (id === last) stopping.abort();
    return refused.has(id)
      ? Promise.reject(new CallEventsFault("refused", "not " + id))
      : Promise.resolve(late.has(id));
  };
  const callEvents: Pick<CallEvents, "all" | "remove" | "renew"> = {
    all: () => Promise.resolve(there),
    remove: (id) => ask(id).then(() => void removed.push(id)),
    renew: (id, until) => ask(id).then((isThere) => (isThere ? { id, until } : undefined)),
  };
  parts = { ...deployment.parts, presences: deployment.presences, callEvents } as unknown as PresencePicks;
  tick = compareSubscriptions(parts);
});
afterEach(() => deployment.close());

const compare = () => tick.run({ signal: stopping.signal });

/** A visit that has this subscription and is looked at again in `inMinutes` minutes. */
async function watched(id: string, inMinutes = 60): Promise<Visit> {
  const visit = await deployment.visit("visit of " + id, 5);
  await deployment.presences.watching(visit, { subscription: { id, until: deployment.inMinutes(120) } });
  await watchAt(deployment.parts.jobs, visit.id, deployment.inMinutes(inMinutes));
  return visit;
}
const has = (id: string, { meeting: { joinUrl } }: Visit) => void there.push({ id, joinUrl });
const orphans = () => deployment.logged.filter((line) => line.includes("presence.orphans_removed")).length;

test("what Graph has and no visit knows is removed, and everything else is left", async () => {
  has("KNOWN", await watched("known"));
  const other = await watched("other");
  has("other", other);
  has("of-the-same-meeting", other);
  there.push({ id: "of-no-visit", joinUrl: "https://teams.example/deleted" });
  await compare();
  expect(removed).toEqual([]);
  await compare();
  expect(removed).toEqual(["of-the-same-meeting", "of-no-visit"]);
  expect(orphans()).toBe(1);
  there = there.filter(({ id }) => !removed.includes(id));
  await compare();
  expect(removed).toHaveLength(2);
  expect(orphans()).toBe(1);
});

test("what a job may be noting just now is left", async () => {
  has("made-just-now", await watched("before", 0));
  await compare();
  await compare();
  expect(removed).toEqual([]);
});

test("a visit's own subscription is left, however Graph writes its link, and however late it is looked at again", async () => {
  await watched("written-otherwise");
  there.push({ id: "Written-Otherwise", joinUrl: "https://teams.example/nobody" });
  // Links may close a day after the visit's end.
  has("long-open", await watched("long-open", 1440 + 45));
  has("moved", await watched("moved", 20 * 1440));
  await compare();
  await compare();
  expect(removed).toEqual([]);
  there = there.filter(({ id }) => id !== "long-open");
  late.add("written-otherwise");
  await compare();
  expect(deployment.logged.filter((line) => line.includes("presence.subscription_gone"))).toHaveLength(1);
});

test("what was made and is not noted yet is left, however Graph writes its link", async () => {
  const visit = await watched("before");
  late.add("before");
  there.push({ id: "made", joinUrl: "https://teams.example/nobody" });
  await compare();
  await deployment.presences.watching(visit, {
    subscription: { id: "made", until: deployment.inMinutes(120) },
  });
  await compare();
  await compare();
  expect(removed).toEqual([]);
});

test.each([
  ["given up", "poisoned"],
  ["discarded", "discarded"],
] as const)("a subscription whose job was %s is left until it ends", async (_how, state) => {
  const visit = await watched("known");
  has("known", visit);
  const { jobs } = deployment.parts;
  const open = await jobs.readSlice("open", { limit: 10 });
  for (const { job } of open.jobs)
    if (job.kind === "watch")
      await jobs.change(job.id, (one) => ({ ...one, state, endedAt: deployment.now() }));
    else if (state === "poisoned")
      await jobs.change(job.id, (one) => ({ ...one, state: "done", endedAt: deployment.now() }));
  await compare();
  await compare();
  expect(removed).toEqual([]);
});

test("a row that cannot be read stops no removal, and its own subscription is left as far as the row tells it", async () => {
  const [later, damaged] = [await watched("of-a-later-release"), await watched("of-a-damaged-row")];
  has("Of-a-later-release", later);
  has("of-a-damaged-row", damaged);
  there.push({ id: "of-no-visit", joinUrl: "https://teams.example/deleted" });
  const gone = await watched("gone");
  const changed = async ({ id }: Visit, more: Body) => {
    const row = await deployment.store.read(presences.container, id, presenceRowId(id));
    if (row === undefined) throw new Error("no row");
    await deployment.store.replace(presences.container, { ...row, body: { ...row.body, ...more } }, row.etag);
  };
  await changed(later, { v: 99 });
  await changed(damaged, { subscription: 1 });
  await compare();
  await compare();
  expect(removed).toEqual(["of-a-damaged-row", "of-no-visit"]);
  expect((await deployment.presences.of(gone.id))?.former).toEqual(["gone"]);
  expect(deployment.logged.filter((line) => line.includes("presence.unreadable"))).toHaveLength(2);
});

test("what Graph refuses for one subscription stops none of the others, and is told in the end", async () => {
  const gone = await watched("gone");
  await watched("refused-too");
  for (const id of ["refused", "orphan"]) there.push({ id, joinUrl: "https://teams.example/" + id });
  refused = new Set(["refused", "refused-too"]);
  await expect(compare()).rejects.toThrow("not refused-too");
  await expect(compare()).rejects.toThrow("not refused");
  expect(removed).toEqual(["orphan"]);
  expect(orphans()).toBe(1);
  expect((await deployment.presences.of(gone.id))?.former).toEqual(["gone"]);
});

test.each([
  ["one", ["one"]],
  ["gone", ["one", "other", "gone"]],
])("a process that is stopping while Graph is asked for %s asks for nothing more", async (id, asks) => {
  await watched("gone");
  await watched("gone-too");
  late = new Set(["gone", "gone-too"]);
  for (const orphan of ["one", "other"])
    there.push({ id: orphan, joinUrl: "https://teams.example/" + orphan });
  await compare();
  asked = [];
  last = id;
  await compare();
  expect(asked).toEqual(asks);
});

test("what a visit has and Graph has no more is made anew, and whoever came meanwhile may have come unheard", async () => {
  const gone = await watched("gone");
  const listedTooEarly = await watched("made-later");
  late.add("made-later");
  await compare();
  const { presences } = deployment;
  expect(await presences.of(gone.id)).toMatchObject({ gap: deployment.now(), former: ["gone"] });
  expect((await presences.of(gone.id))?.subscription).toBeUndefined();
  expect((await presences.of(listedTooEarly.id))?.subscription?.id).toBe("made-later");
  expect((await presences.of(listedTooEarly.id))?.gap).toBeUndefined();
  const due = await deployment.parts.jobs.readSlice("open", { before: deployment.inMinutes(1), limit: 10 });
  expect(due.jobs.map(({ job }) => [job.kind, job.of])).toEqual([["watch", { visit: gone.id }]]);
});

test("a subscription to a meeting that is not the visit's any more is looked at, once", async () => {
  const visit = await watched("former");
  has("former", visit);
  const subscription = { id: "former", until: deployment.inMinutes(120), of: { meeting: "another" } };
  await deployment.presences.watching(visit, { subscription });
  const due = async () => {
    const { jobs } = await deployment.parts.jobs.readSlice("open", {
      before: deployment.inMinutes(1),
      limit: 10,
    });
    return jobs.map(({ job }) => job.kind);
  };
  expect(await due()).toEqual([]);
  await compare();
  await compare();
  expect([await due(), removed]).toEqual([["watch"], []]);
});

test.each(["missed", "watching"])("killed after %s, another process watches the visit anew", async (step) => {
  const gone = await watched("gone");
  const { presences } = deployment;
  const unlessKilled = (name: string) => {
    if (name === step) throw new Error("killed");
  };
  const mortal: Presences = {
    ...presences,
    async missed(...args) {
      await presences.missed(...args);
      unlessKilled("missed");
    },
    async watching(...args) {
      await presences.watching(...args);
      unlessKilled("watching");
    },
  };
  await expect(
    compareSubscriptions({ ...parts, presences: mortal }).run({ signal: stopping.signal }),
  ).rejects.toThrow("killed");
  const { jobs } = await deployment.parts.jobs.readSlice("open", {
    before: deployment.inMinutes(2),
    limit: 10,
  });
  expect(jobs.map(({ job }) => [job.kind, job.of])).toEqual([["watch", { visit: gone.id }]]);
});

test("what has ended because its job was given up is a gap, and is made anew once", async () => {
  const givenUp = await watched("given-up");
  const { jobs } = deployment.parts;
  for (const { job } of (await jobs.readSlice("open", { limit: 10 })).jobs)
    await jobs.change(job.id, (one) => ({ ...one, state: "poisoned", endedAt: deployment.now() }));
  has("given-up", givenUp);
  deployment.forward(119);
  await compare();
  expect((await deployment.presences.of(givenUp.id))?.gap).toBeUndefined();
  there = [];
  deployment.forward(2);
  await compare();
  const at = deployment.now();
  expect(await deployment.presences.of(givenUp.id)).toMatchObject({ gap: at, former: ["given-up"] });
  const due = await jobs.readSlice("open", { before: deployment.inMinutes(1), limit: 10 });
  expect(due.jobs.map(({ job }) => [job.kind, job.of])).toEqual([["watch", { visit: givenUp.id }]]);
  deployment.forward(15);
  await compare();
  expect((await deployment.presences.of(givenUp.id))?.gap).toEqual(at);
});

test("a subscription that has ended by itself is nobody's loss here", async () => {
  await watched("over");
  deployment.forward(121);
  const before = await deployment.parts.jobs.readSlice("open", { limit: 10 });
  await compare();
  expect(await deployment.parts.jobs.readSlice("open", { limit: 10 })).toEqual(before);
});

test("however many jobs and pages there are, each visit that is watched is known", async () => {
  for (const id of ["one", "two", "three"]) has(id, await watched(id));
  there.push({ id: "orphan", joinUrl: "https://teams.example/orphan" });
  const { jobs } = deployment.parts;
  const page: typeof jobs.readSlice = (listed, query) => jobs.readSlice(listed, { ...query, limit: 1 });
  const paged = compareSubscriptions({ ...parts, jobs: { ...jobs, readSlice: page } });
  for (let times = 0; times < 2; times++) await paged.run({ signal: stopping.signal });
  expect(removed).toEqual(["orphan"]);
  expect(deployment.logged.at(-1)).toMatch(/"event":"presence.orphans_removed","count":1\b/);
});

test("what a job that runs may be noting is left, however late it was due", async () => {
  const visit = await watched("before");
  has("made-just-now", visit);
  const { jobs } = deployment.parts;
  const { jobs: open } = await jobs.readSlice("open", { limit: 10 });
  for (const { job } of open)
    if (job.kind === "watch") await jobs.change(job.id, (one) => ({ ...one, state: "running" }));
  await compare();
  await compare();
  expect(removed).toEqual([]);
  // Nor is Graph asked for the one that it does not list.
  expect(asked).toEqual([]);
});

test("a job of another kind changes nothing at Graph, however soon it is due", async () => {
  const visit = await watched("before");
  late.add("before");
  has("left-by-a-killed-process", visit);
  const of = { visit: visit.id };
  await deployment.parts.jobs.add({ kind: "usage", key: "now", of, due: deployment.now() });
  await compare();
  await compare();
  expect(removed).toEqual(["left-by-a-killed-process"]);
});

test("what cannot be read is told with how many, and what fails otherwise stops all", async () => {
  for (const id of ["one", "two"]) await watched(id);
  late = new Set(["one", "two"]);
  const broken = (error: Error) =>
    compareSubscriptions({
      ...parts,
      presences: { ...deployment.presences, of: () => Promise.reject(error) },
    });
  await broken(new SealBroken("not ours")).run({ signal: stopping.signal });
  expect(deployment.logged.at(-1)).toMatch(/"event":"presence.unreadable".*"count":2\b/);
  await expect(broken(new Error("no store")).run({ signal: stopping.signal })).rejects.toThrow("no store");
});

test("a process that is stopping while it reads the visits asks Graph for nothing", async () => {
  await watched("gone");
  there.push({ id: "orphan", joinUrl: "https://teams.example/orphan" });
  await compare();
  asked = [];
  const of: Presences["of"] = (visit) => {
    stopping.abort();
    return deployment.presences.of(visit);
  };
  await compareSubscriptions({ ...parts, presences: { ...deployment.presences, of } }).run({
    signal: stopping.signal,
  });
  expect(asked).toEqual([]);
});

test("of what is gone the log says the connection, and a subscription that ends at this moment is over", async () => {
  await watched("gone");
  await compare();
  expect(deployment.logged.at(-1)).toMatch(/"event":"presence.subscription_gone","connection":"lamna"/);
  const over = await watched("over");
  await deployment.presences.watching(over, { subscription: { id: "over", until: deployment.now() } });
  asked = [];
  await compare();
  expect(asked).toEqual([]);
});

test("what is known of visits is read only where jobs name them, and of those that are far away nothing else", async () => {
  const far = await deployment.visit("unwatched", 1440);
  const { jobs, visits } = deployment.parts;
  for (const job of (await jobs.readSlice("open", { limit: 10 })).jobs)
    await jobs.change(job.job.id, (one) => ({ ...one, state: "done", endedAt: deployment.now() }));
  await watchAt(jobs, far.id, deployment.inMinutes(1400));
  await jobs.add({ kind: "canary", key: "slot", of: { slot: "slot" }, due: deployment.inMinutes(60) });
  const given = await deployment.visit("given up", 1440);
  for (const { job } of (await jobs.readSlice("open", { limit: 10 })).jobs)
    if (job.of["visit"] === given.id)
      await jobs.change(job.id, (one) => ({ ...one, state: "poisoned", endedAt: deployment.now() }));
  const [looked, read]: [unknown[], unknown[]] = [[], []];
  const of: Presences["of"] = (id) => (looked.push(id), deployment.presences.of(id));
  const byId: typeof visits.byId = (id) => (read.push(id), visits.byId(id));
  await compareSubscriptions({
    ...parts,
    presences: { ...deployment.presences, of },
    visits: { ...visits, byId },
  }).run({ signal: stopping.signal });
  expect([looked, read, asked, removed]).toEqual([[far.id], [], [], []]);
});
