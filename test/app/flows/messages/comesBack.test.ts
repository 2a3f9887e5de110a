/** A visit that stands elsewhere while it is to be reminded of, and comes back: its patient is reminded once, or was told. */
import { expect, onTestFinished, test } from "vitest";
import type { SystemAppointment } from "../../../../app/ports/systemEhr.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";
import {
  messagesDeployment,
  NUMBER,
  type MessagesDeploymentOptions,
} from "../../../harness/messagesDeployment.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

interface Change {
  readonly status?: SystemAppointment["status"];
  readonly location?: string;
  readonly start?: Date;
}

/** A hospital on Monday, January 4th, at ten, with a visit that starts after as many minutes, and was told. */
async function hospital(inMinutes: number, options: MessagesDeploymentOptions = {}) {
  const deployment = messagesDeployment(options);
  onTestFinished(() => deployment.close());
  const { chart, inMinutes: after } = deployment;
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  chart.recipients.set("p-a", { textNumber: NUMBER });
  const start = after(inMinutes);
  chart.book({ id: "a", start });
  await deployment.turn();
  deployment.texts.splice(0);
  return {
    ...deployment,
    start,
    /** A moment as many minutes after its start. */
    later: (minutes: number) => new Date(start.getTime() + minutes * 60_000),
    /** Waits until as many minutes before its start. */
    until: (minutes: number, step = 1) =>
      deployment.wait((start.getTime() - deployment.now().getTime()) / 60_000 - minutes, step),
    change: (change: Change) => chart.change("a", change),
  };
}
const BACK: Change = { status: "booked", location: "loc-1" };

test.each<[what: string, off: (later: Date) => Change]>([
  ["at no location of ours", () => ({ location: "loc-9" })],
  ["at no location of ours, and at another time", (start) => ({ location: "loc-9", start })],
  ["on a waiting list at another time", (start) => ({ status: "waitlist", start })],
  ["missed at another time", (start) => ({ status: "noshow", start })],
])("a visit that is %s when it is to be reminded of, is reminded of once it is back", async (_, off) => {
  for (const [from, to] of [
    [16, 12],
    [40, 5],
  ] as const) {
    const at = await hospital(HOUR);
    await at.until(from);
    at.change(off(at.later(7 * DAY)));
    await at.until(to);
    expect(at.texts).toEqual([]);
    at.change({ ...BACK, start: at.start });
    await at.until(-30);
    expect(at.saying(/reminder/)).toHaveLength(1);
    expect(at.texts).toHaveLength(1);
  }
});
test("a visit that is moved and put back within moments is reminded of", async () => {
  const at = await hospital(HOUR);
  await at.until(16);
  at.change({ start: at.later(DAY) });
  await at.until(15);
  at.change({ start: at.start });
  await at.until(-30);
  expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/reminder, Mon, Jan 4/)]);
});

test("a visit that is moved away and back, and told as both, is reminded of by no more", async () => {
  const at = await hospital(HOUR);
  await at.until(20);
  at.change({ start: at.later(DAY) });
  await at.until(14);
  at.change({ start: at.start });
  await at.until(-30);
  expect(at.texts.map(({ text }) => text)).toEqual([
    expect.stringMatching(/moved to .*Jan 5/),
    expect.stringMatching(/moved to .*Jan 4/),
  ]);
});
test("a visit that is cancelled and booked again at night, is reminded of in the morning", async () => {
  const at = await hospital(2 * DAY - 3 * HOUR);
  // The reminder of the day before is due at seven, before anybody may be texted.
  at.setClock("2027-01-05T06:50:00Z");
  at.change({ status: "cancelled" });
  await at.wait(20);
  at.change({ status: "booked" });
  await at.until(DAY - 2 * HOUR, 10);
  expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/reminder, Wed, Jan 6/)]);
});
test("a visit that is moved at night, and put back, is reminded of in the morning", async () => {
  const at = await hospital(2 * DAY - 3 * HOUR);
  at.setClock("2027-01-05T06:30:00Z");
  at.change({ start: at.later(DAY) });
  await at.wait(50, 5);
  at.change({ start: at.start });
  await at.until(DAY - 2 * HOUR, 10);
  expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/reminder, Wed, Jan 6/)]);
});
test("who was not reminded the day before, because the visit stood elsewhere, is reminded once in the last hour", async () => {
  for (const back of [10, 30]) {
    const at = await hospital(DAY + HOUR);
    await at.wait(30, 5);
    at.change({ location: "loc-9", start: at.later(DAY) });
    await at.until(45, 15);
    await at.until(back);
    expect(at.texts).toEqual([]);
    at.change({ ...BACK, start: at.start });
    await at.until(-30);
    // By half an hour before it, both reminders are of use: the day before is late, and the last one comes at its time.
    expect(at.saying(/reminder/)).toHaveLength(back === 10 ? 1 : 2);
    expect(at.texts).toHaveLength(back === 10 ? 1 : 2);
  }
});
test("a visit that is put back to a start that has passed is reminded of no more", async () => {
  const at = await hospital(HOUR);
  await at.until(16);
  at.change({ location: "loc-9", start: at.later(DAY) });
  await at.until(-5);
  at.change({ ...BACK, start: at.start });
  await at.until(-60);
  expect(at.texts).toEqual([]);
});
test("a visit whose chart is another connection's by now is reminded of, and is that one's", async () => {
  const at = await hospital(HOUR);
  await at.until(30);
  const { fhirBaseUrl } = connectionOf("lamna");
  const departments = [departmentOf("other", { id: "lamna-clinic", timeZone: "UTC" })];
  at.reset({ connections: [connectionOf("other", { fhirBaseUrl })], departments });
  await at.until(-30);
  expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/reminder, Mon, Jan 4/)]);
  const visit = at.visitOf("lamna", "a");
  const { foundVisits, visits } = at.parts;
  expect((await foundVisits.byId(visit))?.connectionId).toBe("other");
  expect((await visits.byId(visit))?.connectionId).toBe("other");
});
test("of two reminders of one visit that would go in the same minute, because people sleep at their times, one goes", async () => {
  const connection = { messages: { remindMinutesBefore: [60, 15] } };
  for (const start of ["2027-01-06T07:30:00Z", "2027-01-06T08:40:00Z"]) {
    const inMinutes = (Date.parse(start) - Date.parse("2027-01-04T10:00:00Z")) / 60_000;
    const at = await hospital(inMinutes, { connection });
    at.setClock("2027-01-05T20:20:00Z");
    await at.wait(20);
    at.setClock("2027-01-06T07:20:00Z");
    await at.until(-10);
    // The later of the two goes at 08:25, and the earlier one at 08:00, when people may be texted.
    expect(at.saying(/reminder/)).toHaveLength(start.includes("07:30") ? 1 : 2);
  }
});
