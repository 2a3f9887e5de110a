/** What follows where a text has left and, as the carriers say later, did not arrive; and what was too late. */
import { expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import type { Recipient } from "../../../../app/ports/systemEhr.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";
import type { Booked } from "../../../harness/scriptedChart.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

/** A patient has been told by a text of a visit in three days. */
async function told(recipient: Recipient = { textNumber: NUMBER, mail: MAIL }, answer?: Handover) {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", recipient);
  deployment.chart.book({ id: "a", start: deployment.inMinutes(3 * DAY) });
  if (answer !== undefined) deployment.answers.texts.push(answer);
  await deployment.turn();
  expect(deployment.texts).toHaveLength(1);
  return deployment;
}

test.each(["4004: no such number", "4010", "something else"])(
  "a text that failed for good is followed by a mail, once: %s",
  async (details) => {
    const deployment = await told();
    await deployment.report(deployment.texts[0]?.id, "Failed", details);
    await deployment.report(deployment.texts[0]?.id, "Failed", details);
    await deployment.wait(10);
    expect([deployment.texts.length, deployment.mails.length]).toEqual([1, 1]);
  },
);

test("a text that failed for a reason that passes is sent once more, and then the mail", async () => {
  const deployment = await told();
  await deployment.report(deployment.texts[0]?.id, "Failed", "5001: temporary");
  await deployment.wait(4);
  expect(deployment.texts).toHaveLength(1);
  await deployment.wait(6);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([2, 0]);
  await deployment.report(deployment.texts[1]?.id, "Failed", "5001: temporary");
  await deployment.wait(10);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([2, 1]);
  expect(await deployment.told("a")).toEqual([
    "confirmation text failed 5001",
    "confirmation text failed 5001",
    "confirmation mail accepted",
  ]);
});

test("a text whose answer was lost and whose failure was reported is told once more, by one way", async () => {
  const deployment = await told(undefined, { kind: "unknown" });
  await deployment.report(deployment.texts[0]?.id, "Failed", "4006");
  await deployment.wait(12);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([2, 0]);
});

test("a text of which the carrier says nothing is never followed by a second one, nor by a mail", async () => {
  const deployment = await told();
  await deployment.report(
    deployment.texts[0]?.id,
    "Failed",
    "ErrorCode: 5002. ErrorMessage: Message Delivery Timeout",
  );
  await deployment.wait(10);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([1, 0]);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
});

test("a report that the carrier says nothing shows that a text whose answer was lost has left", async () => {
  const deployment = await told({ mail: MAIL, textNumber: NUMBER }, { kind: "unknown" });
  expect(await deployment.told("a")).toEqual(["confirmation text begun"]);
  await deployment.report(deployment.texts[0]?.id, "Failed", "5002");
  await deployment.wait(10);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([1, 0]);
});

test("nothing follows a text that has arrived after all", async () => {
  const deployment = await told();
  await deployment.report(deployment.texts[0]?.id, "Failed", "5001: temporary");
  await deployment.report(deployment.texts[0]?.id, "Delivered");
  await deployment.wait(10);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([1, 0]);
});

test("nothing of before follows where the visit was cancelled meanwhile", async () => {
  const deployment = await told();
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.report(deployment.texts[0]?.id, "Failed", "4004");
  await deployment.wait(10);
  expect(deployment.saying(/canceled/)).toHaveLength(1);
  expect(deployment.mails).toEqual([]);
});

test("a report that a number had ended texts does not undo a START of since", async () => {
  const deployment = await told();
  deployment.forward(1);
  await deployment.optOuts.start(NUMBER, deployment.now());
  deployment.forward(1);
  await deployment.report(deployment.texts[0]?.id, "Failed", "4007");
  expect(await deployment.optOuts.isStopped(NUMBER)).toBe(false);
});

test("a visit whose reminder was too late is at risk until it starts at another time", async () => {
  const deployment = await told();
  await deployment.wait(3 * DAY - 20, HOUR);
  deployment.chart.trouble = (request) =>
    request === "patient" ? { kind: "not-fhir", reason: "it is ill" } : undefined;
  await deployment.wait(25, 5);
  const found = async () => {
    const one = await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "a"));
    if (one === undefined) throw new Error("not found");
    return riskOf({ ...one, hasMeeting: true }, deployment.now());
  };
  expect(await deployment.told("a")).toContain("reminder text withheld too-late");
  expect(await found()).toBe("untold");
  deployment.chart.trouble = () => undefined;
  deployment.chart.change("a", { start: deployment.inMinutes(DAY) });
  await deployment.wait(2);
  expect(await found()).toBeUndefined();
});

test("of a visit that is away nobody is told before it is back", async () => {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", { textNumber: NUMBER });
  deployment.chart.book({ id: "a", start: deployment.inMinutes(3 * DAY) });
  await deployment.round("finding.far", "lamna");
  deployment.chart.change("a", { isVideo: false });
  await deployment.wait(5);
  expect(deployment.texts).toEqual([]);
  deployment.chart.change("a", { isVideo: true });
  await deployment.wait(20);
  expect(deployment.texts).toHaveLength(1);
});

test("what has no department waits until one has its location again", async () => {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", { textNumber: NUMBER });
  deployment.chart.book({ id: "a", start: deployment.inMinutes(3 * DAY) });
  await deployment.round("finding.far", "lamna");
  deployment.reset({ departments: [] });
  await deployment.wait(5);
  expect(await deployment.told("a")).toEqual([]);
  deployment.reset({ departments: [departmentOf("lamna", { timeZone: "UTC" })] });
  await deployment.wait(20);
  expect(deployment.texts).toHaveLength(1);
});

test.each<[string, Partial<Booked>, Partial<Booked>]>([
  ["is not shown", { isHidden: true }, { isHidden: false }],
  ["is no video visit", { isVideo: false }, { isVideo: true }],
  ["is said to be missed before its start", { status: "noshow" }, { status: "booked" }],
])("a reminder is told later where the visit %s at its time", async (_, gone, back) => {
  const deployment = await told();
  await deployment.wait(2 * DAY - 10, 10);
  deployment.chart.change("a", gone);
  await deployment.wait(20);
  expect(deployment.texts).toHaveLength(1);
  deployment.chart.change("a", back);
  await deployment.wait(15);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted", "reminder text accepted"]);
});

test("of a visit that stays away its records say that nobody was reminded", async () => {
  const deployment = await told();
  await deployment.wait(2 * DAY - 10, 10);
  deployment.chart.change("a", { isHidden: true });
  await deployment.wait(DAY + 30, 5);
  expect(await deployment.told("a")).toEqual([
    "confirmation text accepted",
    "reminder text withheld away",
    "reminder text withheld away",
  ]);
});
