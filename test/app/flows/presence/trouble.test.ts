import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";
import { standings } from "../../../../app/domain/presence.ts";
import { watchAt } from "../../../../app/records/watching.ts";
import type { ScenarioName } from "../../../../app/sandbox/oracle/clinic/scenarios.ts";
import { presenceChecks } from "../../../../app/flows/presence/checks.ts";
import { countJob } from "../../../../app/flows/reports/count.ts";
import { compareSubscriptions } from "../../../../app/flows/presence/subscriptions.ts";
import { watchJob } from "../../../../app/flows/presence/watch.ts";
import { Browser } from "../../sandbox/microsoft/browser.ts";

let deployment: Deployment;
beforeAll(async () => void (deployment = await startDeployment()));
afterAll(() => deployment.stop());

const nothingOpen = async () => {
  await deployment.sandbox.microsoft.told();
  const { jobs, now } = deployment.parts;
  for (;;) {
    const before = new Date(now().getTime() + 1000);
    const { jobs: open } = await jobs.readSlice("open", { before, limit: 100 });
    if (open.every(({ job }) => job.kind !== "notification" && job.kind !== "watch")) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

test("where Graph has as many subscriptions as it gives, the page says that the status is unavailable, and the log which limit", async () => {
  deployment.sandbox.microsoft.faults.set({ subscriptions: "limit" });
  const clinician = new Person();
  const page = await launchScenario(deployment, clinician, "startsSoon");
  deployment.work();
  await nothingOpen();
  expect((await clinician.open(page.url)).html).toContain("Live status unavailable");
  const refused = deployment.logged.find((line) => line.includes("presence.not_watched"));
  expect(refused).toContain("as many subscriptions as it gives this application in this organization");
  const { callEvents, jobs, presences, visits } = deployment.parts;
  // Till it is watched, who came may have come unheard: reports say of nobody that they stayed away.
  const watched = visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
  if (watched === undefined) throw new Error("the patient's link names no visit");
  expect((await presences.of(watched))?.gap).toBeInstanceOf(Date);
  expect(await presenceChecks({ callEvents, jobs })()).toEqual([
    {
      name: "presence",
      fault: expect.stringContaining("gives this application in this organization") as string,
    },
  ]);
  deployment.sandbox.microsoft.faults.clear();
  deployment.clock.forward(300_000);
  await nothingOpen();
  expect(await presenceChecks({ callEvents, jobs })()).toEqual([{ name: "presence" }]);
});

test("what Graph brings twice, or after what happened next, is the same in the end", async () => {
  const { microsoft } = deployment.sandbox;
  const page = await launchScenario(deployment, new Person(), "inProgress");
  const visit = deployment.parts.visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
  if (visit === undefined) throw new Error("no link");
  await nothingOpen();
  const room = (await deployment.parts.visits.byId(visit))?.meeting.joinUrl ?? "";
  const patient = new Browser();
  microsoft.faults.set({ notifications: "held-back" });
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  microsoft.faults.set({ notifications: "doubled" });
  await patient.submit(room, { do: "leave" });
  await nothingOpen();
  const [person, ...others] = (await deployment.parts.presences.of(visit))?.people ?? [];
  expect(others).toEqual([]);
  expect(person?.moments.map(({ whereabouts }) => whereabouts)).toEqual(["lobby", "left"]);
});

/** A visit of the chart that is watched, and its meeting. */
async function watchedVisit(scenario: ScenarioName) {
  const { parts } = deployment;
  const page = await launchScenario(deployment, new Person(), scenario);
  const id = parts.visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
  const visit = id && (await parts.visits.byId(id));
  if (visit === undefined) throw new Error("no link");
  await nothingOpen();
  const { joinUrl: room } = visit.meeting;
  const there = async () => {
    await nothingOpen();
    const watched = await parts.presences.of(visit.id);
    return watched === undefined
      ? []
      : standings(watched).map(({ look, whereabouts }) => look + " " + whereabouts);
  };
  return { visit, room, there, watched: () => parts.presences.of(visit.id) };
}

/** Launched once: later in this file its time has come and gone. */
let below: ReturnType<typeof watchedVisit> | undefined;
const inRoomBelow = () => (below ??= watchedVisit("inRoomBelow"));

test("who dials in, who comes again and who only opens the lobby is told apart", async () => {
  const { room, there, watched } = await inRoomBelow();
  await new Browser().submit(room, { do: "look-in" });
  expect(await there()).toEqual(["outside left"]);
  const caller = new Browser();
  await caller.submit(room, { do: "join-phone" });
  expect(await there()).toEqual(["outside left", "phone lobby"]);
  const patient = new Browser();
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  await patient.submit(room, { do: "leave" });
  await patient.submit(room, { do: "again" });
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  expect(await there()).toEqual(["outside left", "phone lobby", "outside left", "outside lobby"]);
  for (const browser of [caller, patient]) await browser.submit(room, { do: "leave" });
  expect((await there()).filter((one) => !one.endsWith("left"))).toEqual([]);
  expect(JSON.stringify(await watched())).not.toMatch(/202555|Pat|visitor/);
});

test("whoever waits goes on waiting where Graph tells of them again without saying so", async () => {
  const { microsoft } = deployment.sandbox;
  const { room, there, watched, visit } = await inRoomBelow();
  const [before, gap] = [await there(), (await watched())?.gap];
  const [patient, caller] = [new Browser(), new Browser()];
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  // Graph is to have told of the patient whole.
  expect(await there()).toEqual([...before, "outside lobby"]);
  microsoft.faults.set({ roster: "others-in-part" });
  await caller.submit(room, { do: "join-phone" });
  expect(await there()).toEqual([...before, "outside lobby", "phone lobby"]);
  expect((await watched())?.gap).toEqual(gap);
  // Of somebody new it does not say whether they wait, so it has not told all.
  const at = deployment.parts.now();
  const event = { kind: "roster", at, people: [{ id: "new", look: "outside" }] } as const;
  await deployment.parts.presences.tell(visit, event, at);
  expect((await watched())?.gap).toEqual(at);
  expect(await there()).toEqual([...before, "outside lobby", "phone lobby"]);
  microsoft.faults.clear();
  for (const browser of [caller, patient]) await browser.submit(room, { do: "leave" });
  expect((await there()).filter((one) => !one.endsWith("left"))).toEqual([]);
});

test("what Graph delays is true once it comes, also after what happened later", async () => {
  const { microsoft } = deployment.sandbox;
  const { room, there } = await inRoomBelow();
  const before = await there();
  const patient = new Browser();
  microsoft.faults.set({ notifications: "delayed" });
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  expect(await there()).toEqual(before);
  microsoft.faults.clear();
  await patient.submit(room, { do: "leave" });
  expect(await there()).toEqual([...before, "outside left"]);
  await new Browser().submit(microsoft.pages + "/faults/once", { do: "delayed" });
  expect(await there()).toEqual([...before, "outside left"]);
});

test("what Graph loses of somebody is not known, until the call ends for everybody", async () => {
  const { microsoft } = deployment.sandbox;
  const { room, there } = await inRoomBelow();
  const before = await there();
  const [patient, other] = [new Browser(), new Browser()];
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  await other.submit(room, { do: "join-guest", name: "Sam Example" });
  microsoft.faults.set({ notifications: "lost" });
  await patient.submit(room, { do: "leave" });
  expect(await there()).toEqual([...before, "outside lobby", "outside lobby"]);
  microsoft.faults.clear();
  await other.submit(room, { do: "leave" });
  expect(await there()).toEqual([...before, "outside left", "outside left"]);
});

test.each([
  ["reauthorizationRequired", "the same one, renewed"],
  ["subscriptionRemoved", "another one"],
  ["missed", "another one"],
] as const)("after %s of a subscription, who comes is told by %s", async (event, which) => {
  const { microsoft } = deployment.sandbox;
  const { room, there, watched } = await inRoomBelow();
  const before = await there();
  const was = (await watched())?.subscription?.id;
  expect(await new Browser().text(room)).toContain('href="/faults"');
  await new Browser().submit(microsoft.pages + "/faults/once", { do: event });
  await there();
  expect((await watched())?.subscription?.id === was).toBe(which === "the same one, renewed");
  const patient = new Browser();
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  expect(await there()).toEqual([...before, "outside lobby"]);
  await patient.submit(room, { do: "leave" });
  expect(await there()).toEqual([...before, "outside left"]);
});

test.each([
  ["refused", "refused"],
  ["not-reached", "not-reached"],
] as const)("where Graph's subscriptions are %s, it is told why, and tried again", async (fate, trouble) => {
  const { sandbox, parts, clock } = deployment;
  const { visit, room, there, watched } = await inRoomBelow();
  const before = await there();
  sandbox.microsoft.faults.set({ subscriptions: fate });
  sandbox.microsoft.tellLifecycle("subscriptionRemoved");
  await there();
  expect((await watched())?.trouble).toBe(trouble);
  expect(await presenceChecks({ callEvents: parts.callEvents, jobs: parts.jobs })()).toEqual([
    { name: "presence", fault: expect.any(String) as string },
  ]);
  sandbox.microsoft.faults.clear();
  await watchAt(parts.jobs, visit.id, clock.now());
  const patient = new Browser();
  await there();
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  await patient.submit(room, { do: "leave" });
  expect(await there()).toEqual([...before, "outside left"]);
});

test("what Graph has and nobody noted is removed, and the visit is watched anew", async () => {
  const { microsoft } = deployment.sandbox;
  const { visit, watched } = await watchedVisit("inProgressBehavioral");
  const before = await watched();
  const others = () =>
    microsoft
      .subscriptions()
      .filter(({ resource }) => !resource.includes(encodeURIComponent(visit.meeting.joinUrl)));
  const kept = others().map(({ id }) => id);
  if (before?.subscription === undefined) throw new Error("not watched");
  await deployment.parts.presences.watching(visit, {
    subscription: { id: "never-made", until: before.subscription.until },
  });
  await compareSubscriptions(deployment.parts).run({ signal: new AbortController().signal });
  await nothingOpen();
  const now = (await watched())?.subscription?.id;
  expect(microsoft.subscriptions().map(({ id }) => id)).not.toContain(before.subscription.id);
  expect(microsoft.subscriptions().map(({ id }) => id)).toContain(now);
  expect(others().map(({ id }) => id)).toEqual(kept);
});

test("two jobs of one visit that ask Graph at the same moment leave one subscription, and it is the one that is noted", async () => {
  const { callEvents, now, presences, visits } = deployment.parts;
  if (callEvents === undefined) throw new Error("presence is off");
  const page = await launchScenario(deployment, new Person(), "inProgressBehavioral");
  const id = deployment.parts.visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
  if (id === undefined) throw new Error("no link");
  await nothingOpen();
  const visit = await visits.byId(id);
  const first = (await presences.of(id))?.subscription;
  if (visit === undefined || first === undefined) throw new Error("not subscribed");
  await callEvents.remove(first.id);
  await presences.watching(visit, {});
  const others = deployment.sandbox.microsoft.subscriptions();

  const both = Promise.withResolvers<undefined>();
  let asked = 0;
  const together = {
    ...deployment.parts,
    callEvents: {
      ...callEvents,
      async subscribe(to: Parameters<typeof callEvents.subscribe>[0]) {
        const subscription = await callEvents.subscribe(to);
        asked += 1;
        if (asked === 2) both.resolve(undefined);
        await both.promise;
        return subscription;
      },
    },
  };
  const task = { id: "watch", of: { visit: id }, due: now(), tries: 1, signal: new AbortController().signal };
  const outcomes = await Promise.all([watchJob(together)(task), watchJob(together)(task)]);
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["done", "not-now"]);
  expect((await watchJob(deployment.parts)(task)).kind).toBe("done");
  const left = deployment.sandbox.microsoft.subscriptions();
  expect(left).toHaveLength(others.length + 1);
  const noted = (await presences.of(id))?.subscription;
  expect(noted?.until.getTime()).toBeGreaterThan(now().getTime());
  await callEvents.remove(noted?.id ?? "none");
  expect(deployment.sandbox.microsoft.subscriptions()).toHaveLength(others.length);
});

test("where Graph told nothing, its reports of attendance say afterwards who was there, in each session", async () => {
  const { clock, parts, sandbox } = deployment;
  const { microsoft } = sandbox;
  microsoft.faults.set({ notifications: "lost", attendance: "not-yet" });
  const page = await launchScenario(deployment, new Person(), "startsSoon");
  const id = parts.visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
  const visit = id && (await parts.visits.byId(id));
  if (visit === undefined) throw new Error("no link");
  await parts.presences.staffCame(visit, "7d0c5a1e-0000-4000-8000-00000000b002");
  const room = visit.meeting.joinUrl;
  const [patient, relative, staff] = [new Browser(), new Browser(), new Browser()];
  const to = new URL(room);
  await staff.submit(`${to.origin}/teams/sign-in?to=${encodeURIComponent(to.pathname + to.search)}`, {
    account: "avery.park@lamna.example",
  });
  const session = async (guest: Browser) => {
    await staff.submit(room, { do: "join-account" });
    await guest.submit(room, { do: "join-guest", name: "Pat Example" });
    await staff.submit(room, { do: "admit-all" });
    clock.forward(60_000);
    await staff.submit(room, { do: "end" });
    await staff.submit(room, { do: "again" });
  };
  await session(patient);
  clock.forward(60_000);
  await session(relative);

  const task = {
    id: "usage",
    of: { visit: visit.id },
    due: clock.now(),
    tries: 1,
    signal: new AbortController().signal,
  };
  const count = countJob(parts);
  const row = async () => {
    expect(await count(task)).toEqual({ kind: "done" });
    const [from, before] = [-1, 1].map((days) => new Date(visit.start.getTime() + days * 86_400_000));
    if (from === undefined || before === undefined) throw new Error("no time");
    for await (const { usages } of parts.usages.between(from, before, "ascending")) {
      const own = usages.find((one) => one.id === visit.id);
      if (own !== undefined) return own;
    }
    return undefined;
  };
  clock.forward(visit.end.getTime() + 11 * 60_000 - clock.now().getTime());
  expect(await row()).toMatchObject({ outcome: "not-known", source: "none" });
  microsoft.faults.clear();
  expect(await row()).toMatchObject({
    outcome: "completed",
    source: "attendance",
    attendees: 3,
    atOnce: 2,
    staff: [{ seconds: 120 }],
  });
  const kept = await parts.store.read("visits", visit.id, "presence-" + visit.id);
  expect(JSON.stringify(kept)).not.toMatch(/Pat|Avery|@|visitor/);
});

test("a subscription that Graph makes for a short time is renewed before it ends", async () => {
  const { sandbox, clock } = deployment;
  const { room, there, watched } = await inRoomBelow();
  const before = await there();
  const now = clock.now();
  sandbox.microsoft.faults.set({ subscriptions: "short" });
  sandbox.microsoft.tellLifecycle("subscriptionRemoved");
  await there();
  const first = (await watched())?.subscription;
  const left = (first?.until.getTime() ?? 0) - now.getTime();
  expect(left).toBeLessThan(46 * 60_000);
  clock.forward(left - 60_000);
  await there();
  expect((await watched())?.subscription?.until.getTime()).toBeGreaterThan(first?.until.getTime() ?? 0);
  clock.forward(120_000);
  await new Browser().submit(room, { do: "look-in" });
  expect(await there()).toEqual([...before, "outside left"]);
  // Nobody was at work when it ended, so who came then may have come unheard.
  const ended = (await watched())?.subscription?.until ?? new Date(0);
  clock.forward(ended.getTime() - clock.now().getTime() + 60_000);
  await there();
  expect((await watched())?.gap?.getTime()).toBeGreaterThan(ended.getTime());
  sandbox.microsoft.faults.clear();
});
