/** A visit whose own row says otherwise than the chart, because a launch wrote it by an older answer: a round repairs it. */
import { expect, test } from "vitest";
import { prepareSoon } from "../../../../app/records/preparing.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";

const SOON = 2 * HOUR;
const department = departmentOf("lamna");

/** A hospital with a visit that was found, with what a launch does that believes an older answer. */
async function hospital(inMinutes = SOON) {
  const at = findingHospital();
  const { deployment, book, look } = at;
  const start = deployment.inMinutes(inMinutes);
  book({ start });
  await look("finding.far");
  const id = deployment.visitOf("lamna", "a");
  const { visits } = deployment.parts;
  const launch = (from: Date, patient = "p-a") =>
    visits.open({
      connectionId: "lamna",
      appointmentId: "a",
      department,
      start: from,
      end: new Date(from.getTime() + 30 * 60_000),
      patients: { ids: [patient], namesOf: (one) => Promise.resolve([one]) },
    });
  const visit = async () => visits.byId(id);
  const minutesLater = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 1) {
      deployment.forward(1);
      await look();
    }
  };
  return { ...at, id, start, launch, visit, minutesLater };
}

test("a cancelled visit that a launch has revived is cancelled again within minutes, and nobody is told anew", async () => {
  const at = await hospital();
  at.chart.change("a", { status: "cancelled" });
  await at.look();
  expect((await at.visit())?.state).toBe("cancelled");
  const told = await at.told();
  await at.launch(at.start);
  expect((await at.visit())?.state).toBe("open");
  await at.minutesLater(2);
  expect([(await at.visit())?.state, (await at.found()).standing]).toEqual(["cancelled", "cancelled"]);
  expect(await at.told()).toEqual(told);
});

test("so is one that no search shows any more", async () => {
  const at = await hospital();
  at.chart.change("a", { status: "cancelled" });
  await at.look();
  await at.launch(at.start);
  at.chart.change("a", { location: "elsewhere" });
  await at.minutesLater(2);
  expect((await at.visit())?.state).toBe("cancelled");
});

test("a visit that a launch has moved, or cancelled, by an older answer is as the chart has it within minutes", async () => {
  const at = await hospital();
  await at.launch(at.deployment.inMinutes(3 * HOUR));
  await at.minutesLater(2);
  expect((await at.visit())?.start).toEqual(at.start);
  await at.deployment.parts.visits.cancel("lamna", "a");
  await at.minutesLater(2);
  expect((await at.visit())?.state).toBe("open");
  expect((await at.told()).map(([change]) => change)).toEqual(["new"]);
});

test("one that a launch has left in doubt is not, once the chart names its patient again", async () => {
  const at = await hospital();
  const { visits } = at.deployment.parts;
  const untold = new Error("untold");
  const patients = { ids: ["p-b"], namesOf: () => Promise.reject(untold) };
  const { start, end } = (await at.visit()) ?? {};
  if (start === undefined || end === undefined) throw new Error("no visit");
  const appointment = { connectionId: "lamna", appointmentId: "a", department, start, end, patients };
  await expect(visits.open(appointment)).rejects.toBe(untold);
  expect((await at.visit())?.doubted).toEqual(at.deployment.now());
  await at.minutesLater(2);
  expect((await at.visit())?.doubted).toBeUndefined();
});

test("what a launch has read later than the search is kept, and told", async () => {
  const at = await hospital();
  const later = at.deployment.inMinutes(3 * HOUR);
  await at.launch(later);
  at.chart.change("a", { start: later });
  await at.minutesLater(2);
  expect([(await at.visit())?.start, (await at.found()).start]).toEqual([later, later]);
});

test("a cancelled visit is not revived by a status that does not say that it takes place", async () => {
  const at = await hospital();
  await at.launch(at.start);
  await at.deployment.parts.visits.cancel("lamna", "a");
  at.chart.change("a", { status: "unknown" });
  await at.minutesLater(2);
  expect((await at.visit())?.state).toBe("cancelled");
  at.chart.change("a", { status: "pending" });
  await at.minutesLater(2);
  expect((await at.visit())?.state).toBe("open");
});

test("one that is days ahead waits for its own days", async () => {
  const at = await hospital(60 * HOUR);
  await at.launch(at.deployment.inMinutes(61 * HOUR));
  await at.minutesLater(3);
  await at.look("finding.far");
  expect((await at.visit())?.start).toEqual(new Date(at.start.getTime() + HOUR * 60_000));
  at.deployment.forward(13 * HOUR);
  await at.look("finding.far");
  expect((await at.visit())?.start).toEqual(at.start);
});

test.each([30, 40])(
  "preparing by what was read before a launch has cancelled the visit, which takes %i minutes, does not bring it back",
  async (minutes) => {
    const at = await hospital();
    await at.launch(at.start);
    at.chart.change("a", { minutes });
    const { deployment, chart, id } = at;
    const opened = chart.chart.bind(chart);
    let reads = 0;
    chart.chart = (...as) => {
      const given = opened(...as);
      return {
        ...given,
        async appointment(one) {
          const read = await given.appointment(one);
          reads += 1;
          if (reads === 1) {
            chart.change("a", { status: "cancelled" });
            await deployment.parts.visits.cancel("lamna", "a");
          }
          return read;
        },
      };
    };
    await prepareSoon(deployment.parts.jobs, id);
    await deployment.work();
    expect(reads).toBe(2);
    expect([(await at.visit())?.state, (await at.found()).standing]).toEqual(["cancelled", "cancelled"]);
  },
);

test("a visit that a launch has given to another patient by an older answer is the patient's again within minutes", async () => {
  const at = await hospital();
  const before = await at.visit();
  await at.launch(at.start, "p-b");
  const given = await at.visit();
  expect(given?.epoch).not.toBe(before?.epoch);
  await at.minutesLater(2);
  const after = await at.visit();
  expect([before?.epoch, given?.epoch]).not.toContain(after?.epoch);
  await at.minutesLater(2);
  expect((await at.visit())?.epoch).toBe(after?.epoch);
});

test("so it is not where the chart names nobody", async () => {
  const at = await hospital();
  await at.launch(at.start, "p-b");
  const given = await at.visit();
  at.chart.change("a", { patients: [] });
  const { reads } = at.chart.counts;
  await at.look();
  const once = at.chart.counts.reads - reads;
  await at.minutesLater(3);
  expect(at.chart.counts.reads - reads).toBe(once);
  expect((await at.visit())?.meeting.id).toBeDefined();
  expect(given).toBeDefined();
});

/** Does something once, after the chart has answered the first read by id; counts these reads. */
function afterRead(at: Awaited<ReturnType<typeof hospital>>, act: () => Promise<unknown>) {
  const opened = at.chart.chart.bind(at.chart);
  const count = { reads: 0 };
  at.chart.chart = (...as) => {
    const given = opened(...as);
    return {
      ...given,
      async appointment(one) {
        const read = await given.appointment(one);
        count.reads += 1;
        if (count.reads === 1) await act();
        return read;
      },
    };
  };
  return count;
}

test("what the chart said before a round has found another patient is not kept over that", async () => {
  const at = await hospital();
  const { deployment, chart, id } = at;
  const count = afterRead(at, () => {
    chart.change("a", { patients: ["p-b"] });
    return deployment.round("finding.near", "lamna");
  });
  await prepareSoon(deployment.parts.jobs, id);
  await deployment.work();
  expect((await at.found()).patients).toEqual(deployment.parts.foundVisits.patientHashes(id, ["p-b"]));
  expect((await at.told()).map(([change]) => change)).toEqual(["new", "new"]);
  expect(count.reads).toBeGreaterThan(1);
});

test("nor does it cancel a visit that a round has seen since, or hide it", async () => {
  for (const before of [{ status: "cancelled" }, { isHidden: true }] as const) {
    const at = await hospital();
    const { deployment, chart, id } = at;
    chart.change("a", before);
    afterRead(at, () => {
      chart.change("a", { status: "booked", isHidden: false, minutes: 40 });
      return deployment.round("finding.near", "lamna");
    });
    const cancelled: string[] = [];
    const { visits } = deployment.parts;
    const cancel = visits.cancel.bind(visits);
    Object.assign(visits, {
      cancel: (...of: Parameters<typeof cancel>) => (cancelled.push(of[1]), cancel(...of)),
    });
    await prepareSoon(deployment.parts.jobs, id);
    await deployment.work();
    expect([cancelled, (await at.visit())?.state, (await at.found()).standing]).toEqual([[], "open", "on"]);
    expect((await at.told()).map(([change]) => change)).toEqual(["new"]);
  }
});

test("a visit that others change each time it is read is left to them", async () => {
  const at = await hospital();
  const { deployment, chart, id } = at;
  const opened = chart.chart.bind(chart);
  let reads = 0;
  chart.chart = (...as) => {
    const given = opened(...as);
    return {
      ...given,
      async appointment(one) {
        const read = await given.appointment(one);
        reads += 1;
        const seen = "by another " + String(reads);
        await deployment.parts.foundVisits.edit(id, (found) => ({ found: { ...found, seen } }));
        return read;
      },
    };
  };
  await prepareSoon(deployment.parts.jobs, id);
  await deployment.work();
  expect([reads, (await at.found()).seen]).toEqual([3, "by another 3"]);
});

test("a visit without a row that is given away has other links at once", async () => {
  const at = await hospital(5 * 24 * HOUR);
  const epoch = async () => (await at.deployment.parts.visits.ofLink(at.id))?.epoch;
  const before = await epoch();
  at.chart.change("a", { patients: ["p-b"] });
  await at.look("finding.far");
  expect([await at.visit(), (await epoch()) === before]).toEqual([undefined, false]);
});

test("a round has a visit prepared whose patient still has another's meeting", async () => {
  const at = await hospital();
  const { deployment } = at;
  const first = await at.visit();
  deployment.teams.fault = "unavailable";
  // Given away and back while Teams did not answer.
  for (const patient of ["p-b", "p-a"]) await expect(at.launch(at.start, patient)).rejects.toThrow();
  deployment.teams.fault = undefined;
  expect((await at.visit())?.meeting).toMatchObject({ id: first?.meeting.id, knownTo: "another" });
  await at.minutesLater(2);
  expect((await at.visit())?.meeting.knownTo).toBeUndefined();
});

test("a cancelled visit whose chart does not say that it takes place is not read again and again", async () => {
  const at = await hospital();
  await at.launch(at.start);
  await at.deployment.parts.visits.cancel("lamna", "a");
  at.chart.change("a", { status: "unknown" });
  await at.minutesLater(1);
  const { reads } = at.chart.counts;
  const { looks } = at.deployment.teams;
  for (let turns = 0; turns < 4; turns += 1) {
    await at.minutesLater(15);
    await at.look("finding.far");
    await at.look("finding.soon");
  }
  expect([at.chart.counts.reads, at.deployment.teams.looks]).toEqual([reads, looks]);
  expect((await at.visit())?.state).toBe("cancelled");
  at.chart.change("a", { status: "booked" });
  await at.minutesLater(1);
  expect((await at.visit())?.state).toBe("open");
});

test.each([
  ["has it on", "booked", "open", "on"],
  ["has it cancelled", "cancelled", "cancelled", "cancelled"],
] as const)(
  "one that a launch has cancelled, and was killed, is as the chart %s after the next round",
  async (_what, status, state, standing) => {
    const at = await hospital(30 * HOUR);
    await at.launch(at.start);
    await at.deployment.parts.visits.cancel("lamna", "a");
    at.chart.change("a", { status });
    await at.look("finding.far");
    expect([(await at.visit())?.state, (await at.found()).standing]).toEqual([state, standing]);
  },
);
