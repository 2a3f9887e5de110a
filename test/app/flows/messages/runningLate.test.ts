/** Staff have said that they run late: the patient is texted once for each time, by the rules of every other text. */
import { expect, onTestFinished, test } from "vitest";
import { lateSince } from "../../../../app/domain/lateness.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { nameOf } from "../../../../app/domain/visitMessages.ts";
import { unfound } from "../../../../app/flows/messages/unfound.ts";
import type { Recipient } from "../../../../app/ports/systemEhr.ts";
import {
  MAIL,
  messagesDeployment,
  NUMBER,
  type MessagesDeploymentOptions,
} from "../../../harness/messagesDeployment.ts";

const REACHED: Recipient = { textNumber: NUMBER, mail: MAIL };

/** A visit that begins in ten minutes, and of which its patient knows. */
async function soon(
  options: MessagesDeploymentOptions = {},
  recipient: Recipient = REACHED,
  clock = "10:00",
  isFound = true,
) {
  const deployment = messagesDeployment({
    ...options,
    connection: { messages: { kinds: [] }, ...options.connection },
  });
  onTestFinished(() => deployment.close());
  deployment.setClock(`2027-01-04T${clock}:00Z`);
  await deployment.turn();
  deployment.chart.recipients.set("p-a", recipient);
  deployment.chart.book({ id: "a", start: deployment.inMinutes(10) });
  if (isFound) await deployment.turn();
  const visit = deployment.visitOf("lamna", "a");
  const { jobs, visits } = deployment.parts;
  /** Says that staff run late, as a click does. */
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
  /** What became of the texts that say so, without other texts about the visit. */
  const lateTexts = async () => (await deployment.told("a")).filter((one) => one.startsWith("late "));
  /** Opens the visit as a launch does, by a chart that has it at that time. */
  const open = async (inMinutes: number) => {
    const department = await deployment.parts.hospital.department("lamna-clinic");
    if (department === undefined) throw new Error("the deployment has no such department");
    const [start, end] = [deployment.inMinutes(inMinutes), deployment.inMinutes(inMinutes + 30)];
    const patients = { ids: ["p-a"], namesOf: (id: string) => Promise.resolve([id]) };
    await visits.open({ connectionId: "lamna", appointmentId: "a", department, start, end, patients });
  };
  return { ...deployment, visit, visits, open, late, lateTexts };
}

test("once, however often it is clicked, in words that say when the visit was to be", async () => {
  const deployment = await soon();
  await deployment.late();
  await deployment.late();
  await deployment.turn();
  await deployment.late();
  await deployment.turn();
  expect(deployment.texts.map(({ text }) => text.replace(/https\S+/, "LINK"))).toEqual([
    "Lamna Healthcare: We are late for your 10:10 AM UTC visit. Join: LINK STOP to end.",
  ]);
  expect(deployment.mails).toEqual([]);
  expect(await deployment.lateTexts()).toEqual(["late text accepted"]);
});

test("again where it was taken back and said again, three times in all", async () => {
  const deployment = await soon();
  for (let count = 0; count < 5; count++) {
    await deployment.visits.onTime(deployment.visit, await deployment.late());
    await deployment.late();
    await deployment.turn();
    const visit = await deployment.visits.byId(deployment.visit);
    await deployment.visits.onTime(deployment.visit, visit?.late ?? deployment.now());
    deployment.forward(1);
  }
  expect(deployment.texts).toHaveLength(3);
  expect(await deployment.lateTexts()).toContain("late text withheld late-often");
});

test("not where it was taken back before the text left", async () => {
  const deployment = await soon();
  await deployment.visits.onTime(deployment.visit, await deployment.late());
  await deployment.turn();
  expect(deployment.texts).toEqual([]);
  expect(await deployment.lateTexts()).toEqual(["late text withheld not-late"]);
});

test.each<[what: string, options: MessagesDeploymentOptions, recipient: Recipient, code: string]>([
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
  const deployment = await soon(options, recipient);
  await deployment.late();
  await deployment.turn();
  expect([deployment.texts, deployment.mails]).toEqual([[], []]);
  expect(await deployment.lateTexts()).toEqual(["late text withheld " + code]);
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
  const deployment = await soon();
  await deployment.late();
  deployment.chart.trouble = (request) =>
    request === "patient" ? { kind: "not-fhir", reason: "it is ill" } : undefined;
  await deployment.wait(20, 5);
  expect(await deployment.lateTexts()).toEqual(["late text withheld too-late"]);
  expect(await deployment.parts.foundVisits.byId(deployment.visit)).not.toHaveProperty("isUntold");
  expect(deployment.texts).toEqual([]);
});

test("not of a visit that was moved meanwhile", async () => {
  const deployment = await soon();
  await deployment.late();
  deployment.chart.change("a", { start: deployment.inMinutes(60) });
  await deployment.wait(3);
  const visit = await deployment.visits.byId(deployment.visit);
  expect(visit && lateSince(visit, deployment.now())).toBeUndefined();
  expect(deployment.texts).toEqual([]);
});

test("not of a visit whose links were closed, or that the chart cancelled, and that takes place after all", async () => {
  const deployment = await soon();
  await deployment.late();
  await deployment.visits.end(deployment.visit);
  await deployment.visits.reopen(deployment.visit);
  expect(await deployment.visits.byId(deployment.visit)).not.toHaveProperty("late");
  await deployment.late();
  await deployment.visits.cancel("lamna", "a");
  expect(await deployment.visits.byId(deployment.visit)).not.toHaveProperty("late");
  await deployment.turn();
  expect(deployment.texts).toEqual([]);
});

test("a text that did not arrive for good is not followed by a mail", async () => {
  const deployment = await soon();
  await deployment.late();
  await deployment.turn();
  await deployment.report(deployment.texts[0]?.id, "Failed", "4004");
  await deployment.wait(2);
  expect(deployment.mails).toEqual([]);
  expect(await deployment.lateTexts()).toEqual(["late text failed 4004"]);
});

/** A visit that staff have opened from the chart before the connector found it there. */
async function opened() {
  const deployment = await soon({}, REACHED, "10:00", false);
  await deployment.open(10);
  return deployment;
}

test("of a visit that is not found yet, the text leaves once it is", async () => {
  const deployment = await opened();
  await deployment.late();
  await deployment.work();
  expect(await deployment.lateTexts()).toEqual([]);
  await deployment.wait(3);
  expect(await deployment.lateTexts()).toEqual(["late text accepted"]);
  expect(deployment.saying(/We are late/)).toHaveLength(1);
});

test("of a visit that is not found within a quarter of an hour, the record says so", async () => {
  const deployment = await opened();
  deployment.chart.change("a", { location: "ward-9" });
  await deployment.late();
  await deployment.wait(14);
  expect(await deployment.lateTexts()).toEqual([]);
  await deployment.wait(3);
  expect(await deployment.lateTexts()).toEqual(["late text withheld not-found"]);
  expect(deployment.texts).toEqual([]);
});

test("of a visit that is not found, what was taken back is recorded at once", async () => {
  const deployment = await opened();
  await deployment.visits.onTime(deployment.visit, await deployment.late());
  await deployment.work();
  expect(await deployment.lateTexts()).toEqual(["late text withheld not-late"]);
});

test("of a visit that is not found, each time that it was said and taken back has a record of its own", async () => {
  const deployment = await opened();
  for (let count = 0; count < 2; count++) {
    await deployment.visits.onTime(deployment.visit, await deployment.late());
    await deployment.work();
    deployment.forward(1);
  }
  expect(await deployment.lateTexts()).toEqual([
    "late text withheld not-late",
    "late text withheld not-late",
  ]);
});

test("of a visit that was deleted, nothing is recorded", async () => {
  const withheld: unknown[] = [];
  const parts = {
    messages: { withhold: (...given: unknown[]) => Promise.resolve(withheld.push(given)) },
    queue: { now: () => new Date() },
    visits: { byId: () => Promise.resolve(undefined) },
  } as unknown as Parameters<typeof unfound>[0];
  const click = { visit: "AAAAAAAAAAAAAAAA" as VisitId, said: new Date(0), of: { by: "any" } };
  expect([await unfound(parts, click), withheld]).toEqual([{ kind: "done" }, []]);
});

test("of a visit that a launch saw moved before it was found so, the text leaves once it is, with the new time", async () => {
  const deployment = await soon();
  deployment.chart.change("a", { start: deployment.inMinutes(20) });
  await deployment.open(20);
  await deployment.late();
  await deployment.work();
  expect(await deployment.lateTexts()).toEqual([]);
  await deployment.wait(3);
  expect(deployment.saying(/We are late/).map(({ text }) => /\d+:\d+ [AP]M/.exec(text)?.[0])).toEqual([
    "10:20 AM",
  ]);
});
