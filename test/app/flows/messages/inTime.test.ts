/** What keeps a message back for a moment does not keep it until it is too late. */
import { expect, test } from "vitest";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import { messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const REMINDER = /Reminder: video visit|Video visit .* starts|Reminder/i;
const BOOKED = new Date("2027-01-04T20:00:00Z");

/** Booked at ten in the morning for eight in the evening, and told. */
async function told() {
  const deployment = messagesDeployment({});
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", { textNumber: NUMBER });
  deployment.chart.book({ id: "a", start: BOOKED });
  await deployment.wait(3);
  return deployment;
}

/** The chart answers the first of these requests so. */
function onceOf(requests: readonly string[], trouble: Trouble) {
  let asked = 0;
  return (request: string) => (requests.includes(request) && asked++ === 0 ? trouble : undefined);
}

const ODD: readonly Trouble[] = [
  { kind: "not-fhir", reason: "a page" },
  { kind: "too-large", reason: "5 MB" },
  { kind: "shut-out", why: "scopes", reason: "403" },
  { kind: "shut-out", why: "token", reason: "401" },
  { kind: "down", reason: "nobody" },
];

test.each(ODD)("one answer of the chart ($kind) does not cost the patient the reminder", async (trouble) => {
  const deployment = await told();
  await deployment.wait(9 * 60 + 40, 10);
  deployment.chart.trouble = onceOf(["patient", "appointment"], trouble);
  await deployment.wait(40);
  const [, reminder] = deployment.texts;
  expect(reminder?.text).toMatch(REMINDER);
  expect(BOOKED.getTime() - (reminder?.at.getTime() ?? 0)).toBeGreaterThan(12 * 60_000);
  await deployment.close();
});

test.each(ODD)(
  "nor does it ($kind) have a patient told after the start that it is canceled",
  async (trouble) => {
    const deployment = await told();
    await deployment.wait(9 * 60 + 45, 5);
    deployment.chart.change("a", { status: "cancelled" });
    deployment.chart.trouble = onceOf(["patient"], trouble);
    await deployment.wait(40);
    const [cancelled] = deployment.saying(/canceled/);
    expect(cancelled?.at.getTime()).toBeLessThan(BOOKED.getTime() - 7 * 60_000);
    await deployment.close();
  },
);

const UNREACHABLE: Handover = { kind: "not-now", reason: "unreachable" };

test.each<Handover>([
  UNREACHABLE,
  { kind: "not-now", reason: "busy" },
  { kind: "not-now", reason: "role" },
  { kind: "not-now", reason: "sender" },
  { kind: "forgotten" },
])(
  "texts that are away ($reason) from before the reminder until minutes before the visit cost nobody it",
  async (answer) => {
    const deployment = await told();
    deployment.setClock("2027-01-04T19:44:00Z");
    await deployment.turn();
    deployment.answers.texts.push(...Array.from({ length: 100 }, () => answer));
    await deployment.wait(9);
    deployment.answers.texts.length = 0;
    const before = deployment.texts.length;
    await deployment.wait(3);
    expect(deployment.texts.slice(before).map(({ text }) => text)).toEqual([expect.stringMatching(REMINDER)]);
    await deployment.close();
  },
);

test("what a message has waited for before does not make it wait longer for something else", async () => {
  const deployment = await told();
  deployment.chart.change("a", { status: "cancelled" });
  await deployment.round("finding.near", "lamna");
  deployment.chart.trouble = (request) =>
    request === "patient" ? { kind: "down", reason: "nobody" } : undefined;
  await deployment.wait(25);
  deployment.chart.trouble = () => undefined;
  deployment.answers.texts.push(UNREACHABLE);
  await deployment.wait(8);
  // The one that was not taken, and the one that was.
  expect(deployment.saying(/canceled/)).toHaveLength(2);
  await deployment.close();
});
