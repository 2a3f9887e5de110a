/** Staff have said that they run late: the patient is texted once for each time, by the rules of every other text. */
import { expect, onTestFinished, test } from "vitest";
import { lateSince } from "../../../../app/domain/lateness.ts";
import { nameOf } from "../../../../app/domain/visitMessages.ts";
import type { Recipient } from "../../../../app/ports/systemEhr.ts";
import { MAIL, messagesPlace, NUMBER, type MessagesPlaceOptions } from "../../../harness/messagesPlace.ts";

const REACHED: Recipient = { textNumber: NUMBER, mail: MAIL };

/** A visit that the patient knows of begins in ten minutes. */
async function soon(options: MessagesPlaceOptions = {}, recipient: Recipient = REACHED, clock = "10:00") {
  const place = messagesPlace({ ...options, connection: { messages: { kinds: [] }, ...options.connection } });
  onTestFinished(() => place.close());
  place.setClock(`2027-01-04T${clock}:00Z`);
  await place.turn();
  place.chart.recipients.set("p-a", recipient);
  place.chart.book({ id: "a", start: place.inMinutes(10) });
  await place.turn();
  const visit = place.visitOf("lamna", "a");
  const { jobs, visits } = place.parts;
  /** As a click does it, however often. */
  const late = async () => {
    const { since } = await visits.runLate(visit);
    const what = nameOf({ kind: "late", said: since });
    await jobs.add({
      kind: "message",
      key: [visit, what].join(" "),
      of: { visit, what, by: "any", as: "live" },
    });
    return since;
  };
  /** What became of the texts that say so, without those of the visit. */
  const lateTexts = async () => (await place.told("a")).filter((one) => one.startsWith("late "));
  return { ...place, visit, visits, late, lateTexts };
}

test("once, however often it is clicked, in words that say when the visit was to be", async () => {
  const place = await soon();
  await place.late();
  await place.late();
  await place.turn();
  await place.late();
  await place.turn();
  expect(place.texts.map(({ text }) => text.replace(/https\S+/, "LINK"))).toEqual([
    "Lamna Healthcare: We are late for your 10:10 AM UTC visit. Join: LINK STOP to end.",
  ]);
  expect(place.mails).toEqual([]);
  expect(await place.lateTexts()).toEqual(["late text accepted"]);
});

test("again where it was taken back and said again, three times in all", async () => {
  const place = await soon();
  for (let count = 0; count < 5; count++) {
    await place.visits.onTime(place.visit, await place.late());
    await place.late();
    await place.turn();
    const visit = await place.visits.byId(place.visit);
    await place.visits.onTime(place.visit, visit?.late ?? place.now());
    place.forward(1);
  }
  expect(place.texts).toHaveLength(3);
  expect(await place.lateTexts()).toContain("late text withheld late-often");
});

test("not where it was taken back before the text left", async () => {
  const place = await soon();
  await place.visits.onTime(place.visit, await place.late());
  await place.turn();
  expect(place.texts).toEqual([]);
  expect(await place.lateTexts()).toEqual(["late text withheld superseded"]);
});

test.each<[what: string, options: MessagesPlaceOptions, recipient: Recipient, code: string]>([
  [
    "where the hospital has not consented",
    { messaging: { isAgreed: false, textsPatientsOf: () => false } },
    REACHED,
    "no-consent",
  ],
  ["where no number is linked", { messaging: { textsPatientsOf: () => false } }, REACHED, "no-number"],
  ["in the pilot", { messaging: { isLive: false } }, REACHED, "pilot"],
  ["in test", { environment: "test" }, REACHED, "test"],
  ["who prefers mails", {}, { ...REACHED, prefers: "mail" }, "prefers-mail"],
  ["who has died", {}, { ...REACHED, gone: "deceased" }, "deceased"],
  ["without a mobile number", {}, { mail: MAIL }, "no-mobile"],
])("nobody is texted or mailed %s, and the record says why", async (_what, options, recipient, code) => {
  const place = await soon(options, recipient);
  await place.late();
  await place.turn();
  expect([place.texts, place.mails]).toEqual([[], []]);
  expect(await place.lateTexts()).toEqual(["late text withheld " + code]);
});

test("nobody who has said STOP, and nobody at night", async () => {
  const stopped = await soon();
  await stopped.optOuts.stop(NUMBER, stopped.now());
  await stopped.late();
  await stopped.turn();
  expect(await stopped.lateTexts()).toEqual(["late text withheld opted-out"]);
  const night = await soon({ hours: { from: "08:00", to: "21:00" } }, REACHED, "22:00");
  await night.late();
  await night.turn();
  await night.wait(12 * 60, 60);
  expect(await night.lateTexts()).toEqual(["late text withheld night"]);
  expect([...stopped.texts, ...night.texts, ...night.mails]).toEqual([]);
});

test("not a quarter of an hour after it was said, and the visit is at no risk for that", async () => {
  const place = await soon();
  await place.late();
  place.chart.trouble = (request) =>
    request === "patient" ? { kind: "not-fhir", reason: "it is ill" } : undefined;
  await place.wait(20, 5);
  expect(await place.lateTexts()).toEqual(["late text withheld too-late"]);
  expect(await place.parts.foundVisits.byId(place.visit)).not.toHaveProperty("isUntold");
  expect(place.texts).toEqual([]);
});

test("not of a visit that was moved meanwhile", async () => {
  const place = await soon();
  await place.late();
  place.chart.change("a", { start: place.inMinutes(60) });
  await place.wait(3);
  const visit = await place.visits.byId(place.visit);
  expect(visit && lateSince(visit, place.now())).toBeUndefined();
  expect(place.texts).toEqual([]);
});

test("not of a visit whose links were closed, or that the chart cancelled, and that takes place after all", async () => {
  const place = await soon();
  await place.late();
  await place.visits.end(place.visit);
  await place.visits.reopen(place.visit);
  expect(await place.visits.byId(place.visit)).not.toHaveProperty("late");
  await place.late();
  await place.visits.cancel("lamna", "a");
  expect(await place.visits.byId(place.visit)).not.toHaveProperty("late");
  await place.turn();
  expect(place.texts).toEqual([]);
});

test("a text that did not arrive for good is not followed by a mail", async () => {
  const place = await soon();
  await place.late();
  await place.turn();
  await place.report(place.texts[0]?.id, "Failed", "4004");
  await place.wait(2);
  expect(place.mails).toEqual([]);
  expect(await place.lateTexts()).toEqual(["late text failed 4004"]);
});
