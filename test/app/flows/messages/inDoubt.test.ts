/**
 * A text of which nobody knows whether it has left: it is not sent again, and whoever may still believe what is not so any
 * more is mailed, or called by the clinic.
 */
import { expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import type { Recipient } from "../../../../app/ports/systemEhr.ts";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";
import type { Booked } from "../../../harness/scriptedChart.ts";

const DAY = 24 * 60;
const LOST: Handover = { kind: "unknown" };
const AWAY: Handover = { kind: "not-now", reason: "unreachable" };
const TEXT_ONLY: Recipient = { textNumber: NUMBER };

/** A patient has been told by a text of a visit in three days. */
async function told(
  recipient: Recipient = { textNumber: NUMBER, mail: MAIL },
  hours?: { readonly from: string; readonly to: string },
) {
  const deployment = messagesDeployment({ ...(hours && { hours }) });
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  deployment.chart.recipients.set("p-a", recipient);
  const start = deployment.inMinutes(3 * DAY);
  deployment.chart.book({ id: "a", start });
  await deployment.turn();
  expect(deployment.texts).toHaveLength(1);
  const risk = async () => {
    const found = await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "a"));
    if (found === undefined) throw new Error("not found");
    return riskOf({ ...found, hasMeeting: true }, deployment.now());
  };
  /** The chart changes, and every text from then on ends so. */
  const changed = async (change: Partial<Booked>, each: Handover) => {
    deployment.answers.texts.push(...Array.from({ length: 100 }, () => each));
    deployment.chart.change("a", change);
    await deployment.wait(10);
  };
  return { ...deployment, start, risk, changed };
}

const LATER = new Date("2027-01-09T10:00:00Z");
const CHANGES: readonly [what: string, kind: string, change: Partial<Booked>][] = [
  ["a cancellation", "cancellation", { status: "cancelled" }],
  ["a move", "update", { start: LATER }],
];

test.each(CHANGES)("%s in doubt is mailed, and not texted again", async (_what, kind, change) => {
  const deployment = await told();
  await deployment.changed(change, LOST);
  expect(new Set(deployment.texts.slice(1).map(({ id }) => id)).size).toBe(1);
  expect(deployment.mails.map(({ to }) => to)).toEqual([MAIL]);
  const all = await deployment.told("a");
  expect(all.filter((one) => one.startsWith(kind)).toSorted()).toEqual([
    `${kind} mail accepted`,
    `${kind} text begun`,
  ]);
  expect(await deployment.risk()).toBeUndefined();
});

test.each(CHANGES)(
  "where nobody can be mailed, %s in doubt puts the visit at risk, until a report says that it has arrived",
  async (_what, kind, change) => {
    const deployment = await told(TEXT_ONLY);
    await deployment.changed(change, LOST);
    const sent = deployment.texts.length;
    expect(await deployment.told("a")).toContain(kind + " text begun");
    expect(await deployment.risk()).toBe("untold");
    await deployment.wait(10);
    expect(deployment.texts).toHaveLength(sent);
    await deployment.report(deployment.texts.at(-1)?.id, "Delivered");
    expect(await deployment.risk()).toBeUndefined();
  },
);

test.each(CHANGES)(
  "%s in doubt of which a report comes at the moment in which the visit is marked puts it at no risk",
  async (_what, kind, change) => {
    const deployment = await told(TEXT_ONLY);
    const { foundVisits } = deployment.parts;
    const edit = foundVisits.edit.bind(foundVisits);
    let marks = 0;
    foundVisits.edit = async (id, change) => {
      const found = await foundVisits.byId(id);
      if (found !== undefined && found.isUntold !== true && change(found).found.isUntold === true) {
        marks += 1;
        await deployment.report(deployment.texts.at(-1)?.id, "Delivered");
      }
      return edit(id, change);
    };
    await deployment.changed(change, LOST);
    expect(await deployment.told("a")).toContain(kind + " text delivered");
    expect([marks, await deployment.risk()]).toEqual([1, undefined]);
  },
);

test("a cancellation that may have left before the night puts the visit at risk in the evening", async () => {
  const deployment = await told(TEXT_ONLY, { from: "08:00", to: "21:00" });
  await deployment.wait(2 * DAY + 10 * 60 + 55, 15);
  deployment.setClock("2027-01-06T20:58:00Z");
  await deployment.changed({ status: "cancelled" }, LOST);
  expect(await deployment.told("a")).toContain("cancellation text begun");
  expect(await deployment.risk()).toBe("untold");
});

test("a mail that is in doubt, too, leaves the visit at risk", async () => {
  const deployment = await told();
  deployment.answers.mails.push(LOST);
  deployment.answers.fates.push(...Array.from({ length: 200 }, () => LOST));
  await deployment.changed({ status: "cancelled" }, LOST);
  await deployment.wait(75, 5);
  expect(await deployment.told("a")).toContain("cancellation mail begun");
  expect(await deployment.risk()).toBe("untold");
});

test("a report of a text that the vendor had accepted takes no other risk away", async () => {
  const deployment = await told(TEXT_ONLY);
  await deployment.parts.foundVisits.edit(deployment.visitOf("lamna", "a"), (found) => ({
    found: { ...found, isUntold: true },
  }));
  await deployment.report(deployment.texts[0]?.id, "Delivered");
  expect(await deployment.risk()).toBe("untold");
});

test("a first notice that is in doubt is neither mailed nor a risk: the reminder has the link, too", async () => {
  const deployment = await told();
  deployment.chart.recipients.set("p-b", { textNumber: "+13125550124", mail: "bo@patients.example" });
  deployment.answers.texts.push(...Array.from({ length: 100 }, () => LOST));
  deployment.chart.book({ id: "b", start: deployment.inMinutes(3 * DAY), patients: ["p-b"] });
  await deployment.wait(10);
  expect(await deployment.told("b")).toEqual(["confirmation text begun"]);
  expect(deployment.mails).toEqual([]);
});

test("a reminder that is in doubt is neither mailed nor a risk", async () => {
  const deployment = await told();
  await deployment.wait(2 * DAY - 10, 10);
  deployment.answers.texts.push(...Array.from({ length: 100 }, () => LOST));
  await deployment.wait(20);
  expect(await deployment.told("a")).toContain("reminder text begun");
  expect([deployment.mails, await deployment.risk()]).toEqual([[], undefined]);
});

test("a cancellation that cannot leave puts the visit at risk while it waits, and goes once it can", async () => {
  const deployment = await told(TEXT_ONLY);
  await deployment.changed({ status: "cancelled" }, AWAY);
  await deployment.wait(10);
  expect(await deployment.told("a")).toContain("cancellation text waiting");
  expect(await deployment.risk()).toBe("untold");
  deployment.answers.texts.length = 0;
  await deployment.wait(10);
  expect(await deployment.told("a")).toContain("cancellation text accepted");
  expect(await deployment.risk()).toBeUndefined();
});
