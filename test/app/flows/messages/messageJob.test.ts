/**
 * Each rule of telling patients of their visits, with all else as it should be: what leaves, when, and what the records
 * say.
 */
import { expect, onTestFinished, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { Messaging } from "../../../../app/parts.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import type { AppointmentPage, BrokenOff, Recipient } from "../../../../app/ports/systemEhr.ts";
import { openHoldings } from "../../../../app/records/holdings.ts";
import { FOUND_PARTITION } from "../../../../app/records/visitChanges.ts";
import { connectionOf, departmentOf, keyring } from "../../../harness/findingDeployment.ts";
import {
  MAIL,
  messagesDeployment,
  NUMBER,
  type MessagesDeploymentOptions,
} from "../../../harness/messagesDeployment.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const REACHED: Recipient = { textNumber: NUMBER, mail: MAIL };

/** A hospital at ten in the morning of the department's time zone, whose chart has been looked at before. */
async function hospital(options: MessagesDeploymentOptions = {}, recipient: Recipient = REACHED) {
  const deployment = messagesDeployment(options);
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", recipient);
  const book = async (inMinutes: number, more: { patients?: readonly string[] } = {}) => {
    deployment.chart.book({ id: "a", start: deployment.inMinutes(inMinutes), ...more });
    await deployment.turn();
  };
  return { ...deployment, book };
}

test("a visit that is booked is told at once, and the day before and a quarter of an hour before it", async () => {
  const deployment = await hospital();
  await deployment.book(2 * DAY);
  const at = deployment.now().getTime();
  await deployment.wait(2 * DAY, 5);
  expect(deployment.texts.map(({ at: sent }) => (sent.getTime() - at) / 60_000)).toEqual([
    0,
    DAY,
    2 * DAY - 15,
  ]);
  expect(new Set(deployment.texts.map(({ id }) => id)).size).toBe(3);
  expect(await deployment.told("a")).toEqual([
    "confirmation text accepted",
    "reminder text accepted",
    "reminder text accepted",
  ]);
});

test("a visit that is moved twice within two minutes is told of once, as it stands", async () => {
  const deployment = await hospital();
  await deployment.book(2 * DAY);
  deployment.chart.change("a", { start: deployment.inMinutes(2 * DAY + HOUR) });
  await deployment.wait(1);
  expect(deployment.texts).toHaveLength(1);
  deployment.chart.change("a", { start: deployment.inMinutes(2 * DAY + 2 * HOUR) });
  await deployment.wait(5);
  expect(deployment.texts).toHaveLength(2);
  expect(deployment.saying(/moved/)).toHaveLength(1);
  expect(await deployment.told("a")).toContain("update text withheld superseded");
});

test("a visit that is moved and back again before that was told is told as nothing new", async () => {
  const deployment = await hospital();
  await deployment.book(2 * DAY);
  const was = deployment.inMinutes(2 * DAY);
  deployment.chart.change("a", { start: deployment.inMinutes(3 * DAY) });
  await deployment.wait(1);
  deployment.chart.change("a", { start: was });
  await deployment.wait(8);
  expect(deployment.texts).toHaveLength(1);
  expect(await deployment.told("a")).toContain("update text withheld same-time");
});

test("another end is told to nobody, and a move to the next minutes before it starts", async () => {
  const deployment = await hospital();
  await deployment.book(3 * HOUR);
  deployment.chart.change("a", { minutes: 45 });
  await deployment.wait(5);
  expect(deployment.texts).toHaveLength(1);
  deployment.chart.change("a", { start: deployment.inMinutes(2) });
  await deployment.turn();
  expect(deployment.saying(/moved/)).toHaveLength(1);
});

test.each([
  ["cancelled", { status: "cancelled" }, /canceled/],
  ["moved", { minutes: 30 }, /moved/],
] as const)(
  "a page that is older than what is known undoes nothing of a visit that was %s",
  async (what, change, words) => {
    const deployment = await hospital();
    await deployment.book(2 * DAY);
    const opened = deployment.chart.chart.bind(deployment.chart);
    const search = {
      locations: ["loc-1"],
      from: deployment.inMinutes(0),
      before: deployment.inMinutes(5 * DAY),
    };
    const pages = opened(...([] as unknown as Parameters<typeof opened>)).appointments(search);
    const { value: old } = (await pages[Symbol.asyncIterator]().next()) as {
      value?: AppointmentPage | BrokenOff;
    };
    if (old?.kind !== "page") throw new Error("no page");
    const move = what === "moved" ? { start: deployment.inMinutes(2 * DAY + HOUR) } : {};
    deployment.chart.change("a", { ...change, ...move });
    await deployment.wait(5);
    expect(deployment.saying(words)).toHaveLength(1);
    deployment.chart.chart = (...as) => ({
      ...opened(...as),
      async *appointments() {
        await Promise.resolve();
        yield old;
      },
    });
    await deployment.wait(1);
    deployment.chart.chart = opened;
    await deployment.wait(8);
    expect(deployment.texts).toHaveLength(2);
  },
);

test("a vendor that asks for a day is asked again within minutes", async () => {
  const deployment = await hospital();
  deployment.answers.texts.push({ kind: "not-now", reason: "busy", retryAfterMs: DAY * 60_000 });
  await deployment.book(2 * DAY);
  await deployment.wait(10);
  expect(deployment.texts).toHaveLength(2);
});

test("a cancellation is told, and nothing after it", async () => {
  const deployment = await hospital();
  await deployment.book(DAY + HOUR);
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.wait(5);
  expect(deployment.saying(/canceled/)).toHaveLength(1);
  await deployment.wait(DAY + HOUR, 30);
  expect(deployment.texts).toHaveLength(2);
});

test("booked and cancelled before anybody was told: nothing is taken back", async () => {
  const deployment = await hospital();
  deployment.setClock("2027-01-04T22:00:00Z");
  await deployment.book(2 * DAY);
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.wait(12 * HOUR, 10);
  expect(deployment.texts).toEqual([]);
});

test.each([
  ["within two hours of the start", 100, 0],
  ["earlier", 12 * HOUR, 8 * HOUR],
])("at midnight a cancellation %s is told in the right time", async (_, start, after) => {
  const deployment = await hospital();
  deployment.setClock("2027-01-04T20:40:00Z");
  await deployment.book(3 * HOUR + 20 + start);
  deployment.setClock("2027-01-05T00:00:00Z");
  await deployment.turn();
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.wait(9 * HOUR, 10);
  const [sent] = deployment.saying(/canceled/);
  const minutes = ((sent?.at.getTime() ?? 0) - Date.parse("2027-01-05T00:00:00Z")) / 60_000;
  expect(minutes).toBeGreaterThanOrEqual(after);
  expect(minutes).toBeLessThanOrEqual(after + 20);
});

test("a reminder whose time had passed when the visit became known is not sent", async () => {
  const deployment = await hospital();
  await deployment.book(3 * HOUR);
  await deployment.wait(3 * HOUR, 5);
  expect(deployment.texts).toHaveLength(2);
  expect(deployment.saying(/reminder/i)).toHaveLength(1);
});

// Booked at ten in the evening: the text waits for the morning where that leaves half an hour, and else a mail says it.
test.each([
  ["08:30", ["2027-01-05T08:0"], 0],
  ["08:29", [], 1],
])("a visit at %s that is booked at night", async (time, texts, mails) => {
  const deployment = await hospital({ connection: { messages: { kinds: ["confirmation"] } } });
  deployment.setClock("2027-01-04T22:00:00Z");
  await deployment.book((Date.parse("2027-01-05T" + time + ":00Z") - deployment.now().getTime()) / 60_000);
  await deployment.wait(11 * HOUR, 5);
  expect(deployment.texts.map(({ at }) => at.toISOString().slice(0, "2027-01-05T08:0".length))).toEqual(
    texts,
  );
  expect(deployment.mails).toHaveLength(mails);
});

test("a reminder of an early visit goes at half past eight the evening before", async () => {
  const deployment = await hospital({
    connection: { messages: { kinds: ["reminder"], remindMinutesBefore: [15] } },
  });
  await deployment.book(21 * HOUR);
  await deployment.wait(21 * HOUR, 5);
  expect(deployment.texts.map(({ at }) => at.toISOString())).toEqual(["2027-01-04T20:30:00.000Z"]);
});

test.each<[string, MessagesDeploymentOptions, Recipient, readonly string[]]>([
  ["the pilot", { messaging: { isLive: false } }, REACHED, ["text withheld pilot", "mail withheld pilot"]],
  ["a test deployment", { environment: "test" }, REACHED, ["text withheld test", "mail withheld test"]],
  [
    "a test chart of a production deployment",
    { connection: { environment: "test" } },
    REACHED,
    ["text withheld test", "mail withheld test"],
  ],
  [
    "missing consents",
    { messaging: { isAgreed: false, textsPatientsOf: () => false } },
    { textNumber: NUMBER },
    ["text withheld no-consent", "mail withheld no-address"],
  ],
  [
    "a number that is not approved",
    { messaging: { isApproved: false } },
    { textNumber: NUMBER },
    ["text withheld unapproved", "mail withheld no-address"],
  ],
  [
    "no number",
    { messaging: { number: undefined } },
    { textNumber: NUMBER },
    ["text withheld no-number", "mail withheld no-address"],
  ],
  ["a death", {}, { ...REACHED, gone: "deceased" }, ["text withheld deceased"]],
  ["a record that is not active", {}, { ...REACHED, gone: "inactive" }, ["text withheld inactive"]],
  ["a wish for neither", {}, { ...REACHED, prefers: "other" }, ["text withheld preference"]],
  ["nothing to reach by", {}, {}, ["text withheld no-mobile", "mail withheld no-address"]],
])("%s: nothing leaves, and the record says why", async (_, options, recipient, records) => {
  const deployment = await hospital(options, recipient);
  await deployment.book(2 * HOUR);
  expect([deployment.texts, deployment.mails]).toEqual([[], []]);
  const told = await deployment.told("a");
  expect(told.toSorted()).toEqual(records.map((record) => "confirmation " + record).toSorted());
});

test("where no number is linked to the connection, mails tell of everything, and each text says why it did not go", async () => {
  const deployment = await hospital({ messaging: { textsPatientsOf: () => false } });
  await deployment.book(DAY + HOUR);
  await deployment.wait(DAY + HOUR, 5);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([0, 3]);
  const pair = (kind: string) => [`${kind} mail accepted`, `${kind} text withheld no-number`];
  const all = [...pair("confirmation"), ...pair("reminder"), ...pair("reminder")];
  expect((await deployment.told("a")).toSorted()).toEqual(all.toSorted());
});

// Booked in the evening, it would be told in the morning; how patients are told changes in the night.
test.each<[string, was: Partial<Messaging>, mail: string]>([
  ["before a number was linked", { textsPatientsOf: () => false }, "accepted"],
  ["in the pilot", { isLive: false }, "withheld known-before"],
])(
  "a visit that was known %s has no first notice by text afterwards, but its reminders",
  async (_, was, mail) => {
    const deployment = await hospital({ messaging: was });
    deployment.setClock("2027-01-04T22:00:00Z");
    await deployment.book(DAY + 14 * HOUR);
    Object.assign(deployment.messaging, { isLive: true, textsPatientsOf: () => true });
    await deployment.wait(11 * HOUR, 15);
    expect(deployment.texts).toEqual([]);
    expect((await deployment.told("a")).toSorted()).toEqual([
      "confirmation mail " + mail,
      "confirmation text withheld known-before",
    ]);
    await deployment.wait(DAY + 3 * HOUR, 15);
    expect(deployment.texts).toHaveLength(2);
    expect(deployment.saying(/reminder/i)).toHaveLength(2);
  },
);

test("while what is set of texts cannot be read, nothing is withheld, and what is not too late goes once it can", async () => {
  const unreadable = {
    ...{ isLive: false, isAgreed: false, isApproved: false, textsPatientsOf: () => false },
    unknown: {
      ...{ number: false, isLive: true, staff: true },
      ...{ textsPatientsOf: () => true, verificationOf: () => true },
    },
  };
  const deployment = await hospital({ messaging: unreadable });
  await deployment.book(DAY + 2 * HOUR);
  await deployment.wait(50, 5);
  expect([await deployment.told("a"), deployment.texts, deployment.mails]).toEqual([[], [], []]);
  Object.assign(deployment.messaging, {
    ...{ isLive: true, isAgreed: true, isApproved: true, textsPatientsOf: () => true },
    unknown: NOTHING_UNKNOWN,
  });
  // A reminder comes a quarter of an hour before the visit, so what waits is looked at every five minutes.
  await deployment.wait(5, 1);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
  Object.assign(deployment.messaging, unreadable);
  await deployment.wait(DAY + 2 * HOUR, 15);
  expect(await deployment.told("a")).toContain("reminder text withheld too-late");
});

test.each<[string, Recipient]>([
  ["who prefers mail", { ...REACHED, prefers: "mail" }],
  ["who has no mobile", { mail: MAIL }],
])("somebody %s is mailed", async (_, recipient) => {
  const deployment = await hospital({}, recipient);
  await deployment.book(2 * HOUR);
  expect([deployment.texts, deployment.mails.map(({ to }) => to)]).toEqual([[], [MAIL]]);
});

test.each<[string, MessagesDeploymentOptions]>([
  ["the pilot", { messaging: { isLive: false } }],
  ["a test deployment", { environment: "test" }],
])("in %s listed staff are told of everything, and nobody else", async (_, options) => {
  const isStaff = (one: string) => one === NUMBER;
  const deployment = await hospital({ ...options, messaging: { ...options.messaging, isStaff } });
  deployment.chart.recipients.set("p-b", { textNumber: "+13125550199" });
  deployment.chart.book({ id: "b", start: deployment.inMinutes(DAY + HOUR) });
  await deployment.book(DAY + HOUR);
  await deployment.wait(DAY + HOUR, 5);
  const reason = options.environment === "test" ? "test" : "pilot";
  expect(deployment.texts.map(({ to }) => to)).toEqual([NUMBER, NUMBER, NUMBER]);
  expect(new Set(await deployment.told("b"))).toEqual(
    new Set(
      ["confirmation", "reminder"].flatMap((kind) => [
        `${kind} text withheld ${reason}`,
        `${kind} mail withheld no-address`,
      ]),
    ),
  );
});

test("a visit that the clinician has ended is reminded of no more", async () => {
  const deployment = await hospital();
  await deployment.book(DAY + HOUR);
  await deployment.wait(2 * HOUR, 5);
  expect(deployment.texts).toHaveLength(2);
  await deployment.parts.visits.end(deployment.visitOf("lamna", "a"));
  await deployment.wait(DAY, 5);
  expect(deployment.texts).toHaveLength(2);
  expect((await deployment.told("a")).at(-1)).toBe("reminder text withheld ended");
});

test("whoever has said STOP is mailed", async () => {
  const deployment = await hospital();
  await deployment.optOuts.stop(NUMBER, deployment.now());
  await deployment.book(2 * HOUR);
  expect([deployment.texts.length, deployment.mails.length]).toEqual([0, 1]);
  expect(await deployment.told("a")).toContain("confirmation text withheld opted-out");
});

test("a visit of two patients is told to neither, and is named as one at risk", async () => {
  const deployment = await hospital();
  await deployment.book(2 * HOUR, { patients: ["p-a", "p-b"] });
  expect(deployment.texts).toEqual([]);
  expect(await deployment.told("a")).toEqual(["confirmation text withheld several-patients"]);
  const found = await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "a"));
  expect(found && riskOf({ ...found, hasMeeting: true }, deployment.now())).toBe("several-patients");
});

test("while the chart does not answer nothing leaves; after the end it is too late", async () => {
  const deployment = await hospital({ connection: { messages: { kinds: ["confirmation"] } } });
  deployment.chart.trouble = (request) =>
    request === "patient" ? { kind: "down", reason: "away" } : undefined;
  await deployment.book(2 * HOUR);
  expect([deployment.texts, await deployment.told("a")]).toEqual([[], []]);
  await deployment.wait(3 * HOUR, 15);
  expect([deployment.texts, await deployment.told("a")]).toEqual([
    [],
    ["confirmation text withheld too-late"],
  ]);
});

test("a text that was not taken goes later, once", async () => {
  const deployment = await hospital();
  deployment.answers.texts.push({ kind: "not-now", reason: "busy", retryAfterMs: 60_000 });
  await deployment.book(DAY);
  expect(await deployment.told("a")).toEqual(["confirmation text waiting"]);
  await deployment.wait(5);
  expect(deployment.texts).toHaveLength(2);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
});

test("an answer that was lost is asked for with the same id within its time, and not after it", async () => {
  const deployment = await hospital();
  deployment.answers.texts.push(...Array.from({ length: 100 }, (): Handover => ({ kind: "unknown" })));
  await deployment.book(DAY);
  const began = deployment.now().getTime();
  await deployment.wait(10);
  expect(deployment.texts.length).toBeGreaterThan(1);
  expect(new Set(deployment.texts.map(({ id }) => id)).size).toBe(1);
  for (const { at } of deployment.texts) expect(at.getTime() - began).toBeLessThan(5 * 60_000);
  expect(await deployment.told("a")).toEqual(["confirmation text begun"]);
});

test("a text that is refused for good is followed by a mail", async () => {
  const deployment = await hospital();
  deployment.answers.texts.push({ kind: "refused", reason: "recipient" });
  await deployment.book(DAY);
  expect(deployment.mails.map(({ to }) => to)).toEqual([MAIL]);
  expect((await deployment.told("a")).toSorted()).toEqual([
    "confirmation mail accepted",
    "confirmation text refused recipient",
  ]);
});

test("a visit that an administrator has deleted is told to nobody", async () => {
  const deployment = await hospital();
  deployment.setClock("2027-01-04T22:00:00Z");
  await deployment.book(2 * DAY);
  await deployment.parts.foundVisits.remove(deployment.visitOf("lamna", "a"));
  deployment.chart.booked.delete("a");
  await deployment.wait(11 * HOUR, 15);
  expect(deployment.texts).toEqual([]);
});

test("a visit that is deleted while a message about it is on its way is told to nobody, and nothing is held of it", async () => {
  const deployment = await hospital();
  await deployment.book(2 * DAY);
  const holdings = openHoldings({ store: deployment.store, keyring, now: deployment.now });
  const appointment = { fhirBaseUrl: connectionOf("lamna").fhirBaseUrl, appointmentId: "a" };
  deployment.chart.change("a", { status: "cancelled" });
  const deleted: Promise<void>[] = [];
  const opened = deployment.chart.chart.bind(deployment.chart);
  deployment.chart.chart = (...as) => ({
    ...opened(...as),
    recipient: async () => {
      deleted.push(holdings.delete(appointment));
      await Promise.all(deleted);
      return { kind: "read", recipient: REACHED };
    },
  });
  await deployment.wait(3);
  expect(deleted).not.toEqual([]);
  expect(deployment.saying(/canceled/)).toEqual([]);
  expect((await holdings.about(appointment)).map(({ row }) => Object.keys(row.body))).toEqual([
    ["v", "deleted"],
  ]);
});

test("a visit that was deleted stays so where the chart moves it by months", async () => {
  const deployment = await hospital();
  await deployment.book(DAY);
  expect(deployment.texts).toHaveLength(1);
  await openHoldings({ store: deployment.store, keyring, now: deployment.now }).delete({
    fhirBaseUrl: connectionOf("lamna").fhirBaseUrl,
    appointmentId: "a",
  });
  deployment.chart.change("a", { start: deployment.inMinutes(90 * DAY) });
  deployment.forward(85 * DAY);
  await deployment.wait(6 * DAY, DAY / 2);
  expect(deployment.texts).toHaveLength(1);
});

test("what the first whole look at a location finds is not told as new, and what follows it is", async () => {
  const deployment = messagesDeployment({ department: { locations: ["loc-1", "loc-2"] } });
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  deployment.chart.book({ id: "old", start: deployment.inMinutes(DAY) });
  // The first search of loc-1 and loc-2 fails.
  deployment.chart.trouble = (request) =>
    request === "search" ? { kind: "down", reason: "away" } : undefined;
  await deployment.turn();
  deployment.chart.trouble = () => undefined;
  await deployment.turn();
  expect(await deployment.told("old")).toEqual(["confirmation text withheld known-before"]);
  deployment.chart.book({ id: "b", start: deployment.inMinutes(DAY) });
  await deployment.turn();
  expect((await deployment.told("b")).toSorted()).toEqual([
    "confirmation mail withheld no-address",
    "confirmation text withheld no-mobile",
  ]);
  // Another location of the department, with visits that were booked at some time.
  deployment.chart.book({ id: "c", start: deployment.inMinutes(DAY), location: "loc-3" });
  deployment.reset({ departments: [{ ...departmentOf("lamna"), locations: ["loc-1", "loc-2", "loc-3"] }] });
  await deployment.turn();
  expect(await deployment.told("c")).toEqual(["confirmation text withheld known-before"]);
});

test("a known visit that is canceled before its notice was looked at is told of", async () => {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  deployment.chart.recipients.set("p-a", REACHED);
  deployment.chart.book({ id: "a", start: deployment.inMinutes(DAY) });
  await deployment.round("finding.near", "lamna");
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.turn();
  await deployment.wait(1);
  expect(deployment.texts).toHaveLength(1);
  expect(deployment.saying(/canceled/)).toHaveLength(1);
});

test("a change that cannot be read hides only itself", async () => {
  const deployment = await hospital();
  await deployment.store.create("visits", {
    partition: FOUND_PARTITION,
    id: "change-damaged-1",
    sort: "change " + deployment.now().toISOString(),
    body: { damaged: true },
  });
  await deployment.book(DAY);
  expect(deployment.texts).toHaveLength(1);
});

/** Damages a row of what was found, as another program might. @returns a function that mends it */
async function damage({ store }: Awaited<ReturnType<typeof hospital>>, id: string) {
  const whole = await store.read("visits", FOUND_PARTITION, id);
  if (whole === undefined) throw new Error("no row " + id);
  const { etag, ...row } = whole;
  const damaged = await store.replace("visits", { ...row, body: { v: 1, start: 7 } }, etag);
  return () => store.replace("visits", row, damaged.etag);
}

test.each([
  ["days after the visit, are recorded as not sent", 3 * DAY, "withheld too-late"],
  ["before the visit, are sent", DAY - 30, "accepted"],
])(
  "reminders that were due while the visit's row was damaged, and that is mended %s",
  async (_when, minutes, last) => {
    const deployment = await hospital({ connection: { messages: { remindMinutesBefore: [DAY, 15] } } });
    await deployment.book(2 * DAY);
    const mend = await damage(deployment, "found-" + deployment.visitOf("lamna", "a"));
    await deployment.wait(DAY + 5, 5);
    expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
    await deployment.wait(minutes, 5);
    await mend();
    await deployment.wait(20, 5);
    expect(await deployment.told("a")).toEqual([
      "confirmation text accepted",
      ...[last, last].map((state) => "reminder text " + state),
    ]);
  },
);

test("a change that was damaged when it came up is told once its row is mended", async () => {
  const deployment = await hospital();
  deployment.chart.book({ id: "a", start: deployment.inMinutes(3 * DAY) });
  await deployment.round("finding.near", "lamna");
  await deployment.round("finding.far", "lamna");
  const mend = await damage(deployment, "change-" + deployment.visitOf("lamna", "a") + "-1");
  await deployment.wait(30, 5);
  expect([deployment.texts.length, await deployment.told("a")]).toEqual([0, []]);
  await mend();
  await deployment.wait(10, 5);
  expect(await deployment.told("a")).toEqual(["confirmation text accepted"]);
});

test.each([
  ["moved", { start: 2 * DAY + HOUR }, /canceled|moved/i, "update text accepted"],
  ["cancelled", { status: "cancelled" }, /canceled/i, "cancellation text accepted"],
] as const)(
  "an earlier change that is damaged keeps nobody from being told that the visit was %s, and no reminder back",
  async (_how, to, says, last) => {
    const deployment = await hospital();
    await deployment.book(2 * DAY);
    await damage(deployment, "change-" + deployment.visitOf("lamna", "a") + "-1");
    const { start, ...others } = { start: undefined, ...to };
    deployment.chart.change("a", {
      ...others,
      ...(start !== undefined && { start: deployment.inMinutes(start) }),
    });
    await deployment.wait(5);
    expect(deployment.saying(says)).toHaveLength(1);
    expect((await deployment.told("a")).at(-1)).toBe(last);
  },
);

test("a damaged change keeps no reminder back", async () => {
  const deployment = await hospital();
  await deployment.book(2 * DAY);
  await damage(deployment, "change-" + deployment.visitOf("lamna", "a") + "-1");
  await deployment.wait(2 * DAY, 5);
  expect(deployment.saying(/reminder/i)).toHaveLength(2);
});

test("a visit that the chart has cancelled, that has no meeting yet, and that nobody has looked for since, is reminded of by no text", async () => {
  const deployment = await hospital();
  deployment.teams.fault = "unavailable";
  await deployment.book(DAY + HOUR);
  const visit = deployment.visitOf("lamna", "a");
  expect(await deployment.parts.visits.byId(visit)).toBeUndefined();
  expect(deployment.texts).toHaveLength(1);
  // The reminder's job is made, and due before the next look at the chart.
  deployment.forward(HOUR - 1);
  await deployment.turn();
  deployment.chart.change("a", { status: "cancelled" });
  deployment.forward(2);
  await deployment.work();
  const { jobs } = await deployment.parts.jobs.readSlice("open", { limit: 100 });
  const reasons = jobs.filter(({ job }) => job.kind === "message").map(({ job }) => job.lastFailure?.reason);
  expect([deployment.texts.length, reasons]).toEqual([1, ["messages.chart-differs"]]);
  // Found at the next look, it is told as cancelled, and its reminder makes sense no more from its start on.
  await deployment.wait(10);
  const told = ["confirmation text accepted", "cancellation text accepted"];
  expect(await deployment.told("a")).toEqual(told);
  await deployment.wait(DAY, 15);
  expect(await deployment.told("a")).toEqual([...told, "reminder text withheld superseded"]);
  expect((await deployment.parts.visits.ofLink(visit))?.state).toBe("cancelled");
});

test.each<[what: string, change: { isVideo: boolean } | { location: string }]>([
  ["is in person by now", { isVideo: false }],
  ["is at another location by now", { location: "ward-9" }],
])(
  "a visit that %s, and that nobody has looked for since, is reminded of by no text unless it is a video visit again",
  async (_what, change) => {
    const deployment = await hospital();
    await deployment.book(DAY + HOUR);
    deployment.forward(HOUR - 1);
    await deployment.turn();
    deployment.chart.change("a", change);
    deployment.forward(2);
    await deployment.work();
    expect(deployment.saying(/reminder/i)).toEqual([]);
    // Found at the next look, it is away, and the reminder waits for it.
    await deployment.wait(10);
    expect(deployment.saying(/reminder/i)).toEqual([]);
    deployment.chart.change("a", { isVideo: true, location: "loc-1" });
    await deployment.wait(10);
    expect(deployment.saying(/reminder/i)).toHaveLength(1);
  },
);

test("what finds no room in a minute tries the next one in order: reminders before notices, and who starts sooner", async () => {
  const deployment = await hospital();
  const starts = Array.from({ length: 170 }, (_, n) => DAY + 60 + 5 * n);
  for (const [n, inMinutes] of starts.entries()) {
    deployment.chart.book({ id: "v" + String(n), start: deployment.inMinutes(inMinutes), patients: ["p-a"] });
  }
  await deployment.turn();
  expect(deployment.texts).toHaveLength(150);
  const { jobs } = await deployment.parts.jobs.readSlice("open", { limit: 100 });
  const waiting = jobs.filter(({ job }) => job.lastFailure?.reason === "messages.rate");
  const startOf = async (visit = "") => (await deployment.parts.foundVisits.byId(visit as VisitId))?.start;
  const order = await Promise.all(waiting.map(({ job }) => startOf(job.of["visit"])));
  expect(order).toHaveLength(20);
  expect(order).toEqual(order.toSorted((one, other) => Number(one) - Number(other)));
  await deployment.wait(3);
  expect(deployment.texts).toHaveLength(170);
});
