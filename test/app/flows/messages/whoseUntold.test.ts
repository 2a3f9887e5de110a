/**
 * The chart names another patient, and a record that would say whether it is the same person cannot be read. Nobody is let in
 * by the link of before meanwhile, the visit follows the chart in all else, and it is at risk, however ready it was.
 */
import { expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import { whyShut } from "../../../../app/domain/visit.ts";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import { messagesDeployment } from "../../../harness/messagesDeployment.ts";

const DOWN: Trouble = { kind: "down", reason: "500" };

function hospital() {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  const { chart, parts } = deployment;
  for (const [at, patient] of ["p-a", "p-b"].entries())
    chart.recipients.set(patient, { textNumber: "+1312555010" + String(at) });
  /** What the chart says of one patient's record. */
  let ill: readonly [patient: string, trouble: Trouble] | undefined;
  const chartOf = parts.systemEhr.chart.bind(parts.systemEhr);
  parts.systemEhr.chart = (...asked) => {
    const opened = chartOf(...asked);
    const unless = <T>(id: string, read: () => Promise<T>) =>
      id === ill?.[0] ? Promise.resolve(ill[1]) : read();
    return {
      ...opened,
      patientIds: (id) => unless(id, () => opened.patientIds(id)),
      recipient: (id) => unless(id, () => opened.recipient(id)),
    };
  };
  const id = deployment.visitOf("lamna", "a");
  const now = async () => {
    const [visit, found] = await Promise.all([parts.visits.byId(id), parts.foundVisits.byId(id)]);
    if (visit === undefined || found === undefined) throw new Error("no visit");
    return {
      start: visit.start,
      epoch: visit.epoch,
      leadsIn: whyShut(visit, parts.hospital.visitRules, deployment.now()) !== "doubted",
      risk: riskOf({ ...found, links: "both" }, deployment.now()),
    };
  };
  const fails = (...how: NonNullable<typeof ill>) => (ill = how);
  const wait = (minutes: number, step?: number) => deployment.wait(minutes, step);
  return { ...deployment, wait, fails, heals: () => (ill = undefined), at: now };
}

test("whose record answers with errors, the former patient's link leads nobody in", async () => {
  const { at, chart, fails, heals, inMinutes, turn, wait, texts } = hospital();
  await turn();
  chart.book({ id: "a", start: inMinutes(180), patients: ["p-a"] });
  await turn();
  const before = await at();
  expect([before.leadsIn, before.risk, texts.length]).toEqual([true, undefined, 1]);
  fails("p-b", DOWN);
  chart.change("a", { patients: ["p-b"] });
  await wait(2);
  const doubted = { ...before, leadsIn: false, risk: "whose-untold" };
  expect(await at()).toEqual(doubted);
  await wait(120, 10);
  expect([await at(), texts.length]).toEqual([doubted, 1]);
  heals();
  await wait(6);
  const after = await at();
  expect([after.epoch === before.epoch, after.leadsIn, after.risk]).toEqual([false, true, undefined]);
  expect(texts.map(({ to }) => to)).toEqual(["+13125550100", "+13125550101"]);
});

test.each<[kind: string, how: Trouble, isDoubted: boolean]>([
  ["is too large may say something", { kind: "too-large", reason: "4 MB" }, true],
  ["is asked for too often may, too", { kind: "limited", retryAfterMs: 60_000 }, true],
  ["is kept from us may, too", { kind: "shut-out", why: "token", reason: "401" }, true],
  ["is none says nothing", { kind: "not-fhir", reason: "a page" }, false],
])("a record that %s", async (_kind, how, isDoubted) => {
  const { at, chart, fails, inMinutes, turn, wait } = hospital();
  await turn();
  chart.book({ id: "a", start: inMinutes(180), patients: ["p-a"] });
  await turn();
  const before = await at();
  fails("p-b", how);
  chart.change("a", { patients: ["p-b"] });
  await wait(2);
  const after = await at();
  expect([after.epoch === before.epoch, after.risk === "whose-untold", after.leadsIn]).toEqual([
    isDoubted,
    isDoubted,
    !isDoubted,
  ]);
});

test.each([
  ["shortly before its end", 1],
  ["shortly after its end", 3],
])(
  "a visit that takes longer, and whose chart is right again %s, has its link back",
  async (_when, minutes) => {
    const { at, chart, fails, heals, inMinutes, turn, wait, parts, visitOf } = hospital();
    await turn();
    chart.book({ id: "a", start: inMinutes(180), patients: ["p-a"] });
    await turn();
    const visit = await parts.visits.byId(visitOf("lamna", "a"));
    const length = ((visit?.end.getTime() ?? 0) - (visit?.start.getTime() ?? 0)) / 60_000;
    await wait(180 + length - 3, 1);
    fails("p-b", DOWN);
    chart.change("a", { patients: ["p-b"] });
    await wait(1 + minutes, 1);
    expect((await at()).leadsIn).toBe(false);
    heals();
    chart.change("a", { patients: ["p-a"] });
    await wait(15, 1);
    expect((await at()).leadsIn).toBe(true);
  },
);

test("the visit is moved with the chart meanwhile, and of one person with two ids the link is good again", async () => {
  const { at, chart, fails, heals, inMinutes, turn, wait, teams } = hospital();
  await turn();
  chart.book({ id: "a", start: inMinutes(300), patients: ["p-a"] });
  await turn();
  const before = await at();
  const start = inMinutes(200);
  fails("p-b", DOWN);
  chart.change("a", { patients: ["p-b"], start });
  await wait(3);
  expect(await at()).toEqual({ ...before, start, leadsIn: false, risk: "whose-untold" });
  expect([...teams.times.values()].map((times) => times.start)).toEqual([start]);
  heals();
  chart.combined.set("p-b", ["p-a"]);
  await wait(6);
  expect(await at()).toMatchObject({ epoch: before.epoch, start, leadsIn: true });
});

test("where the connector asks nobody because it is busy, no risk is noted, and the link leads nobody in either", async () => {
  const { at, chart, fails, inMinutes, turn, wait } = hospital();
  await turn();
  chart.book({ id: "a", start: inMinutes(180), patients: ["p-a"] });
  await turn();
  fails("p-b", { kind: "busy", retryAfterMs: 1_000 });
  chart.change("a", { patients: ["p-b"] });
  await wait(1);
  expect(await at()).toMatchObject({ leadsIn: false, risk: undefined });
});
