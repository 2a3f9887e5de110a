/**
 * The chart gives a visit to another patient: who is told of it, and that nobody is told the end of what they never knew
 * of.
 */
import { expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import { FOUND_PARTITION } from "../../../../app/records/visitChanges.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const DAY = 24 * 60;
const ANOTHER = "+13125550199";

async function hospital(looked = true) {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  if (looked) await deployment.turn();
  deployment.chart.recipients.set("p-a", { textNumber: NUMBER });
  deployment.chart.recipients.set("p-b", { textNumber: ANOTHER });
  deployment.chart.book({ id: "a", start: deployment.inMinutes(DAY) });
  await deployment.turn();
  return {
    ...deployment,
    /** The texts since this was last called: to whom they went, and what they said. */
    since: () =>
      deployment.texts.splice(0).map(({ to, text }) => {
        const says = [/canceled/, /moved/, /[Rr]eminder/].find((words) => words.test(text));
        return [to === NUMBER ? "a" : "b", says?.source ?? "first"].join(" ");
      }),
  };
}

test("another patient is told as of something new, and they alone of its end", async () => {
  const deployment = await hospital();
  expect(deployment.since()).toEqual(["a first"]);
  deployment.chart.change("a", { patients: ["p-b"] });
  await deployment.wait(3);
  expect(deployment.since()).toEqual(["b first"]);
  deployment.chart.change("a", { start: deployment.inMinutes(2 * DAY) });
  await deployment.wait(4);
  expect(deployment.since()).toEqual(["b moved"]);
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.wait(4);
  expect(deployment.since()).toEqual(["b canceled"]);
});

test("whoever it is given back to is told once more: their first link is good no longer", async () => {
  const deployment = await hospital();
  for (const patient of ["p-b", "p-a"]) {
    deployment.chart.change("a", { patients: [patient] });
    await deployment.wait(3);
  }
  expect(deployment.since()).toEqual(["a first", "b first", "a first"]);
});

test.each([
  ["told of it", true, ["a first"]],
  ["known before", false, []],
])(
  "given and canceled between two looks, where the first patient was %s: nobody is told",
  async (_, looked, texts) => {
    const deployment = await hospital(looked);
    deployment.chart.change("a", { patients: ["p-b"], status: "cancelled" });
    await deployment.wait(4);
    expect(deployment.since()).toEqual(texts);
    expect((await deployment.told("a")).at(-1)).toBe("cancellation text withheld not-told");
  },
);

test.each([
  ["moved", {}, ["b first"]],
  ["canceled", { status: "cancelled" }, []],
] as const)("what is %s before the other patient was told", async (_, change, texts) => {
  const deployment = await hospital();
  deployment.since();
  deployment.setClock("2027-01-04T22:00:00Z");
  deployment.chart.change("a", { patients: ["p-b"] });
  await deployment.turn();
  deployment.chart.change("a", { start: deployment.inMinutes(3 * DAY), ...change });
  await deployment.wait(12 * 60, 10);
  expect(deployment.since()).toEqual(texts);
});

test("a change that the chart gives to somebody else before it is told waits until that was seen", async () => {
  const deployment = await hospital();
  deployment.since();
  deployment.chart.change("a", { start: deployment.inMinutes(2 * DAY) });
  await deployment.wait(1);
  const opened = deployment.chart.chart.bind(deployment.chart);
  const search = { kind: "down", reason: "away" } as const;
  deployment.chart.trouble = (request) => (request === "search" ? search : undefined);
  deployment.chart.change("a", { patients: ["p-b"] });
  await deployment.wait(10);
  expect(deployment.since()).toEqual([]);
  deployment.chart.chart = opened;
  deployment.chart.trouble = () => undefined;
  await deployment.wait(5);
  expect(deployment.since()).toEqual(["b first"]);
});

test("a patient whose records are combined is told nothing twice, and of the end", async () => {
  const deployment = await hospital();
  deployment.chart.combined.set("p-b", ["p-a"]);
  deployment.chart.change("a", { patients: ["p-b"] });
  await deployment.wait(4);
  expect(deployment.since()).toEqual(["a first"]);
  expect(await deployment.told("a")).toContain("confirmation text withheld same-time");
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.wait(4);
  expect(deployment.since()).toEqual(["b canceled"]);
});

test("a patient who is named by a second id, and by the first alone again, is told nothing twice", async () => {
  const deployment = await hospital();
  deployment.chart.combined.set("p-a", ["p-a2"]);
  const named = async (...patients: string[]) => {
    deployment.chart.change("a", { patients });
    await deployment.wait(4);
  };
  await named("p-a", "p-a2");
  await named("p-a");
  await named("p-a", "p-a2");
  expect(deployment.since()).toEqual(["a first"]);
  deployment.chart.change("a", { start: deployment.inMinutes(2 * DAY) });
  await deployment.wait(4);
  await named("p-a");
  expect(deployment.since()).toEqual(["a moved"]);
  // Somebody else had other links meanwhile.
  await named("p-b");
  await named("p-a");
  expect(deployment.since()).toEqual(["b first", "a first"]);
});

test.each([
  ["that has its meeting", DAY, true],
  ["days ahead", 5 * DAY, false],
])(
  "a message of a visit %s that is given away while its chart is read gives it back to nobody",
  async (_what, ahead, hasRow) => {
    const deployment = messagesDeployment();
    onTestFinished(() => deployment.close());
    deployment.setClock("2027-01-04T10:00:00Z");
    await deployment.turn();
    const { chart, parts } = deployment;
    chart.recipients.set("p-a", { textNumber: NUMBER });
    chart.recipients.set("p-b", { textNumber: ANOTHER });
    chart.book({ id: "a", start: deployment.inMinutes(ahead) });
    await deployment.turn();
    const start = deployment.inMinutes(ahead + 60);
    const facts = {
      ...{
        connectionId: "lamna",
        appointmentId: "a",
        department: departmentOf("lamna", { timeZone: "UTC" }),
      },
      ...{ start, end: new Date(start.getTime() + 30 * 60_000) },
      patients: { ids: ["p-b"], namesOf: (id: string) => Promise.resolve([id]) },
    };
    const opened = chart.chart.bind(chart);
    let given: number | undefined;
    chart.chart = (...as) => {
      const one = opened(...as);
      return {
        ...one,
        async recipient(id) {
          const came = await one.recipient(id);
          if (given !== undefined) return came;
          chart.change("a", { patients: ["p-b"] });
          given = (await parts.visits.expect(facts, false)).links.epoch;
          return came;
        },
      };
    };
    const id = deployment.visitOf("lamna", "a");
    expect([deployment.texts.length, (await parts.visits.byId(id)) !== undefined]).toEqual([1, hasRow]);
    chart.change("a", { start });
    for (let minute = 0; given === undefined && minute < 10; minute += 1) await deployment.wait(1);
    expect(given).toBeDefined();
    expect([deployment.texts.slice(1), (await parts.visits.ofLink(id))?.epoch]).toEqual([[], given]);
    await deployment.wait(4);
    expect(deployment.texts.slice(1).map(({ to }) => to)).toEqual([ANOTHER]);
    expect((await parts.visits.ofLink(id))?.epoch).toBe(given);
  },
);

test("a patient whose records are taken apart again is told of the visit once more, because their link is another one", async () => {
  const deployment = await hospital();
  deployment.chart.combined.set("p-a", ["p-a2"]);
  deployment.chart.change("a", { patients: ["p-a", "p-a2"] });
  await deployment.wait(4);
  deployment.chart.combined.delete("p-a");
  deployment.chart.change("a", { patients: ["p-a"] });
  await deployment.wait(4);
  expect(deployment.since()).toEqual(["a first", "a first"]);
});

test("a link that staff sent to a relative tells the patient nothing", async () => {
  const deployment = await hospital();
  deployment.since();
  deployment.setClock("2027-01-04T22:00:00Z");
  const start = deployment.inMinutes(3 * DAY);
  deployment.chart.book({ id: "b", start, patients: ["p-b"] });
  await deployment.turn();
  const visit = deployment.visitOf("lamna", "b");
  await deployment.messages.begin({
    ...{ visit, kind: "link", way: "text", start: start.toISOString(), which: "link-1-0-none", person: 1 },
  });
  deployment.chart.change("b", { status: "cancelled" });
  deployment.chart.change("a", { isHidden: true });
  await deployment.wait(12 * 60, 10);
  expect(deployment.since()).toEqual([]);
});

test("of a visit that the release before has found, it is learned whose it is", async () => {
  const deployment = await hospital();
  const id = "found-" + deployment.visitOf("lamna", "a");
  const row = await deployment.store.read("visits", FOUND_PARTITION, id);
  if (row === undefined) throw new Error("nothing was found");
  const { patients: _, ...body } = row.body;
  await deployment.store.replace("visits", { ...row, body }, row.etag);
  await deployment.wait(1);
  deployment.chart.change("a", { patients: ["p-b"] });
  await deployment.wait(3);
  expect(deployment.since()).toEqual(["a first", "b first"]);
});

/** A visit in six hours, whose chart names these patients. */
async function named(patients: readonly string[]) {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", { textNumber: NUMBER });
  deployment.chart.recipients.set("p-old", { textNumber: NUMBER });
  deployment.chart.combined.set("p-a", ["p-old"]).set("p-old", ["p-a"]);
  deployment.chart.book({ id: "a", start: deployment.inMinutes(6 * 60), patients });
  await deployment.turn();
  await deployment.wait(5);
  return deployment;
}

test("whoever is named after the visit was found is told once, and until then it is at risk", async () => {
  const deployment = await named([]);
  const risk = async () => {
    const found = await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "a"));
    return found && riskOf({ ...found, hasMeeting: true }, deployment.now());
  };
  expect([await deployment.told("a"), await risk()]).toEqual([
    ["confirmation text withheld no-patient"],
    "untold",
  ]);
  deployment.chart.change("a", { patients: ["p-a"] });
  await deployment.wait(30, 5);
  expect(deployment.texts.map(({ to }) => to)).toEqual([NUMBER]);
  expect(await risk()).not.toBe("untold");
  deployment.chart.change("a", { patients: [] });
  await deployment.wait(30, 5);
  deployment.chart.change("a", { patients: ["p-a"] });
  await deployment.wait(30, 5);
  expect(deployment.texts).toHaveLength(1);
});

test("one patient who is named by both ids of combined records is told as any other, and once", async () => {
  const deployment = await named(["p-a", "p-old"]);
  expect(deployment.texts).toHaveLength(1);
  await deployment.wait(6 * 60, 5);
  expect(deployment.texts.map(({ text }) => /reminder/i.test(text))).toEqual([false, true]);
});

test("one who was told is not told again where the other id is named besides", async () => {
  const deployment = await named(["p-a"]);
  deployment.chart.change("a", { patients: ["p-a", "p-old"] });
  await deployment.wait(30, 5);
  expect(deployment.texts).toHaveLength(1);
});

test.each([
  ["when a first notice is due", 0],
  ["when the last reminder is due", 340],
])("a record that is hidden for a moment %s takes no message away", async (_when, after) => {
  const deployment = await hospital();
  const { chart } = deployment;
  chart.book({ id: "b", start: deployment.inMinutes(360), patients: ["p-b"] });
  await deployment.wait(after, 5);
  const before = deployment.texts.length;
  chart.hidden.add("p-b");
  await deployment.wait(10, 1);
  expect(deployment.texts).toHaveLength(before);
  chart.hidden.clear();
  await deployment.wait(6, 1);
  expect(deployment.texts).toHaveLength(before + 1);
});

test("whose record stays hidden until it is too late is untold", async () => {
  const deployment = await hospital();
  deployment.chart.hidden.add("p-c");
  deployment.chart.book({ id: "c", start: deployment.inMinutes(60), patients: ["p-c"] });
  await deployment.wait(100, 5);
  expect(await deployment.told("c")).toContain("confirmation text withheld too-late");
  expect(await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "c"))).toMatchObject({
    isUntold: true,
  });
});
