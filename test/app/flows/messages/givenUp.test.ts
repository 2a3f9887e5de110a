/** What is marked where a message's job is given up, by what it had found out until then. */
import { expect, onTestFinished, test } from "vitest";
import { messageRulesOf } from "../../../../app/domain/defaults.ts";
import { givenUp } from "../../../../app/flows/messages/givenUp.ts";
import type { MessagePicks } from "../../../../app/flows/messages/parts.ts";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const START = new Date("2027-01-05T10:00:00Z");
const LATER = new Date("2027-01-05T13:00:00Z");

/** A patient has been told of a visit of tomorrow. @param looked whether messages were looked for before it was booked */
async function hospital(looked = true) {
  const deployment = messagesDeployment({ hours: { from: "00:00", to: "23:59" } });
  onTestFinished(() => deployment.close());
  const { chart, parts, messaging, messages, changes } = deployment;
  deployment.setClock("2027-01-04T10:00:00Z");
  if (looked) await deployment.turn();
  chart.recipients.set("p-a", { textNumber: NUMBER, mail: MAIL });
  chart.book({ id: "a", start: START });
  const visit = deployment.visitOf("lamna", "a");
  const picks = (more: Partial<MessagePicks>) =>
    ({
      ...parts,
      ...{ messaging, messages, visitChanges: changes, messageRules: messageRulesOf("production") },
      ...more,
    }) as unknown as MessagePicks;
  const isUntold = async () => (await parts.foundVisits.byId(visit))?.isUntold === true;
  return {
    ...deployment,
    visit,
    /** The chart changes, and that is found and not told. */
    async found(change: Parameters<typeof chart.change>[1]) {
      chart.change("a", change);
      for (const round of ["finding.near", "finding.soon"] as const) await deployment.round(round, "lamna");
    },
    /** @returns whether the visit is at risk after that, where it was not before */
    async marks(what: string, by = "any", more: Partial<MessagePicks> = {}, as = "live") {
      await parts.foundVisits.edit(visit, ({ isUntold: _, knownAt: _at, ...found }) => ({ found }));
      await givenUp(picks(more))({ of: { visit, what, by, as } });
      return isUntold();
    },
  };
}

test("what was not told is, where somebody was told something else, also in a pilot", async () => {
  const at = await hospital();
  await at.turn();
  await at.found({ start: LATER });
  expect(await at.marks("change-2")).toBe(true);
  expect((await at.parts.foundVisits.byId(at.visit))?.knownAt).toEqual(START);
  expect(await at.marks("change-2", "any", {}, "pilot")).toBe(true);
  expect(await at.marks("change-2", "any", { messaging: undefined })).toBe(false);
});

test("what nobody knows from us is, but for a pilot, or what the rules do not ask for", async () => {
  const at = await hospital();
  await at.found({});
  expect(await at.marks("change-1")).toBe(true);
  expect(await at.marks("change-1", "any", {}, "pilot")).toBe(false);
  const none = { connections: [{ connection: "lamna", kinds: ["reminder" as const] }] };
  const rules = { ...messageRulesOf("production"), ...none };
  expect(await at.marks("change-1", "any", { messageRules: rules })).toBe(false);
  expect(await at.marks("change-1", "any", { messageRules: { ...rules, isUnknown: true } })).toBe(true);
  const noConnection = { ...at.parts.hospital, connection: () => Promise.resolve(undefined) };
  expect(await at.marks("change-1", "any", { messageRules: rules, hospital: noConnection })).toBe(true);
});

test("what was known before is not", async () => {
  const at = await hospital(false);
  await at.found({});
  expect(await at.marks("change-1")).toBe(false);
});

test("nor is what has changed since, nor that staff run late", async () => {
  const at = await hospital();
  await at.turn();
  await at.found({ start: LATER });
  await at.found({ start: new Date("2027-01-05T15:00:00Z") });
  expect(await at.marks("change-2")).toBe(false);
  await at.turn();
  const { since } = await at.parts.visits.runLate(at.visit, undefined);
  expect(await at.marks("late-" + since.toISOString())).toBe(false);
});

test("a reminder is, for as long as the visit takes place then and nothing else is told of it", async () => {
  const reminder = (start: Date) => "reminder-15-" + start.toISOString();
  const at = await hospital();
  await at.turn();
  expect(await at.marks(reminder(START))).toBe(true);
  await at.found({ start: LATER });
  expect(await at.marks(reminder(START))).toBe(false);
  at.setClock("2027-01-05T10:05:00Z");
  expect(await at.marks(reminder(START))).toBe(false);
  at.setClock("2027-01-05T12:50:00Z");
  await at.found({ start: new Date("2027-01-05T13:01:00Z") });
  // What is to be told of the move is not decided yet.
  expect(await at.marks(reminder(new Date("2027-01-05T13:01:00Z")))).toBe(false);
});

test("of a text that failed, only the job that follows it is", async () => {
  const at = await hospital();
  await at.turn();
  await at.found({ status: "cancelled" });
  await at.turn();
  expect(await at.marks("change-2")).toBe(false);
  await at.report(at.texts.at(-1)?.id, "Failed", "4006");
  expect(await at.marks("change-2")).toBe(false);
  expect(await at.marks("change-2", "again")).toBe(true);
  expect(await at.marks("change-2", "mail")).toBe(true);
  await at.wait(6);
  expect(await at.marks("change-2", "again")).toBe(false);
  await at.report(at.texts.at(-1)?.id, "Failed", "4004");
  await at.wait(2);
  expect(at.mails).toHaveLength(1);
  for (const by of ["any", "again", "mail"]) expect(await at.marks("change-2", by)).toBe(false);
  await at.mailReport(at.mails[0]?.id, "Bounced");
  expect(await at.marks("change-2", "mail")).toBe(true);
});

test("what waits has not left", async () => {
  const at = await hospital();
  await at.turn();
  at.answers.texts.push({ kind: "not-now", reason: "unreachable" });
  await at.found({ status: "cancelled" });
  await at.turn();
  expect(await at.told("a")).toContain("cancellation text waiting");
  expect(await at.marks("change-2")).toBe(true);
});
