/**
 * Staff hold back what the connector writes to a patient by itself: nothing leaves until they let it go, then what still holds
 * leaves once, and whoever was told something else is called meanwhile.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import { nameOf } from "../../../../app/domain/visitMessages.ts";
import { unreadableIn } from "../../../../app/records/record.ts";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const ANOTHER = "+13125550199";
const DOWN = { kind: "down", reason: "away" } as const;

/**
 * A hospital on Monday, January 4th, at ten, with a visit of p-a that starts after as many minutes, was told, and was opened
 * from the chart.
 */
async function hospital(inMinutes: number, { isTold = true, hasNumber = true } = {}) {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  const { chart, parts } = deployment;
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  chart.recipients.set("p-a", hasNumber ? { textNumber: NUMBER } : { mail: MAIL });
  chart.recipients.set("p-b", { textNumber: ANOTHER });
  const start = deployment.inMinutes(inMinutes);
  chart.book({ id: "a", start });
  const id = deployment.visitOf("lamna", "a");
  const department = await parts.hospital.department("lamna-clinic");
  if (department === undefined) throw new Error("there is no such department");
  const patients = { ids: ["p-a"], namesOf: (one: string) => Promise.resolve([one]) };
  const end = deployment.inMinutes(inMinutes + 30);
  await parts.visits.open({ connectionId: "lamna", appointmentId: "a", department, start, end, patients });
  if (isTold) await deployment.turn();
  deployment.texts.splice(0);
  deployment.mails.splice(0);
  const letGo = async () => {
    const held = (await parts.visits.byId(id))?.held;
    return held !== undefined && parts.visits.letMessagesGo(id, held);
  };
  return {
    ...deployment,
    id,
    start,
    hold: () => parts.visits.holdMessages(id),
    letGo,
    later: (minutes: number) => new Date(start.getTime() + minutes * 60_000),
    /** Waits until as many minutes before its start. */
    until: (minutes: number, step = 1) =>
      deployment.wait((start.getTime() - deployment.now().getTime()) / 60_000 - minutes, step),
    change: (change: Parameters<typeof chart.change>[1]) => chart.change("a", change),
    risk: async () => {
      const found = await parts.foundVisits.byId(id);
      return found && riskOf({ ...found, hasMeeting: true, links: "links" }, deployment.now());
    },
    /** What went to anybody by now, without its links. */
    sent: () => [
      ...deployment.texts.map(({ to, text }) => [to, text.replace(/https\S+/, "LINK")].join(" ")),
      ...deployment.mails.map(({ to, subject }) => [to, subject].join(" ")),
    ],
  };
}

describe("while messages are held back", () => {
  test.each([true, false])(
    "no reminder goes, and the visit is at no risk for that (text: %s)",
    async (has) => {
      const at = await hospital(2 * DAY, { hasNumber: has });
      await at.hold();
      await at.until(-40, 5);
      expect(at.sent()).toEqual([]);
      expect(await at.risk()).toBeUndefined();
      expect((await at.told("a")).filter((one) => one.includes("reminder"))).toEqual([
        "reminder text withheld superseded",
        "reminder text withheld held",
      ]);
    },
  );

  test("no first notice goes, and its record says why once it is too late", async () => {
    const at = await hospital(2 * HOUR, { isTold: false });
    await at.hold();
    await at.until(-40, 5);
    expect(at.sent()).toEqual([]);
    expect(await at.told("a")).toContain("confirmation text withheld held");
  });

  test.each([
    ["moved", { start: new Date("2027-01-05T18:00:00Z") }, "update text withheld held", 33 * HOUR],
    ["cancelled", { status: "cancelled" }, "cancellation text withheld held", 6 * HOUR],
  ] as const)(
    "that it is %s is told to nobody, so its patient is to be called at once, and to the end",
    async (_, change, record, hours) => {
      const at = await hospital(5 * HOUR);
      await at.hold();
      at.change(change);
      await at.wait(3);
      expect(await at.risk()).toBe("untold");
      expect((await at.told("a")).filter((one) => one.includes("withheld"))).toEqual([]);
      await at.wait(hours, 10);
      expect(at.sent()).toEqual([]);
      expect(await at.told("a")).toContain(record);
      expect(await at.parts.foundVisits.byId(at.id)).toHaveProperty("isUntold", true);
    },
  );

  test("whoever is sent the new time by hand meanwhile is to be called no more", async () => {
    const at = await hospital(5 * HOUR);
    await at.hold();
    at.change({ start: at.later(HOUR) });
    await at.wait(10);
    expect(await at.risk()).toBe("untold");
    const byHand = async (start: Date) => {
      const { message } = await at.messages.begin({
        ...{ visit: at.id, kind: "link", way: "text", person: 0, generation: 0 },
        ...{ start: start.toISOString(), which: start.toISOString() },
        patient: at.messages.patientHash(at.id, "p-a"),
      });
      await at.messages.settle(message, { state: "accepted", providerId: "Outgoing_9" });
      await at.wait(3);
      return at.risk();
    };
    // From a page of before the move, it names the old time.
    expect(await byHand(at.start)).toBe("untold");
    expect(await byHand(at.later(HOUR))).toBeUndefined();
    await at.wait(7 * HOUR, 10);
    expect(at.sent()).toEqual([]);
    expect(await at.told("a")).toContain("update text withheld held");
    expect((await at.parts.foundVisits.byId(at.id))?.isUntold).toBeUndefined();
  });

  test("whoever was told of it alone is still to be called where somebody who shares it is sent the new time by hand", async () => {
    const at = await hospital(5 * HOUR);
    await at.hold();
    at.change({ patients: ["p-a", "p-b"], start: at.later(HOUR) });
    await at.wait(10);
    expect(await at.risk()).toBe("untold");
    const { message } = await at.messages.begin({
      ...{ visit: at.id, kind: "link", way: "text", which: "form", person: 0, generation: 0 },
      start: at.later(HOUR).toISOString(),
      patient: at.messages.patientHash(at.id, "p-b"),
    });
    await at.messages.settle(message, { state: "accepted", providerId: "Outgoing_9" });
    await at.wait(10);
    expect(at.sent()).toEqual([]);
    expect(await at.risk()).toBe("untold");
  });

  test("that staff run late goes to nobody", async () => {
    const at = await hospital(20);
    await at.hold();
    const { since } = await at.parts.visits.runLate(at.id);
    const what = nameOf({ kind: "late", said: since });
    const of = { visit: at.id, what, by: "any", as: "live" };
    await at.parts.jobs.add({ kind: "message", key: [at.id, what].join(" "), of });
    await at.wait(18, 2);
    expect(at.sent()).toEqual([]);
    expect(await at.told("a")).toContain("late text withheld held");
  });

  test("a text that did not arrive is not tried again, by text or by mail", async () => {
    for (const [status, details] of [
      ["Failed", "4006"],
      ["Failed", "4004"],
    ] as const) {
      const at = await hospital(5 * HOUR);
      at.chart.recipients.set("p-a", { textNumber: NUMBER, mail: MAIL });
      at.change({ start: at.later(HOUR) });
      await at.wait(3);
      const [text] = at.texts.splice(0);
      await at.hold();
      await at.report(text?.id, status, details);
      await at.wait(2 * HOUR, 5);
      expect(at.sent()).toEqual([]);
    }
  });

  test("a move is at risk at once though the chart is down, and nothing goes when it is back", async () => {
    const at = await hospital(5 * HOUR);
    await at.hold();
    at.change({ start: at.later(HOUR) });
    await at.round("finding.near", "lamna");
    at.chart.trouble = () => DOWN;
    await at.wait(3);
    expect(await at.risk()).toBe("untold");
    at.chart.trouble = () => undefined;
    await at.wait(HOUR, 5);
    expect(at.sent()).toEqual([]);
  });
});

describe("a message whose turn has come", () => {
  test.each([true, false])("stays where it is held back in the last moment (text: %s)", async (hasNumber) => {
    const at = await hospital(5 * HOUR, { hasNumber });
    at.change({ start: at.later(HOUR) });
    const rate = at.sendingRate;
    const take = rate.take.bind(rate);
    // The last thing before it is handed over, apart from whether it may be.
    rate.take = async (...asked) => {
      await at.hold();
      return take(...asked);
    };
    await at.wait(20);
    expect(at.sent()).toEqual([]);
    expect(await at.told("a")).toContain(hasNumber ? "update text waiting" : "update mail waiting");
    expect(await at.risk()).toBe("untold");
    await at.letGo();
    rate.take = take;
    await at.wait(2);
    expect(at.sent()).toHaveLength(1);
    expect(await at.risk()).toBeUndefined();
  });

  test("that may have left is not handed over once more, and stays in doubt", async () => {
    const at = await hospital(5 * HOUR);
    at.answers.texts.push({ kind: "unknown" });
    at.change({ start: at.later(HOUR) });
    await at.wait(3);
    expect(at.texts.splice(0)).toHaveLength(1);
    await at.hold();
    await at.wait(20);
    await at.letGo();
    await at.wait(20);
    expect(at.sent()).toEqual([]);
    expect(await at.told("a")).toContain("update text begun");
    expect(await at.risk()).toBe("untold");
  });

  test("waits where nobody can read whether it is held back", async () => {
    const at = await hospital(5 * HOUR);
    at.change({ start: at.later(HOUR) });
    await at.round("finding.near", "lamna");
    const row = await at.store.read("visits", at.id, at.id);
    if (row === undefined) throw new Error("there is no such row");
    const { etag, ...item } = row;
    const damaged = await at.store.replace("visits", { ...item, body: { v: 1, damaged: "yes" } }, etag);
    expect(unreadableIn(await at.parts.visits.byId(at.id).catch((error: unknown) => error))).toBeDefined();
    await at.wait(10);
    expect(at.sent()).toEqual([]);
    await at.store.replace("visits", item, damaged.etag);
    await at.wait(10);
    expect(at.sent()).toHaveLength(1);
  });
});

describe("once they are let go", () => {
  test("a reminder goes that is still in its time, once", async () => {
    const at = await hospital(2 * HOUR);
    await at.hold();
    await at.until(10);
    expect(at.sent()).toEqual([]);
    await at.letGo();
    await at.until(8);
    expect(at.saying(/reminder/)).toHaveLength(1);
    await at.until(-30);
    expect(at.sent()).toHaveLength(1);
  });

  test("of a visit that was moved twice, the last time goes, once, and it is at no risk any more", async () => {
    const at = await hospital(5 * HOUR);
    await at.hold();
    at.change({ start: at.later(HOUR) });
    await at.wait(10);
    at.change({ start: at.later(2 * HOUR) });
    await at.wait(10);
    expect(await at.risk()).toBe("untold");
    await at.letGo();
    await at.wait(3);
    expect(at.sent()).toEqual([expect.stringMatching(/moved to .*5:00 PM/)]);
    expect(await at.risk()).toBeUndefined();
    await at.wait(HOUR, 5);
    expect(at.sent()).toHaveLength(1);
  });

  test("of a visit that was moved and put back nothing goes, and neither does what was told by hand", async () => {
    const back = await hospital(5 * HOUR);
    await back.hold();
    back.change({ start: back.later(HOUR) });
    await back.wait(10);
    back.change({ start: back.start });
    await back.wait(10);
    await back.letGo();
    await back.wait(20);
    expect(back.sent()).toEqual([]);
    expect(await back.risk()).toBeUndefined();

    const byHand = await hospital(5 * HOUR);
    await byHand.hold();
    byHand.change({ start: byHand.later(HOUR) });
    await byHand.wait(10);
    const { message } = await byHand.messages.begin({
      ...{ visit: byHand.id, kind: "link", way: "text", which: "form", person: 0, generation: 0 },
      start: byHand.later(HOUR).toISOString(),
      patient: byHand.messages.patientHash(byHand.id, "p-a"),
    });
    await byHand.messages.settle(message, { state: "accepted", providerId: "Outgoing_9" });
    await byHand.letGo();
    await byHand.wait(20);
    expect(byHand.sent()).toEqual([]);
    expect(await byHand.risk()).toBeUndefined();
  });

  test("a cancellation goes, once", async () => {
    const at = await hospital(5 * HOUR);
    await at.hold();
    at.change({ status: "cancelled" });
    await at.wait(HOUR, 5);
    expect(await at.risk()).toBe("untold");
    await at.letGo();
    await at.wait(3);
    expect(at.sent()).toEqual([expect.stringMatching(/cancel/)]);
    expect(await at.risk()).toBeUndefined();
    await at.wait(HOUR, 5);
    expect(at.sent()).toHaveLength(1);
  });

  test("what is new goes, and no reminder of it whose time has passed since; the next one does", async () => {
    for (const isTold of [false, true]) {
      const at = await hospital(DAY + 90, { isTold });
      await at.hold();
      if (isTold) at.change({ start: at.later(-HOUR) });
      await at.wait(2 * HOUR, 5);
      await at.letGo();
      await at.wait(10);
      const notice = isTold ? /moved to .*10:30 AM/ : /Video visit Tue, Jan 5, 11:30 AM/;
      expect(at.sent()).toEqual([expect.stringMatching(notice)]);
      await at.until(-40, 5);
      expect(at.sent()).toEqual([expect.stringMatching(notice), expect.stringMatching(/reminder/)]);
    }
  });

  test("in the last minute, whoever is told then is at no risk for the reminder for which it is too late", async () => {
    for (const isTold of [false, true]) {
      const at = await hospital(isTold ? HOUR : 20, { isTold });
      await at.hold();
      if (isTold) at.change({ start: at.later(-40) });
      const start = at.later(isTold ? -40 : 0);
      await at.wait((start.getTime() - at.now().getTime()) / 60_000 - 1);
      await at.letGo();
      await at.wait(8);
      expect(at.sent()).toHaveLength(1);
      expect((await at.told("a")).filter((one) => one.includes("too-late"))).toEqual([]);
      expect(await at.risk()).toBeUndefined();
    }
  });

  test("a reminder goes where nobody was to be told of anything new", async () => {
    const at = await hospital(DAY + 30);
    await at.hold();
    await at.wait(2 * HOUR, 5);
    await at.letGo();
    await at.wait(10);
    expect(at.sent()).toEqual([expect.stringMatching(/reminder/)]);
  });
});

describe("a visit that the chart", () => {
  test("gives to another patient holds nothing back from them, and from the first one nothing is told", async () => {
    const at = await hospital(5 * HOUR);
    await at.hold();
    at.change({ patients: ["p-b"] });
    await at.wait(20);
    expect(at.sent()).toEqual([expect.stringContaining(ANOTHER)]);
    expect((await at.parts.visits.byId(at.id))?.held).toBeUndefined();
    at.change({ start: at.later(HOUR) });
    await at.wait(5);
    expect(at.sent()).toHaveLength(2);
  });

  test("gives to another patient holds nothing back from them, also before anybody has made their links", async () => {
    const at = await hospital(5 * HOUR);
    await at.hold();
    at.change({ patients: ["p-b"] });
    // Nobody prepares it.
    at.others["prepare"] = () => Promise.resolve({ kind: "done" });
    await at.wait(20);
    expect(at.sent()).toEqual([expect.stringContaining(ANOTHER)]);
  });

  test.each([true, false])(
    "names by another record of the same patient holds back from them as before (prepared: %s)",
    async (isPrepared) => {
      const at = await hospital(5 * HOUR);
      await at.hold();
      at.chart.combined.set("p-b", ["p-a"]);
      if (!isPrepared) at.others["prepare"] = () => Promise.resolve({ kind: "done" });
      at.change({ patients: ["p-b"], start: at.later(HOUR) });
      await at.wait(20);
      expect(at.sent()).toEqual([]);
      expect((await at.parts.visits.byId(at.id))?.held).toBeDefined();
      expect(await at.risk()).toBe("untold");
      at.change({ status: "cancelled" });
      await at.wait(20);
      expect(at.sent()).toEqual([]);
    },
  );
});

test("whoever was to be called while it was held back still is once it is too late", async () => {
  const at = await hospital(5 * HOUR);
  await at.hold();
  at.chart.combined.set("p-b", ["p-a"]);
  at.change({ patients: ["p-b"], start: at.later(HOUR) });
  await at.wait(7 * HOUR, 10);
  expect(await at.told("a")).toContain("confirmation text withheld held");
  expect(await at.parts.foundVisits.byId(at.id)).toHaveProperty("isUntold", true);
});

test("of several who hold back or let go at once, one does, and who comes late lets go nothing newer", async () => {
  const at = await hospital(5 * HOUR);
  const held = await Promise.all([at.hold(), at.hold(), at.hold()]);
  expect(held.filter((one) => one)).toHaveLength(1);
  const first = (await at.parts.visits.byId(at.id))?.held ?? at.now();
  const gone = await Promise.all([1, 2, 3].map(() => at.parts.visits.letMessagesGo(at.id, first)));
  expect(gone.filter((one) => one)).toHaveLength(1);
  at.forward(1);
  await at.hold();
  expect(await at.parts.visits.letMessagesGo(at.id, first)).toBe(false);
  expect((await at.parts.visits.byId(at.id))?.held).toEqual(at.now());
});
