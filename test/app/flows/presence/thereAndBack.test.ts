/** A visit that is moved away around the moment at which watching begins, and back again, is watched nevertheless. */
import { expect, onTestFinished, test } from "vitest";
import { watchJob } from "../../../../app/flows/presence/watch.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { waitingIn } from "../../../../app/flows/provider/waiting.ts";
import type { CallEvents } from "../../../../app/ports/callEvents.ts";
import { askAt } from "../../../../app/records/momentJobs.ts";
import { departmentOf, findingDeployment } from "../../../harness/findingDeployment.ts";
import { scriptedChart } from "../../../harness/scriptedChart.ts";

function hospital() {
  const subscribed: Date[] = [];
  const chart = scriptedChart();
  const callEvents = {
    subscribe: ({ until }) => {
      subscribed.push(deployment.now());
      return Promise.resolve({ id: "s" + String(subscribed.length), until, replaced: [] });
    },
    renew: () => Promise.resolve(undefined),
    remove: () => Promise.resolve(),
  } as Pick<CallEvents, "subscribe" | "renew" | "remove"> as CallEvents;
  const deployment = findingDeployment({
    charts: { lamna: chart },
    departments: [departmentOf("lamna", { timeZone: "UTC" })],
    callEvents,
  });
  onTestFinished(() => deployment.close());
  const clientStates = { of: () => "state" };
  deployment.others["watch"] = watchJob({
    ...deployment.parts,
    callEvents,
    clientStates,
  } as unknown as PresencePicks);
  const rounds = async () => {
    for (const round of ["finding.near", "finding.far", "finding.soon"] as const)
      await deployment.round(round, "lamna");
  };
  return { deployment, chart, callEvents, subscribed, rounds };
}

test("finding sees it move there and back", async () => {
  const { deployment, chart, subscribed, rounds } = hospital();
  const wait = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      deployment.forward(1);
      await rounds();
      await deployment.work();
    }
  };
  await rounds();
  const start = deployment.inMinutes(120);
  chart.book({ id: "a", start });
  await wait(70);
  chart.change("a", { start: deployment.inMinutes(290) });
  await wait(10);
  expect(subscribed).toEqual([]);
  chart.change("a", { start });
  await wait(10);
  expect(subscribed).toHaveLength(1);
  await wait(30);
  expect(subscribed).toHaveLength(1);
});

test("the clinician's page alone sees it move there and back", async () => {
  const { deployment, callEvents, subscribed } = hospital();
  const [department] = deployment.said.departments;
  if (department === undefined) throw new Error("no department");
  const start = deployment.inMinutes(120);
  const views = async (from: Date, times: number) => {
    const end = new Date(from.getTime() + 30 * 60_000);
    const facts = { connectionId: "lamna", appointmentId: "a", department };
    for (let view = 0; view < times; view++) {
      const visit = await deployment.parts.visits.open({ ...facts, start: from, end });
      await waitingIn(
        {
          ...deployment.parts,
          callEvents,
          now: deployment.now,
          notifications: { unreadSince: () => Promise.resolve(undefined) },
          workStanding: { workerNow: () => "works" },
        } as unknown as Parameters<typeof waitingIn>[0],
        visit,
      );
      await deployment.work();
    }
  };
  await views(start, 1);
  deployment.forward(70);
  await views(deployment.inMinutes(220), 1);
  deployment.forward(10);
  await deployment.work();
  await views(start, 5);
  expect(subscribed).toHaveLength(1);
});

test.each(["room", "usage", "watch"] as const)(
  "a %s job that was done at its moment is done again for whoever saw the visit come back, and not at each look",
  async (kind) => {
    const { deployment } = hospital();
    let times = 0;
    deployment.others[kind] = () => {
      times += 1;
      return Promise.resolve({ kind: "done" });
    };
    const { jobs } = deployment.parts;
    const id = deployment.visitOf("lamna", "a");
    const due = deployment.inMinutes(10);
    for (let look = 0; look < 2; look++) await askAt(jobs, kind, id, due, "again");
    await deployment.work();
    expect(times).toBe(0);
    deployment.forward(11);
    await deployment.work();
    await askAt(jobs, kind, id, due, "once");
    await deployment.work();
    expect(times).toBe(1);
    await askAt(jobs, kind, id, due, "again");
    await deployment.work();
    expect(times).toBe(2);
  },
);
