/** An appointment that somebody has still to accept: staff may open it, and its patient is told once it is booked. */
import { expect, onTestFinished, test } from "vitest";
import type { AppointmentStatus } from "../../../../app/domain/appointmentStatus.ts";
import { riskOf } from "../../../../app/domain/risks.ts";
import { messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

async function booked(status: AppointmentStatus, inDays = 3) {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", { textNumber: NUMBER });
  deployment.chart.book({ id: "a", start: deployment.inMinutes(inDays * DAY), status });
  await deployment.turn();
  const risk = async () => {
    const found = await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "a"));
    if (found === undefined) throw new Error("not found");
    return riskOf({ ...found, hasMeeting: true }, deployment.now());
  };
  return { ...deployment, risk };
}

test.each(["booked", "arrived", "checked-in"] as const)(
  "a first notice of what is pending waits until it is %s",
  async (status) => {
    const deployment = await booked("pending");
    await deployment.wait(20);
    expect(deployment.texts).toEqual([]);
    deployment.chart.change("a", { status });
    await deployment.wait(35, 5);
    expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
  },
);

test("nobody is told of what was pending and is only proposed then", async () => {
  const deployment = await booked("pending");
  await deployment.wait(20);
  deployment.chart.change("a", { status: "proposed" });
  await deployment.wait(3 * DAY, HOUR);
  expect(deployment.texts).toEqual([]);
});

test("a reminder of what is pending again waits until it is booked", async () => {
  const deployment = await booked("booked");
  expect(deployment.texts).toHaveLength(1);
  deployment.chart.change("a", { status: "pending" });
  await deployment.wait(2 * DAY + 20, 20);
  expect(deployment.texts).toHaveLength(1);
  deployment.chart.change("a", { status: "booked" });
  await deployment.wait(35, 5);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted", "reminder text accepted"]);
});

test("a move that is pending is not told, and who was told the old time is at risk meanwhile", async () => {
  const deployment = await booked("booked");
  deployment.chart.change("a", { status: "pending", start: deployment.inMinutes(4 * DAY) });
  await deployment.wait(30, 5);
  expect([deployment.texts.length, await deployment.risk()]).toEqual([1, "untold"]);
  deployment.chart.change("a", { status: "booked" });
  await deployment.wait(40, 5);
  expect(await deployment.told("a")).toContain("update text accepted");
  expect(await deployment.risk()).toBeUndefined();
});

test("a first notice waits for as long as it takes until the appointment is accepted", async () => {
  const deployment = await booked("pending", 13);
  await deployment.wait(9 * DAY, 30);
  expect(deployment.texts).toEqual([]);
  deployment.chart.change("a", { status: "booked" });
  await deployment.wait(40, 5);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
});

test("what is accepted within its last day is still told, and reminded of what is to come", async () => {
  const deployment = await booked("pending", 2);
  await deployment.wait(DAY + 4 * HOUR, 30);
  expect(deployment.texts).toEqual([]);
  deployment.chart.change("a", { status: "booked" });
  await deployment.wait(60, 5);
  // The notice says what the reminder of the day before would say beside it.
  const told = ["confirmation text accepted", "reminder text withheld superseded"];
  expect((await deployment.told("a")).toSorted()).toEqual(told);
  await deployment.wait(19 * HOUR - 20, 20);
  await deployment.wait(19, 1);
  expect((await deployment.told("a")).toSorted()).toEqual(["reminder text accepted", ...told].toSorted());
});

test("so is what is accepted some minutes before its start, though it was looked at for days", async () => {
  const deployment = await booked("pending", 2);
  await deployment.wait(2 * DAY - 20, 20);
  await deployment.wait(16, 1);
  expect(deployment.texts).toEqual([]);
  deployment.chart.change("a", { status: "booked" });
  await deployment.wait(2, 1);
  const superseded = "reminder text withheld superseded";
  const told = ["confirmation text accepted", superseded, superseded];
  expect((await deployment.told("a")).toSorted()).toEqual(told);
});

test("what nobody accepts is said as that, and is not at risk for it", async () => {
  const deployment = await booked("pending", 2);
  await deployment.wait(2 * DAY - 20, 20);
  await deployment.wait(60, 1);
  const superseded = "reminder text withheld superseded";
  expect((await deployment.told("a")).toSorted()).toEqual([
    "confirmation text withheld pending",
    superseded,
    superseded,
  ]);
  expect(await deployment.risk()).toBeUndefined();
  expect(deployment.texts).toEqual([]);
});

test.each([
  [
    "is moved to another day and accepted",
    { status: "booked", start: new Date("2027-01-07T10:00:00Z") },
    /^.*: Video visit/,
  ],
  ["is cancelled", { status: "cancelled" }, undefined],
] as const)(
  "what nobody had accepted by its last minutes, and %s, is told as to somebody who knows of none",
  async (_, change, words) => {
    const deployment = await booked("pending", 1);
    await deployment.wait(DAY - 20, 20);
    await deployment.wait(43, 1);
    expect(await deployment.told("a")).toContain("confirmation text withheld pending");
    deployment.chart.change("a", change);
    await deployment.wait(5, 1);
    expect(deployment.texts.map(({ text }) => text)).toEqual(
      words === undefined ? [] : [expect.stringMatching(words)],
    );
  },
);

test("the reminder of whoever has declined, and does not accept after all, puts no visit at risk", async () => {
  const deployment = await booked("booked");
  deployment.chart.change("a", { isDeclined: true });
  await deployment.wait(3 * DAY - 20, 20);
  await deployment.wait(40, 2);
  expect(await deployment.told("a")).toEqual([
    "confirmation text accepted",
    "reminder text withheld superseded",
    "reminder text withheld declined",
  ]);
  expect(await deployment.risk()).not.toBe("untold");
});

test("whoever declines and accepts some minutes before the start is reminded", async () => {
  const deployment = await booked("booked");
  deployment.chart.change("a", { isDeclined: true });
  await deployment.wait(3 * DAY - 20, 20);
  await deployment.wait(16, 1);
  deployment.chart.change("a", { isDeclined: false });
  await deployment.wait(2, 1);
  expect(await deployment.told("a")).toEqual([
    "confirmation text accepted",
    "reminder text withheld superseded",
    "reminder text accepted",
  ]);
});

test("an appointment that was over and is booked again, long after that, is told as new by the same process", async () => {
  const deployment = await booked("booked", 1);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
  await deployment.wait(12 * DAY, 6 * HOUR);
  expect(await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "a"))).toBeUndefined();
  deployment.chart.change("a", { start: deployment.inMinutes(5 * DAY) });
  await deployment.wait(40, 5);
  expect(await deployment.told("a")).toEqual([
    "confirmation text accepted",
    "reminder text withheld too-late",
    "confirmation text accepted",
  ]);
});
