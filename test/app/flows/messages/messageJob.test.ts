/** Each rule of telling patients of their visits, with all else as it should be: what leaves, when, and what the records say. */
import { expect, onTestFinished, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Messaging } from "../../../../app/parts.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import type { AppointmentPage, BrokenOff, Recipient } from "../../../../app/ports/systemEhr.ts";
import { openHoldings } from "../../../../app/records/holdings.ts";
import { FOUND_PARTITION } from "../../../../app/records/visitChanges.ts";
import { connectionOf, departmentOf, keyring } from "../../../harness/findingPlace.ts";
import { MAIL, messagesPlace, NUMBER, type MessagesPlaceOptions } from "../../../harness/messagesPlace.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const REACHED: Recipient = { textNumber: NUMBER, mail: MAIL };

/** It is ten in the morning where the department is, and the chart has been looked at before. */
async function hospital(options: MessagesPlaceOptions = {}, recipient: Recipient = REACHED) {
  const place = messagesPlace(options);
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  await place.turn();
  place.chart.recipients.set("p-a", recipient);
  const book = async (inMinutes: number, more: { patients?: readonly string[] } = {}) => {
    place.chart.book({ id: "a", start: place.inMinutes(inMinutes), ...more });
    await place.turn();
  };
  return { ...place, book };
}

test("a visit that is booked is told at once, and the day before and a quarter of an hour before it", async () => {
  const place = await hospital();
  await place.book(2 * DAY);
  const at = place.now().getTime();
  await place.wait(2 * DAY, 5);
  expect(place.texts.map(({ at: sent }) => (sent.getTime() - at) / 60_000)).toEqual([0, DAY, 2 * DAY - 15]);
  expect(new Set(place.texts.map(({ id }) => id)).size).toBe(3);
  expect(await place.told("a")).toEqual([
    "confirmation text accepted",
    "reminder text accepted",
    "reminder text accepted",
  ]);
});

test("a visit that is moved twice within two minutes is told of once, as it stands", async () => {
  const place = await hospital();
  await place.book(2 * DAY);
  place.chart.change("a", { start: place.inMinutes(2 * DAY + HOUR) });
  await place.wait(1);
  expect(place.texts).toHaveLength(1);
  place.chart.change("a", { start: place.inMinutes(2 * DAY + 2 * HOUR) });
  await place.wait(5);
  expect(place.texts).toHaveLength(2);
  expect(place.saying(/moved/)).toHaveLength(1);
  expect(await place.told("a")).toContain("update text withheld superseded");
});

test("a visit that is moved and back again before that was told is told as nothing new", async () => {
  const place = await hospital();
  await place.book(2 * DAY);
  const was = place.inMinutes(2 * DAY);
  place.chart.change("a", { start: place.inMinutes(3 * DAY) });
  await place.wait(1);
  place.chart.change("a", { start: was });
  await place.wait(8);
  expect(place.texts).toHaveLength(1);
  expect(await place.told("a")).toContain("update text withheld same-time");
});

test("another end is told to nobody, and a move to the next minutes before it starts", async () => {
  const place = await hospital();
  await place.book(3 * HOUR);
  place.chart.change("a", { minutes: 45 });
  await place.wait(5);
  expect(place.texts).toHaveLength(1);
  place.chart.change("a", { start: place.inMinutes(2) });
  await place.turn();
  expect(place.saying(/moved/)).toHaveLength(1);
});

test.each([
  ["cancelled", { status: "cancelled" }, /canceled/],
  ["moved", { minutes: 30 }, /moved/],
] as const)(
  "a page that is older than what is known undoes nothing of a visit that was %s",
  async (what, change, words) => {
    const place = await hospital();
    await place.book(2 * DAY);
    const opened = place.chart.chart.bind(place.chart);
    const search = { locations: ["loc-1"], from: place.inMinutes(0), before: place.inMinutes(5 * DAY) };
    const pages = opened(...([] as unknown as Parameters<typeof opened>)).appointments(search);
    const { value: old } = (await pages[Symbol.asyncIterator]().next()) as {
      value?: AppointmentPage | BrokenOff;
    };
    if (old?.kind !== "page") throw new Error("no page");
    const move = what === "moved" ? { start: place.inMinutes(2 * DAY + HOUR) } : {};
    place.chart.change("a", { ...change, ...move });
    await place.wait(5);
    expect(place.saying(words)).toHaveLength(1);
    place.chart.chart = (...as) => ({
      ...opened(...as),
      async *appointments() {
        await Promise.resolve();
        yield old;
      },
    });
    await place.wait(1);
    place.chart.chart = opened;
    await place.wait(8);
    expect(place.texts).toHaveLength(2);
  },
);

test("a vendor that asks for a day is asked again within minutes", async () => {
  const place = await hospital();
  place.answers.texts.push({ kind: "not-now", reason: "busy", retryAfterMs: DAY * 60_000 });
  await place.book(2 * DAY);
  await place.wait(10);
  expect(place.texts).toHaveLength(2);
});

test("a cancellation is told, and nothing after it", async () => {
  const place = await hospital();
  await place.book(DAY + HOUR);
  place.chart.change("a", { status: "cancelled" });
  await place.wait(5);
  expect(place.saying(/canceled/)).toHaveLength(1);
  await place.wait(DAY + HOUR, 30);
  expect(place.texts).toHaveLength(2);
});

test("booked and cancelled before anybody was told: nothing is taken back", async () => {
  const place = await hospital();
  place.setClock("2027-01-04T22:00:00Z");
  await place.book(2 * DAY);
  place.chart.change("a", { status: "cancelled" });
  await place.wait(12 * HOUR, 10);
  expect(place.texts).toEqual([]);
});

test.each([
  ["within two hours of the start", 100, 0],
  ["earlier", 12 * HOUR, 8 * HOUR],
])("at midnight a cancellation %s is told in the right time", async (_, start, after) => {
  const place = await hospital();
  place.setClock("2027-01-04T20:40:00Z");
  await place.book(3 * HOUR + 20 + start);
  place.setClock("2027-01-05T00:00:00Z");
  await place.turn();
  place.chart.change("a", { status: "cancelled" });
  await place.wait(9 * HOUR, 10);
  const [sent] = place.saying(/canceled/);
  const minutes = ((sent?.at.getTime() ?? 0) - Date.parse("2027-01-05T00:00:00Z")) / 60_000;
  expect(minutes).toBeGreaterThanOrEqual(after);
  expect(minutes).toBeLessThanOrEqual(after + 20);
});

test("a reminder whose time had passed when the visit became known is not sent", async () => {
  const place = await hospital();
  await place.book(3 * HOUR);
  await place.wait(3 * HOUR, 5);
  expect(place.texts).toHaveLength(2);
  expect(place.saying(/reminder/i)).toHaveLength(1);
});

// Booked at ten in the evening: the text waits for the morning where that leaves half an hour, and else a mail says it.
test.each([
  ["08:30", ["2027-01-05T08:0"], 0],
  ["08:29", [], 1],
])("a visit at %s that is booked at night", async (time, texts, mails) => {
  const place = await hospital({ connection: { messages: { kinds: ["confirmation"] } } });
  place.setClock("2027-01-04T22:00:00Z");
  await place.book((Date.parse("2027-01-05T" + time + ":00Z") - place.now().getTime()) / 60_000);
  await place.wait(11 * HOUR, 5);
  expect(place.texts.map(({ at }) => at.toISOString().slice(0, "2027-01-05T08:0".length))).toEqual(texts);
  expect(place.mails).toHaveLength(mails);
});

test("a reminder of an early visit goes at half past eight the evening before", async () => {
  const place = await hospital({
    connection: { messages: { kinds: ["reminder"], remindMinutesBefore: [15] } },
  });
  await place.book(21 * HOUR);
  await place.wait(21 * HOUR, 5);
  expect(place.texts.map(({ at }) => at.toISOString())).toEqual(["2027-01-04T20:30:00.000Z"]);
});

test.each<[string, MessagesPlaceOptions, Recipient, readonly string[]]>([
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
  const place = await hospital(options, recipient);
  await place.book(2 * HOUR);
  expect([place.texts, place.mails]).toEqual([[], []]);
  const told = await place.told("a");
  expect(told.toSorted()).toEqual(records.map((record) => "confirmation " + record).toSorted());
});

test("where no number is linked to the connection, mails tell of everything, and each text says why it did not go", async () => {
  const place = await hospital({ messaging: { textsPatientsOf: () => false } });
  await place.book(DAY + HOUR);
  await place.wait(DAY + HOUR, 5);
  expect([place.texts.length, place.mails.length]).toEqual([0, 3]);
  const pair = (kind: string) => [`${kind} mail accepted`, `${kind} text withheld no-number`];
  const all = [...pair("confirmation"), ...pair("reminder"), ...pair("reminder")];
  expect((await place.told("a")).toSorted()).toEqual(all.toSorted());
});

// Booked in the evening, it would be told in the morning; how patients are told changes in the night.
test.each<[string, was: Partial<Messaging>, mail: string]>([
  ["before a number was linked", { textsPatientsOf: () => false }, "accepted"],
  ["in the pilot", { isLive: false }, "withheld known-before"],
])(
  "a visit that was known %s has no first notice by text afterwards, but its reminders",
  async (_, was, mail) => {
    const place = await hospital({ messaging: was });
    place.setClock("2027-01-04T22:00:00Z");
    await place.book(DAY + 14 * HOUR);
    Object.assign(place.messaging, { isLive: true, textsPatientsOf: () => true });
    await place.wait(11 * HOUR, 15);
    expect(place.texts).toEqual([]);
    expect((await place.told("a")).toSorted()).toEqual([
      "confirmation mail " + mail,
      "confirmation text withheld known-before",
    ]);
    await place.wait(DAY + 3 * HOUR, 15);
    expect(place.texts).toHaveLength(2);
    expect(place.saying(/reminder/i)).toHaveLength(2);
  },
);

test.each<[string, Recipient]>([
  ["who prefers mail", { ...REACHED, prefers: "mail" }],
  ["who has no mobile", { mail: MAIL }],
])("somebody %s is mailed", async (_, recipient) => {
  const place = await hospital({}, recipient);
  await place.book(2 * HOUR);
  expect([place.texts, place.mails.map(({ to }) => to)]).toEqual([[], [MAIL]]);
});

test.each<[string, MessagesPlaceOptions]>([
  ["the pilot", { messaging: { isLive: false } }],
  ["a test deployment", { environment: "test" }],
])("in %s listed staff are told of everything, and nobody else", async (_, options) => {
  const isStaff = (one: string) => one === NUMBER;
  const place = await hospital({ ...options, messaging: { ...options.messaging, isStaff } });
  place.chart.recipients.set("p-b", { textNumber: "+13125550199" });
  place.chart.book({ id: "b", start: place.inMinutes(DAY + HOUR) });
  await place.book(DAY + HOUR);
  await place.wait(DAY + HOUR, 5);
  const reason = options.environment === "test" ? "test" : "pilot";
  expect(place.texts.map(({ to }) => to)).toEqual([NUMBER, NUMBER, NUMBER]);
  expect(new Set(await place.told("b"))).toEqual(
    new Set(
      ["confirmation", "reminder"].flatMap((kind) => [
        `${kind} text withheld ${reason}`,
        `${kind} mail withheld no-address`,
      ]),
    ),
  );
});

test("a visit that the clinician has ended is reminded of no more", async () => {
  const place = await hospital();
  await place.book(DAY + HOUR);
  await place.wait(2 * HOUR, 5);
  expect(place.texts).toHaveLength(2);
  await place.parts.visits.end(place.visitOf("lamna", "a"));
  await place.wait(DAY, 5);
  expect(place.texts).toHaveLength(2);
  expect((await place.told("a")).at(-1)).toBe("reminder text withheld ended");
});

test("whoever has said STOP is mailed", async () => {
  const place = await hospital();
  await place.optOuts.stop(NUMBER, place.now());
  await place.book(2 * HOUR);
  expect([place.texts.length, place.mails.length]).toEqual([0, 1]);
  expect(await place.told("a")).toContain("confirmation text withheld opted-out");
});

test("a visit of two patients is told to neither", async () => {
  const place = await hospital();
  await place.book(2 * HOUR, { patients: ["p-a", "p-b"] });
  expect(place.texts).toEqual([]);
  expect(await place.told("a")).toEqual(["confirmation text withheld several-patients"]);
});

test("while the chart does not answer nothing leaves; after the end it is too late", async () => {
  const place = await hospital({ connection: { messages: { kinds: ["confirmation"] } } });
  place.chart.trouble = (request) => (request === "patient" ? { kind: "down", reason: "away" } : undefined);
  await place.book(2 * HOUR);
  expect([place.texts, await place.told("a")]).toEqual([[], []]);
  await place.wait(3 * HOUR, 15);
  expect([place.texts, await place.told("a")]).toEqual([[], ["confirmation text withheld too-late"]]);
});

test("a text that was not taken goes later, once", async () => {
  const place = await hospital();
  place.answers.texts.push({ kind: "not-now", reason: "busy", retryAfterMs: 60_000 });
  await place.book(DAY);
  expect(await place.told("a")).toEqual(["confirmation text waiting"]);
  await place.wait(5);
  expect(place.texts).toHaveLength(2);
  expect(await place.told("a")).toEqual(["confirmation text accepted"]);
});

test("an answer that was lost is asked for with the same id within its time, and not after it", async () => {
  const place = await hospital();
  place.answers.texts.push(...Array.from({ length: 100 }, (): Handover => ({ kind: "unknown" })));
  await place.book(DAY);
  const began = place.now().getTime();
  await place.wait(10);
  expect(place.texts.length).toBeGreaterThan(1);
  expect(new Set(place.texts.map(({ id }) => id)).size).toBe(1);
  for (const { at } of place.texts) expect(at.getTime() - began).toBeLessThan(5 * 60_000);
  expect(await place.told("a")).toEqual(["confirmation text begun"]);
});

test("a text that is refused for good is followed by a mail", async () => {
  const place = await hospital();
  place.answers.texts.push({ kind: "refused", reason: "recipient" });
  await place.book(DAY);
  expect(place.mails.map(({ to }) => to)).toEqual([MAIL]);
  expect((await place.told("a")).toSorted()).toEqual([
    "confirmation mail accepted",
    "confirmation text refused recipient",
  ]);
});

test("a visit that an administrator has deleted is told to nobody", async () => {
  const place = await hospital();
  place.setClock("2027-01-04T22:00:00Z");
  await place.book(2 * DAY);
  await place.parts.foundVisits.remove(place.visitOf("lamna", "a"));
  place.chart.booked.delete("a");
  await place.wait(11 * HOUR, 15);
  expect(place.texts).toEqual([]);
});

test("a visit that is deleted while a message about it is on its way is told to nobody, and nothing is held of it", async () => {
  const place = await hospital();
  await place.book(2 * DAY);
  const holdings = openHoldings({ store: place.store, keyring, now: place.now });
  const appointment = { fhirBaseUrl: connectionOf("lamna").fhirBaseUrl, appointmentId: "a" };
  place.chart.change("a", { status: "cancelled" });
  const deleted: Promise<void>[] = [];
  const opened = place.chart.chart.bind(place.chart);
  place.chart.chart = (...as) => ({
    ...opened(...as),
    recipient: async () => {
      deleted.push(holdings.delete(appointment));
      await Promise.all(deleted);
      return { kind: "read", recipient: REACHED };
    },
  });
  await place.wait(3);
  expect(deleted).not.toEqual([]);
  expect(place.saying(/canceled/)).toEqual([]);
  expect((await holdings.about(appointment)).map(({ row }) => Object.keys(row.body))).toEqual([
    ["v", "deleted"],
  ]);
});

test("a visit that was deleted stays so where the chart moves it by months", async () => {
  const place = await hospital();
  await place.book(DAY);
  expect(place.texts).toHaveLength(1);
  await openHoldings({ store: place.store, keyring, now: place.now }).delete({
    fhirBaseUrl: connectionOf("lamna").fhirBaseUrl,
    appointmentId: "a",
  });
  place.chart.change("a", { start: place.inMinutes(90 * DAY) });
  place.forward(85 * DAY);
  await place.wait(6 * DAY, DAY / 2);
  expect(place.texts).toHaveLength(1);
});

test("what the first whole look at a location finds is not told as new, and what follows it is", async () => {
  const place = messagesPlace({ department: { locations: ["loc-1", "loc-2"] } });
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  place.chart.book({ id: "old", start: place.inMinutes(DAY) });
  // Of loc-1 and loc-2 nothing can be had the first time.
  place.chart.trouble = (request) => (request === "search" ? { kind: "down", reason: "away" } : undefined);
  await place.turn();
  place.chart.trouble = () => undefined;
  await place.turn();
  expect(await place.told("old")).toEqual(["confirmation text withheld known-before"]);
  place.chart.book({ id: "b", start: place.inMinutes(DAY) });
  await place.turn();
  expect((await place.told("b")).toSorted()).toEqual([
    "confirmation mail withheld no-address",
    "confirmation text withheld no-mobile",
  ]);
  // Another location of the department, with visits that were booked at some time.
  place.chart.book({ id: "c", start: place.inMinutes(DAY), location: "loc-3" });
  place.reset({ departments: [{ ...departmentOf("lamna"), locations: ["loc-1", "loc-2", "loc-3"] }] });
  await place.turn();
  expect(await place.told("c")).toEqual(["confirmation text withheld known-before"]);
});

test("a known visit that is canceled before its notice was looked at is told of", async () => {
  const place = messagesPlace();
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  place.chart.recipients.set("p-a", REACHED);
  place.chart.book({ id: "a", start: place.inMinutes(DAY) });
  await place.round("finding.near", "lamna");
  place.chart.change("a", { status: "cancelled" });
  await place.turn();
  await place.wait(1);
  expect(place.texts).toHaveLength(1);
  expect(place.saying(/canceled/)).toHaveLength(1);
});

test("a change that cannot be read hides only itself", async () => {
  const place = await hospital();
  await place.store.create("visits", {
    partition: FOUND_PARTITION,
    id: "change-damaged-1",
    sort: "change " + place.now().toISOString(),
    body: { damaged: true },
  });
  await place.book(DAY);
  expect(place.texts).toHaveLength(1);
});

test("what finds no room in a minute tries the next one in order: reminders before notices, and who starts sooner", async () => {
  const place = await hospital();
  const starts = Array.from({ length: 170 }, (_, n) => DAY + 60 + 5 * n);
  for (const [n, inMinutes] of starts.entries()) {
    place.chart.book({ id: "v" + String(n), start: place.inMinutes(inMinutes), patients: ["p-a"] });
  }
  await place.turn();
  expect(place.texts).toHaveLength(150);
  const { jobs } = await place.parts.jobs.page("open", { limit: 100 });
  const waiting = jobs.filter(({ job }) => job.lastFailure?.reason === "messages.rate");
  const startOf = async (visit = "") => (await place.parts.foundVisits.byId(visit as VisitId))?.start;
  const order = await Promise.all(waiting.map(({ job }) => startOf(job.of["visit"])));
  expect(order).toHaveLength(20);
  expect(order).toEqual(order.toSorted((one, other) => Number(one) - Number(other)));
  await place.wait(3);
  expect(place.texts).toHaveLength(170);
});
