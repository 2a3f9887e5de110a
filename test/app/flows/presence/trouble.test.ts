import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";
import { presenceChecks } from "../../../../app/flows/presence/checks.ts";
import { countJob } from "../../../../app/flows/reports/count.ts";
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
    const { jobs: open } = await jobs.page("open", { before, limit: 100 });
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
  expect(person?.moments.map(({ place }) => place)).toEqual(["lobby", "left"]);
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
