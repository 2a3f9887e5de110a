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
  const launch = (from: Date) =>
    visits.open({
      connectionId: "lamna",
      appointmentId: "a",
      department,
      start: from,
      end: new Date(from.getTime() + 30 * 60_000),
      patients: { ids: ["p-a"], namesOf: (one) => Promise.resolve([one]) },
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

test("preparing by what was read before a launch has cancelled the visit does not bring it back", async () => {
  const at = await hospital();
  await at.launch(at.start);
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
});
