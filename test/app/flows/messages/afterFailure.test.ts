/** What follows where a text has left and, as the carriers say later, did not arrive; and what was too late. */
import { expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import type { Recipient } from "../../../../app/ports/systemEhr.ts";
import { departmentOf } from "../../../harness/findingPlace.ts";
import { MAIL, messagesPlace, NUMBER } from "../../../harness/messagesPlace.ts";
import type { Booked } from "../../../harness/scriptedChart.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

/** A visit in three days has been told of by a text. */
async function told(recipient: Recipient = { textNumber: NUMBER, mail: MAIL }, answer?: Handover) {
  const place = messagesPlace();
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  await place.turn();
  place.chart.recipients.set("p-a", recipient);
  place.chart.book({ id: "a", start: place.inMinutes(3 * DAY) });
  if (answer !== undefined) place.answers.texts.push(answer);
  await place.turn();
  expect(place.texts).toHaveLength(1);
  return place;
}

test.each(["4004: no such number", "4010", "something else"])(
  "a text that failed for good is followed by a mail, once: %s",
  async (details) => {
    const place = await told();
    await place.report(place.texts[0]?.id, "Failed", details);
    await place.report(place.texts[0]?.id, "Failed", details);
    await place.wait(10);
    expect([place.texts.length, place.mails.length]).toEqual([1, 1]);
  },
);

test("a text that failed for a reason that passes is sent once more, and then the mail", async () => {
  const place = await told();
  await place.report(place.texts[0]?.id, "Failed", "5001: temporary");
  await place.wait(4);
  expect(place.texts).toHaveLength(1);
  await place.wait(6);
  expect([place.texts.length, place.mails.length]).toEqual([2, 0]);
  await place.report(place.texts[1]?.id, "Failed", "5001: temporary");
  await place.wait(10);
  expect([place.texts.length, place.mails.length]).toEqual([2, 1]);
  expect(await place.told("a")).toEqual([
    "confirmation text failed 5001",
    "confirmation text failed 5001",
    "confirmation mail accepted",
  ]);
});

test("a text whose answer was lost and whose failure was reported is told once more, by one way", async () => {
  const place = await told(undefined, { kind: "unknown" });
  await place.report(place.texts[0]?.id, "Failed", "4006");
  await place.wait(12);
  expect([place.texts.length, place.mails.length]).toEqual([2, 0]);
});

test("a text of which the carrier says nothing is never followed by a second one, nor by a mail", async () => {
  const place = await told();
  await place.report(place.texts[0]?.id, "Failed", "ErrorCode: 5002. ErrorMessage: Message Delivery Timeout");
  await place.wait(10);
  expect([place.texts.length, place.mails.length]).toEqual([1, 0]);
  expect(await place.told("a")).toEqual(["confirmation text accepted"]);
});

test("a report that the carrier says nothing shows that a text whose answer was lost has left", async () => {
  const place = await told({ mail: MAIL, textNumber: NUMBER }, { kind: "unknown" });
  expect(await place.told("a")).toEqual(["confirmation text begun"]);
  await place.report(place.texts[0]?.id, "Failed", "5002");
  await place.wait(10);
  expect(await place.told("a")).toEqual(["confirmation text accepted"]);
  expect([place.texts.length, place.mails.length]).toEqual([1, 0]);
});

test("nothing follows a text that has arrived after all", async () => {
  const place = await told();
  await place.report(place.texts[0]?.id, "Failed", "5001: temporary");
  await place.report(place.texts[0]?.id, "Delivered");
  await place.wait(10);
  expect([place.texts.length, place.mails.length]).toEqual([1, 0]);
});

test("nothing of before follows where the visit was cancelled meanwhile", async () => {
  const place = await told();
  place.chart.change("a", { status: "cancelled" });
  await place.report(place.texts[0]?.id, "Failed", "4004");
  await place.wait(10);
  expect(place.saying(/canceled/)).toHaveLength(1);
  expect(place.mails).toEqual([]);
});

test("a report that a number had ended texts does not undo a START of since", async () => {
  const place = await told();
  place.forward(1);
  await place.optOuts.start(NUMBER, place.now());
  place.forward(1);
  await place.report(place.texts[0]?.id, "Failed", "4007");
  expect(await place.optOuts.isStopped(NUMBER)).toBe(false);
});

test("a visit whose reminder was too late is at risk until it starts at another time", async () => {
  const place = await told();
  await place.wait(3 * DAY - 20, HOUR);
  place.chart.trouble = (request) =>
    request === "patient" ? { kind: "not-fhir", reason: "it is ill" } : undefined;
  await place.wait(25, 5);
  const found = async () => {
    const one = await place.parts.foundVisits.byId(place.visitOf("lamna", "a"));
    if (one === undefined) throw new Error("not found");
    return riskOf({ ...one, hasMeeting: true }, place.now());
  };
  expect(await place.told("a")).toContain("reminder text withheld too-late");
  expect(await found()).toBe("untold");
  place.chart.trouble = () => undefined;
  place.chart.change("a", { start: place.inMinutes(DAY) });
  await place.wait(2);
  expect(await found()).toBeUndefined();
});

test("of a visit that is away nobody is told before it is back", async () => {
  const place = messagesPlace();
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  await place.turn();
  place.chart.recipients.set("p-a", { textNumber: NUMBER });
  place.chart.book({ id: "a", start: place.inMinutes(3 * DAY) });
  await place.round("finding.far", "lamna");
  place.chart.change("a", { isVideo: false });
  await place.wait(5);
  expect(place.texts).toEqual([]);
  place.chart.change("a", { isVideo: true });
  await place.wait(20);
  expect(place.texts).toHaveLength(1);
});

test("what has no department waits until one has its location again", async () => {
  const place = messagesPlace();
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  await place.turn();
  place.chart.recipients.set("p-a", { textNumber: NUMBER });
  place.chart.book({ id: "a", start: place.inMinutes(3 * DAY) });
  await place.round("finding.far", "lamna");
  place.reset({ departments: [] });
  await place.wait(5);
  expect(await place.told("a")).toEqual([]);
  place.reset({ departments: [departmentOf("lamna", { timeZone: "UTC" })] });
  await place.wait(20);
  expect(place.texts).toHaveLength(1);
});

test.each<[string, Partial<Booked>, Partial<Booked>]>([
  ["is not shown", { isHidden: true }, { isHidden: false }],
  ["is no video visit", { isVideo: false }, { isVideo: true }],
  ["is said to be missed before its start", { status: "noshow" }, { status: "booked" }],
])("a reminder is told later where the visit %s at its time", async (_, gone, back) => {
  const place = await told();
  await place.wait(2 * DAY - 10, 10);
  place.chart.change("a", gone);
  await place.wait(20);
  expect(place.texts).toHaveLength(1);
  place.chart.change("a", back);
  await place.wait(15);
  expect(await place.told("a")).toEqual(["confirmation text accepted", "reminder text accepted"]);
});

test("of a visit that stays away its records say that nobody was reminded", async () => {
  const place = await told();
  await place.wait(2 * DAY - 10, 10);
  place.chart.change("a", { isHidden: true });
  await place.wait(DAY + 30, 5);
  expect(await place.told("a")).toEqual([
    "confirmation text accepted",
    "reminder text withheld away",
    "reminder text withheld away",
  ]);
});
