/**
 * Whatever becomes of a visit in between, its patient is told once that it is not as they believe, or staff are told that they
 * could not be.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { SystemAppointment } from "../../../../app/ports/systemEhr.ts";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const ANOTHER = "+13125550199";
const NIGHT = "2027-01-04T22:00:00Z";
const DOWN = { kind: "down", reason: "away" } as const;

/** A hospital on Monday, January 4th, at ten, with a visit of p-a that starts after as many minutes, and was told. */
async function hospital(inMinutes: number, { hasMail = true, looked = true } = {}) {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  const { chart, parts, inMinutes: after } = deployment;
  deployment.setClock("2027-01-04T10:00:00Z");
  if (looked) await deployment.turn();
  chart.recipients.set("p-a", { textNumber: NUMBER, ...(hasMail && { mail: MAIL }) });
  chart.recipients.set("p-b", { textNumber: ANOTHER });
  const start = after(inMinutes);
  chart.book({ id: "a", start });
  await deployment.turn();
  deployment.texts.splice(0);
  const id = deployment.visitOf("lamna", "a");
  return {
    ...deployment,
    id,
    start,
    later: (minutes: number) => new Date(start.getTime() + minutes * 60_000),
    change: (change: Parameters<typeof chart.change>[1]) => chart.change("a", change),
    risk: async () => {
      const found = await parts.foundVisits.byId(id);
      return found && riskOf({ ...found, hasMeeting: true }, deployment.now());
    },
    /** The starts at which its patient may come, where the chart has others, of two weeks. */
    async awaited() {
      const all: Date[] = [];
      const until = new Date(start.getTime() + 14 * DAY * 60_000);
      for await (const one of parts.foundVisits.awaitedBetween("lamna", deployment.now(), until))
        all.push(one.at);
      return all;
    },
    linkState: async () => (await parts.visits.ofLink(id))?.state,
  };
}

describe("a visit that does not take place for a while", () => {
  interface Change {
    readonly status?: SystemAppointment["status"];
    readonly location?: string;
    readonly isVideo?: boolean;
  }
  const AWAY: readonly (readonly [what: string, off: Change, on: Change])[] = [
    ["on a waiting list", { status: "waitlist" }, { status: "booked" }],
    ["proposed", { status: "proposed" }, { status: "booked" }],
    ["missed", { status: "noshow" }, { status: "booked" }],
    ["at no location of ours", { location: "loc-9" }, { location: "loc-1" }],
    ["no video visit", { isVideo: false }, { isVideo: true }],
  ];
  test.each(AWAY)("and is moved while it is %s, is told as moved once it is on again", async (_, off, on) => {
    const at = await hospital(3 * DAY);
    at.change({ ...off, start: at.later(6 * DAY) });
    await at.wait(30, 5);
    at.change({ ...off, start: at.later(7 * DAY) });
    await at.wait(30, 5);
    expect(at.texts).toEqual([]);
    at.change(on);
    await at.wait(HOUR, 5);
    expect(at.saying(/moved to .*Jan 14/)).toHaveLength(1);
    expect(at.texts).toHaveLength(1);
  });
  test.each(AWAY)(
    "and is moved there and back while it is %s, is told as nothing new",
    async (_, off, on) => {
      const at = await hospital(3 * DAY);
      at.change({ ...off, start: at.later(DAY) });
      await at.wait(30, 5);
      at.change({ ...on, start: at.start });
      await at.wait(HOUR, 5);
      expect(at.texts).toEqual([]);
    },
  );
  test("and is cancelled then at another time, is told as cancelled at the time that was told", async () => {
    const at = await hospital(3 * DAY);
    at.change({ status: "waitlist", start: at.later(DAY) });
    await at.wait(30, 5);
    at.change({ status: "cancelled" });
    await at.wait(30, 5);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/Jan 7, .* is canceled/)]);
  });
  test.each([
    ["without a row", 5 * DAY],
    ["with one", DAY],
  ])("stays cancelled for whoever has its link, where it is a cancelled one %s", async (_, inMinutes) => {
    const at = await hospital(inMinutes);
    at.change({ status: "cancelled" });
    await at.wait(5);
    expect(await at.linkState()).toBe("cancelled");
    at.change({ status: "proposed" });
    await at.wait(20, 5);
    expect(await at.linkState()).toBe("cancelled");
  });
});

describe("a visit that was told as cancelled", () => {
  test("and is booked again and put back to its time before that was told, is told as on again", async () => {
    const at = await hospital(5 * DAY);
    at.change({ status: "cancelled" });
    await at.wait(5);
    at.setClock(NIGHT);
    at.change({ status: "booked", start: at.later(HOUR) });
    await at.wait(5);
    at.change({ start: at.start });
    await at.wait(11 * HOUR, 10);
    expect(at.texts.map(({ text }) => text)).toEqual([
      expect.stringMatching(/Jan 9, .* is canceled/),
      expect.stringMatching(/: Video visit Sat, Jan 9/),
    ]);
  });
  test("is not told as cancelled twice, where nobody was told that it was booked again", async () => {
    const at = await hospital(5 * DAY);
    at.change({ status: "cancelled" });
    await at.wait(5);
    at.setClock(NIGHT);
    at.change({ status: "booked", start: at.later(HOUR) });
    await at.wait(5);
    at.change({ status: "cancelled" });
    await at.wait(11 * HOUR, 10);
    expect(at.saying(/canceled/)).toHaveLength(1);
    expect(await at.risk()).toBeUndefined();
  });
});

describe("a visit that is cancelled and booked again before either was told", () => {
  test.each([true, false])("at its time is told as nothing new (told of it: %s)", async (looked) => {
    const at = await hospital(5 * DAY, { looked });
    at.setClock(NIGHT);
    at.change({ status: "cancelled" });
    await at.wait(5);
    at.change({ status: "booked" });
    await at.wait(11 * HOUR, 10);
    expect(at.texts).toEqual([]);
    expect(await at.risk()).toBeUndefined();
  });
  test.each([true, false])("at another time is told as moved (told of it: %s)", async (looked) => {
    const at = await hospital(5 * DAY, { looked });
    at.setClock(NIGHT);
    at.change({ status: "cancelled" });
    await at.wait(5);
    at.change({ status: "booked", start: at.later(DAY) });
    await at.wait(11 * HOUR, 10);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved to .*Jan 10/)]);
  });
  test("is told to whoever it was given to and back meanwhile, with another link: their first is good no longer", async () => {
    const at = await hospital(5 * DAY);
    const epoch = (await at.parts.visits.ofLink(at.id))?.epoch;
    at.setClock(NIGHT);
    for (const change of [
      { patients: ["p-b"] },
      { status: "cancelled" },
      { status: "booked", patients: ["p-a"], start: at.later(DAY) },
    ] as const) {
      at.change(change);
      await at.wait(5);
    }
    await at.wait(11 * HOUR, 10);
    expect(at.texts.map(({ to, text }) => [to, text])).toEqual([
      [NUMBER, expect.stringMatching(/moved to Sun, Jan 10.*https/)],
    ]);
    expect((await at.parts.visits.ofLink(at.id))?.epoch).not.toBe(epoch);
  });
});

describe("a cancellation", () => {
  test.each([
    ["at once with the move", 0, true],
    ["before the move was told", 5, true],
    ["at once with the move, of a visit that was known before", 0, false],
    ["before the move was told, of a visit that was known before", 5, false],
  ])("names the time that the patient knows, where it comes %s", async (_, minutes, looked) => {
    const at = await hospital(5 * DAY, { looked });
    at.setClock(NIGHT);
    at.change({ start: at.later(DAY), ...(minutes === 0 && { status: "cancelled" }) });
    await at.wait(minutes);
    at.change({ status: "cancelled" });
    await at.wait(11 * HOUR, 10);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/Jan 9, .* is canceled/)]);
  });
  test("goes when the patient may be on the way by what they know, also at night", async () => {
    const at = await hospital(21 * HOUR);
    at.setClock("2027-01-05T06:00:00Z");
    at.change({ start: at.later(9 * DAY), status: "cancelled" });
    await at.wait(20, 5);
    expect(at.saying(/Jan 5, .* is canceled/)).toHaveLength(1);
  });
  test("is told of a visit that is moved into the past at once with it", async () => {
    const at = await hospital(5 * DAY);
    at.change({ start: at.later(-30 * DAY), status: "cancelled" });
    await at.wait(20, 5);
    expect(at.saying(/Jan 9, .* is canceled/)).toHaveLength(1);
  });
});

describe("a visit that is moved into the past", () => {
  const PAST = [
    ["earlier today", -2 * HOUR],
    ["yesterday", -DAY],
    ["last month", -30 * DAY],
  ] as const;
  test.each(PAST)(
    "(%s) and cancelled later, is told as cancelled at the time that was told, once",
    async (_, past) => {
      const at = await hospital(DAY);
      const start = at.inMinutes(past);
      at.change({ start });
      await at.wait(HOUR, 5);
      expect([at.texts, await at.linkState()]).toEqual([[], "open"]);
      at.change({ status: "cancelled" });
      await at.wait(HOUR, 5);
      expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/Jan 5, .* is canceled/)]);
      await at.wait(DAY, 15);
      expect(at.texts).toHaveLength(1);
      expect(await at.linkState()).toBe("cancelled");
    },
  );
  test.each(PAST)("(%s) and put back, is told as nothing new, and reminded of", async (_, past) => {
    const at = await hospital(HOUR);
    await at.wait(40);
    at.change({ start: at.inMinutes(past) });
    await at.wait(10);
    at.change({ start: at.start });
    await at.wait(30);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/reminder, Mon, Jan 4/)]);
  });
  test("and from there to another time, is told as moved", async () => {
    const at = await hospital(DAY);
    at.change({ start: at.inMinutes(-DAY) });
    await at.wait(10);
    at.change({ start: at.later(DAY) });
    await at.wait(10);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved to .*Jan 6/)]);
  });
  test("and cancelled once the time has passed that was told, is told to nobody", async () => {
    const at = await hospital(HOUR);
    at.change({ start: at.inMinutes(-DAY) });
    await at.wait(2 * HOUR, 5);
    at.change({ status: "cancelled" });
    await at.wait(2 * HOUR, 5);
    expect(at.texts).toEqual([]);
    expect(await at.risk()).toBeUndefined();
  });
});

describe("a visit whose links staff have closed", () => {
  test("and that is cancelled and booked for next week, is told as new, and nobody is told the end of what took place", async () => {
    const at = await hospital(HOUR);
    await at.wait(90, 10);
    at.texts.splice(0);
    await at.parts.visits.end(at.id);
    at.change({ status: "cancelled" });
    await at.wait(5);
    expect(at.texts).toEqual([]);
    at.change({ status: "booked", start: at.later(7 * DAY) });
    await at.wait(30, 5);
    expect(at.saying(/: Video visit Mon, Jan 11/)).toHaveLength(1);
    expect(await at.linkState()).toBe("open");
  });
  test("and that is moved while its chart says nothing more, is told as moved", async () => {
    const at = await hospital(HOUR);
    await at.wait(90, 10);
    await at.parts.visits.end(at.id);
    at.change({ start: at.later(7 * DAY) });
    await at.round("finding.near", "lamna");
    await at.round("finding.far", "lamna");
    at.chart.trouble = () => DOWN;
    await at.wait(5);
    at.chart.trouble = () => undefined;
    await at.wait(30, 5);
    expect(at.saying(/Jan 11/)).toHaveLength(1);
  });
  test("before its start, and that is given to another patient, is open for them and told to them", async () => {
    const at = await hospital(6 * HOUR);
    await at.parts.visits.end(at.id);
    at.change({ patients: ["p-b"] });
    await at.wait(30, 5);
    expect(at.texts.map(({ to }) => to)).toEqual([ANOTHER]);
    expect(await at.linkState()).toBe("open");
  });
  test("before its start, and that is cancelled and booked again, is told as each and is open again", async () => {
    const at = await hospital(6 * HOUR);
    await at.parts.visits.end(at.id);
    at.change({ status: "cancelled" });
    await at.wait(5);
    expect(at.saying(/canceled/)).toHaveLength(1);
    expect(await at.linkState()).toBe("cancelled");
    at.change({ status: "booked" });
    await at.wait(30, 5);
    expect(at.texts).toHaveLength(2);
    expect(await at.linkState()).toBe("open");
  });
  test("by mistake, before it is to be reminded of, is reminded of once they are open again", async () => {
    const at = await hospital(HOUR);
    await at.wait(40);
    await at.parts.visits.end(at.id);
    await at.wait(12);
    expect(at.texts).toEqual([]);
    await at.parts.visits.reopen(at.id);
    await at.wait(30);
    expect(at.saying(/reminder, Mon, Jan 4/)).toHaveLength(1);
    expect(at.texts).toHaveLength(1);
  });
  test("by mistake, before a move was told, is told as moved once they are open again, and is at no risk meanwhile", async () => {
    const at = await hospital(HOUR);
    at.change({ start: at.later(2 * HOUR) });
    await at.wait(1);
    await at.parts.visits.end(at.id);
    await at.wait(30);
    expect(at.texts).toEqual([]);
    expect(await at.risk()).toBeUndefined();
    await at.parts.visits.reopen(at.id);
    await at.wait(10);
    expect(at.saying(/moved to .*Jan 4/)).toHaveLength(1);
  });
  test("before its start is reminded of no more, as long as nothing else changes", async () => {
    const at = await hospital(6 * HOUR);
    await at.parts.visits.end(at.id);
    await at.wait(7 * HOUR, 5);
    expect(at.texts).toEqual([]);
    expect(await at.risk()).toBeUndefined();
  });
});

describe("a change at night, of somebody who has no mail address,", () => {
  test.each([
    ["a move to ten past eight", { start: new Date("2027-01-06T08:10:00Z") }, /moved/],
    ["a cancellation", { status: "cancelled" }, /canceled/],
  ] as const)("is texted when the hours open, however short the notice: %s", async (_, change, words) => {
    const at = await hospital(46 * HOUR + 20, { hasMail: false });
    at.setClock("2027-01-05T22:00:00Z");
    await at.turn();
    at.texts.splice(0);
    at.change(change);
    await at.wait(10 * HOUR - 5, 5);
    expect(at.texts).toEqual([]);
    await at.wait(10, 1);
    expect(at.saying(words)).toHaveLength(1);
    expect(at.texts).toHaveLength(1);
    expect(await at.risk()).toBeUndefined();
  });
  test.each([
    ["a move", 48 * HOUR, { start: new Date("2027-01-06T07:30:00Z") }],
    ["a cancellation", 45 * HOUR + 30, { status: "cancelled" }],
  ] as const)(
    "is told to nobody where the visit is before that, and is at risk at once: %s",
    async (_, inMinutes, change) => {
      const at = await hospital(inMinutes, { hasMail: false });
      at.setClock("2027-01-05T22:00:00Z");
      await at.turn();
      at.texts.splice(0);
      at.change(change);
      await at.wait(10);
      expect(await at.risk()).toBe("untold");
      await at.wait(10 * HOUR, 10);
      expect(at.texts).toEqual([]);
    },
  );
  test("is mailed at once to somebody who has one, and never texted", async () => {
    const at = await hospital(2 * DAY);
    at.setClock("2027-01-05T22:00:00Z");
    await at.turn();
    at.texts.splice(0);
    at.change({ start: new Date("2027-01-06T08:10:00Z") });
    await at.wait(11 * HOUR, 5);
    expect(at.texts).toEqual([]);
    expect(at.mails.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/new time/),
      expect.stringMatching(/[Rr]eminder/),
    ]);
    expect(await at.risk()).toBeUndefined();
  });
});

/** In a hospital that texts from eight to eight, told at six in the evening of a visit in as many minutes. */
async function evening(inMinutes: number, hasMail = false) {
  const deployment = messagesDeployment({ hours: { from: "08:00", to: "20:00" } });
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T18:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", { textNumber: NUMBER, ...(hasMail && { mail: MAIL }) });
  const start = deployment.inMinutes(inMinutes);
  deployment.chart.book({ id: "a", start });
  await deployment.turn();
  deployment.texts.splice(0);
  const id = deployment.visitOf("lamna", "a");
  return {
    ...deployment,
    start,
    change: (change: Parameters<typeof deployment.chart.change>[1]) => deployment.chart.change("a", change),
    async to(moment: string) {
      deployment.setClock(moment);
      await deployment.turn();
      deployment.texts.splice(0);
    },
    risk: async () => {
      const found = await deployment.parts.foundVisits.byId(id);
      return found && riskOf({ ...found, hasMeeting: true }, deployment.now());
    },
    knownAt: async () => (await deployment.parts.foundVisits.byId(id))?.knownAt,
  };
}

const HALF_PAST_SEVEN = 13 * HOUR + 30;
const NEXT_WEEK = new Date("2027-01-12T15:00:00Z");
describe("a move at night, of somebody who comes before the hours open", () => {
  test.each([
    ["to next week, an hour before", "2027-01-05T06:30:00Z", NEXT_WEEK],
    ["to the afternoon, 45 minutes before", "2027-01-05T06:45:00Z", new Date("2027-01-05T14:00:00Z")],
    ["to half an hour later", "2027-01-05T06:45:00Z", new Date("2027-01-05T08:00:00Z")],
  ])("is texted at once: %s", async (_what, moment, start) => {
    const at = await evening(HALF_PAST_SEVEN);
    await at.to(moment);
    at.change({ start });
    await at.wait(6);
    expect(at.saying(/moved/)).toHaveLength(1);
    expect(await at.risk()).toBeUndefined();
  });
  test("is texted in the evening, minutes after the hours", async () => {
    const at = await evening(2 * HOUR + 30);
    await at.to("2027-01-04T20:05:00Z");
    at.change({ start: new Date("2027-01-05T15:00:00Z") });
    await at.wait(6);
    expect(at.saying(/moved/)).toHaveLength(1);
  });
  test("is mailed, hours before", async () => {
    const at = await evening(HALF_PAST_SEVEN, true);
    await at.to("2027-01-04T22:00:00Z");
    at.change({ start: NEXT_WEEK });
    await at.wait(6);
    expect([at.texts.length, at.mails.length, await at.risk()]).toEqual([0, 1, undefined]);
  });
  test("leaves it at risk at once hours before, where nobody can be mailed, until it is texted in the morning", async () => {
    const at = await evening(HALF_PAST_SEVEN);
    await at.to("2027-01-04T22:00:00Z");
    at.change({ start: NEXT_WEEK });
    await at.wait(6);
    expect([at.texts, await at.risk(), await at.knownAt()]).toEqual([[], "untold", at.start]);
    await at.wait(9 * HOUR, 15);
    expect([at.texts, await at.risk()]).toEqual([[], "untold"]);
    await at.wait(HOUR + 10, 5);
    expect(at.saying(/moved/)).toHaveLength(1);
    expect(await at.risk()).toBeUndefined();
  });
  test("leaves it at risk also where it was cancelled and booked again", async () => {
    const at = await evening(HALF_PAST_SEVEN);
    await at.to("2027-01-04T22:00:00Z");
    at.change({ status: "cancelled" });
    await at.wait(20, 5);
    expect(await at.risk()).toBe("untold");
    at.change({ status: "booked", start: NEXT_WEEK });
    await at.wait(6);
    expect([at.texts, await at.risk(), await at.knownAt()]).toEqual([[], "untold", at.start]);
  });
  test("is at no risk where they were to come in time to read it", async () => {
    const at = await evening(14 * HOUR + 30);
    await at.to("2027-01-04T22:00:00Z");
    at.change({ start: NEXT_WEEK });
    await at.wait(9 * HOUR, 15);
    expect([at.texts, await at.risk()]).toEqual([[], undefined]);
    await at.wait(HOUR + 10, 5);
    expect(at.saying(/moved/)).toHaveLength(1);
  });
  test("to earlier that night is texted to nobody: they sleep", async () => {
    const at = await evening(3 * DAY);
    await at.to("2027-01-05T06:00:00Z");
    at.change({ start: new Date("2027-01-05T07:30:00Z") });
    await at.wait(6);
    expect([at.texts, await at.risk()]).toEqual([[], "untold"]);
  });
});

describe("a reminder does not take the words from what is new:", () => {
  /** Told of a visit that starts at three; the reminders of it have gone, or are not due yet. */
  async function told(moment: string) {
    const at = await hospital(5 * HOUR);
    await at.wait(3 * HOUR, 5);
    at.setClock(moment);
    await at.turn();
    at.texts.splice(0);
    return at;
  }
  test("a visit that is moved to the next day shortly before it starts is told as moved", async () => {
    const at = await told("2027-01-04T14:57:10Z");
    at.change({ start: at.later(DAY) });
    await at.wait(8, 0.5);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved to Tue, Jan 5/)]);
    expect(at.texts[0]?.at.getTime()).toBeLessThanOrEqual(at.start.getTime());
  });
  test("one that is moved to an earlier hour shortly before its reminder is told as moved, once", async () => {
    const at = await told("2027-01-04T13:43:30Z");
    at.change({ start: at.later(-HOUR) });
    await at.wait(25, 0.5);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved to Mon, Jan 4, 2:00/)]);
  });
  test("one that is moved twice then is told before the start that its patient knows", async () => {
    const at = await told("2027-01-04T14:56:00Z");
    at.change({ start: at.later(30) });
    await at.wait(1);
    at.change({ start: at.later(DAY) });
    await at.wait(10, 1);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved to Tue, Jan 5/)]);
    expect(at.texts[0]?.at.getTime()).toBeLessThan(at.start.getTime());
  });
  test("one that is booked again for the night, in the evening, is told as moved", async () => {
    const at = await evening(HOUR + 45);
    await at.to("2027-01-04T19:05:00Z");
    at.change({ status: "waitlist" });
    await at.wait(24, 3);
    at.change({ status: "booked", start: new Date("2027-01-05T01:30:00Z") });
    await at.wait(HOUR, 0.5);
    await at.wait(5 * HOUR, 5);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved to Tue, Jan 5, 1:30/)]);
  });
});

describe("nobody is reminded of what they were just told:", () => {
  test("of a visit that was booked ten minutes before its first reminder", async () => {
    const at = await hospital(DAY + 10);
    await at.wait(HOUR);
    expect(at.texts).toEqual([]);
    expect(await at.told("a")).toEqual(["confirmation text accepted", "reminder text withheld superseded"]);
    await at.wait(DAY, 10);
    expect(at.saying(/reminder/)).toHaveLength(1);
  });
  test("of one that was moved there", async () => {
    const at = await hospital(3 * DAY);
    at.change({ start: at.inMinutes(DAY + 10) });
    await at.wait(HOUR);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved/)]);
  });
  test("of an early visit that was told of late in the evening, before the evening's reminders", async () => {
    const at = await evening(3 * DAY);
    await at.to("2027-01-04T19:20:00Z");
    at.change({ start: new Date("2027-01-05T07:30:00Z") });
    await at.wait(12 * HOUR, 5);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved/)]);
  });
  test("but whoever was told in a text that did not arrive is", async () => {
    const at = await hospital(3 * DAY);
    at.change({ start: at.inMinutes(DAY + 10) });
    await at.wait(4);
    const [moved] = at.saying(/moved/);
    at.chart.recipients.set("p-a", { textNumber: NUMBER });
    await at.report(moved?.id, "Failed", "4004");
    await at.wait(HOUR);
    expect(at.saying(/reminder/)).toHaveLength(1);
  });
  test("and whoever is told only after the reminder's time, as the chart was silent, is told once", async () => {
    const at = await hospital(3 * DAY);
    at.change({ start: at.inMinutes(DAY + 5) });
    await at.round("finding.near", "lamna");
    await at.round("finding.far", "lamna");
    at.chart.trouble = (request) => (request === "patient" ? DOWN : undefined);
    await at.wait(15);
    at.chart.trouble = () => undefined;
    await at.wait(HOUR);
    expect(at.texts.map(({ text }) => text)).toEqual([expect.stringMatching(/moved/)]);
  });
});

describe("whoever was told of a visit and cannot be told of its change leaves it at risk, until there is something else to tell:", () => {
  test.each([
    ["moved", { start: new Date("2027-01-08T15:00:00Z") }],
    ["cancelled", { status: "cancelled" }],
  ] as const)("%s", async (_, change) => {
    const at = await hospital(3 * DAY, { hasMail: false });
    at.chart.recipients.set("p-a", {});
    at.change(change);
    await at.wait(10);
    expect(await at.risk()).toBe("untold");
    at.chart.recipients.set("p-a", { textNumber: NUMBER });
    at.change({ status: "booked", start: at.later(5 * HOUR) });
    await at.wait(10);
    expect(at.texts).toHaveLength(1);
    expect(await at.risk()).toBeUndefined();
  });
  test.each([
    ["moved to next week", { start: new Date("2027-01-11T15:00:00Z") }],
    ["moved to next week and cancelled", { start: new Date("2027-01-11T15:00:00Z"), status: "cancelled" }],
  ] as const)("by the time that they know, where it is %s", async (_, { start, ...rest }) => {
    const at = await hospital(3 * HOUR, { hasMail: false });
    at.chart.recipients.set("p-a", {});
    at.change({ start });
    await at.wait(10);
    at.change(rest);
    await at.wait(10);
    expect(await at.awaited()).toEqual([at.start]);
    expect(await at.risk()).toBe("untold");
    at.chart.recipients.set("p-a", { textNumber: NUMBER });
    at.change({ status: "booked", start: at.later(5 * HOUR) });
    await at.wait(10);
    expect(at.texts).toHaveLength(1);
    expect(await at.awaited()).toEqual([]);
  });
  test.each([true, false])("moved, where whatever is sent is refused (mails: %s)", async (hasMail) => {
    const at = await hospital(3 * DAY, { hasMail });
    const refused = { kind: "refused", reason: "recipient" } as const;
    at.answers.texts.push(refused);
    at.answers.mails.push(refused);
    at.change({ start: at.later(DAY) });
    await at.wait(10);
    expect((await at.told("a")).filter((one) => one.startsWith("update")).toSorted()).toEqual([
      hasMail ? "update mail refused recipient" : "update mail withheld no-address",
      "update text refused recipient",
    ]);
    expect(await at.risk()).toBe("untold");
  });
  test("by the time that they know, while that waits for the chart", async () => {
    const at = await hospital(3 * HOUR, { hasMail: false });
    at.change({ start: at.later(7 * DAY) });
    at.chart.recipients.delete("p-a");
    await at.wait(10);
    expect(await at.awaited()).toEqual([at.start]);
  });
  test("but not whoever was told nothing by us, or has died", async () => {
    for (const recipient of [{}, { textNumber: NUMBER, gone: "deceased" as const }]) {
      const at = await hospital(3 * DAY, { hasMail: false, looked: "gone" in recipient });
      at.chart.recipients.set("p-a", recipient);
      at.change({ start: at.later(DAY) });
      await at.wait(10);
      expect(at.texts).toEqual([]);
      expect(await at.risk()).toBeUndefined();
    }
  });
  test("and not where it is back at the time that they were told", async () => {
    const at = await hospital(3 * DAY, { hasMail: false });
    at.chart.recipients.set("p-a", {});
    at.change({ start: at.later(DAY) });
    await at.wait(10);
    at.change({ start: at.start });
    await at.wait(10);
    expect(await at.risk()).toBeUndefined();
  });
});

test("a reminder tells the time, too: a visit that is put back to an earlier told one is told as moved", async () => {
  const at = await hospital(3 * DAY, { hasMail: false });
  at.chart.recipients.set("p-a", {});
  at.change({ start: at.later(-DAY) });
  await at.wait(10);
  at.chart.recipients.set("p-a", { textNumber: NUMBER });
  await at.wait(DAY + HOUR, 15);
  expect(at.saying(/reminder, Wed, Jan 6/)).toHaveLength(1);
  at.change({ start: at.start });
  await at.wait(10);
  expect(at.saying(/moved to .*Jan 7/)).toHaveLength(1);
});

describe("an appointment that has a second patient by now", () => {
  test.each([
    ["moved", { start: new Date("2027-01-08T15:00:00Z") }, /moved/],
    ["cancelled", { status: "cancelled" }, /canceled/],
  ] as const)(
    "and is %s, is told to whom it was told before, and to nobody else",
    async (_, change, words) => {
      const at = await hospital(3 * DAY);
      at.change({ patients: ["p-a", "p-b"] });
      await at.wait(10);
      expect(at.texts).toEqual([]);
      at.change(change);
      await at.wait(10);
      expect(at.saying(words).map(({ to }) => to)).toEqual([NUMBER]);
      expect(at.texts).toHaveLength(1);
    },
  );
  test("and is a group's by now, is told to the one who was told before, and to nobody else", async () => {
    const at = await hospital(3 * DAY);
    at.change({ patients: ["p-b", "p-c", "p-a", "p-d", "p-e", "p-f"] });
    await at.wait(10);
    expect(at.texts).toEqual([]);
    at.change({ start: at.later(DAY) });
    await at.wait(10);
    at.change({ status: "cancelled" });
    await at.wait(10);
    expect(at.texts.map(({ to, text }) => [to, text])).toEqual([
      [NUMBER, expect.stringMatching(/moved to .*Jan 8/)],
      [NUMBER, expect.stringMatching(/Jan 8, .* is canceled/)],
    ]);
    expect(await at.risk()).toBeUndefined();
  });
  test("and is moved at once with that, is at risk because nobody is told", async () => {
    const at = await hospital(3 * DAY);
    at.change({ patients: ["p-a", "p-b"], start: at.later(DAY) });
    await at.wait(10);
    expect(at.texts).toEqual([]);
    expect(await at.risk()).toBe("untold");
  });
  test("and had one after the other before, is told to neither, and is at risk", async () => {
    const at = await hospital(3 * DAY);
    at.change({ patients: ["p-b"] });
    await at.wait(10);
    at.change({ patients: ["p-a", "p-b"] });
    await at.wait(10);
    at.texts.splice(0);
    at.change({ status: "cancelled" });
    await at.wait(10);
    expect(at.texts).toEqual([]);
    expect(await at.risk()).toBe("untold");
  });
});
