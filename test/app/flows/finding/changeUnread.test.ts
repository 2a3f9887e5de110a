/**
 * A search shows a visit otherwise than it is kept, or not at all, and its own record cannot be read. Nobody is told what only
 * a page shows; so the visit is at risk, and the check of finding visits says it. The search itself was whole, so the round is.
 */
import { describe, expect, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import type { Booked } from "../../../harness/scriptedChart.ts";

const DOWN: Trouble = { kind: "down", reason: "500" };
const NO_FHIR: Trouble = { kind: "not-fhir", reason: "no FHIR" };

async function told() {
  const opened = findingHospital();
  const { chart, deployment, look, book, found } = opened;
  book({ start: deployment.inMinutes(5 * HOUR) });
  book({ id: "other", start: deployment.inMinutes(5 * HOUR) });
  await look();
  const risk = async () => riskOf(await found(), deployment.now());
  const change = (to: Partial<Booked>, trouble: Trouble = DOWN) => {
    chart.unreadable.set("a", trouble);
    chart.change("a", to);
  };
  return { ...opened, change, risk };
}

describe("a visit of which a page shows a change, and whose record cannot be read", () => {
  test.each<[what: string, change: Partial<Booked>, trouble: Trouble]>([
    ["is cancelled, and fails", { status: "cancelled" }, DOWN],
    ["is cancelled, and is no FHIR", { status: "entered-in-error" }, NO_FHIR],
    ["is earlier, and fails", { start: new Date("2027-01-04T12:00:00Z") }, DOWN],
    ["is earlier, and is no FHIR", { start: new Date("2027-01-04T12:00:00Z") }, NO_FHIR],
    ["is given to another patient", { patients: ["q"] }, DOWN],
    ["is too large", { status: "cancelled" }, { kind: "too-large", reason: "more than 4 MB" }],
    ["is not shown by searches", { isHidden: true }, DOWN],
  ])("is at risk until it can be read: it %s", async (_, to, trouble) => {
    const { chart, deployment, look, found, told: changes, check, change, risk } = await told();
    const [before, known] = [await found(), await changes()];
    change(to, trouble);
    expect(await look()).toBe(true);
    expect(await risk()).toBe("change-unread");
    expect(await found()).toMatchObject({ standing: "on", start: before.start });
    expect(await changes()).toEqual(known);
    expect((await check("visits-at-risk"))?.fault).toContain("1 visit: the chart’s search shows it changed");
    const ofFinding = async () => (await check("visits-found"))?.fault;
    expect(await ofFinding()).toContain("The chart’s search shows 1 visit changed or not at all");
    await look("finding.far");
    expect(deployment.logged.join()).toContain(
      '"event":"visits.change_unread","connection":"lamna","count":1',
    );
    chart.unreadable.clear();
    expect(await look()).toBe(true);
    expect(await found()).not.toHaveProperty("isChangeUnread");
    await look("finding.far");
    expect(await ofFinding()).toBeUndefined();
  });

  test("is not at risk any more once a page shows it as it is kept", async () => {
    const { look, chart, deployment, change, risk } = await told();
    change({ start: deployment.inMinutes(HOUR) });
    await look();
    expect(await risk()).toBe("change-unread");
    chart.change("a", { start: deployment.inMinutes(5 * HOUR) });
    expect(await look()).toBe(true);
    expect(await risk()).toBeUndefined();
  });

  test("is at risk where its patient believes that it is cancelled, until a page says so again", async () => {
    const { look, chart, found, change, risk } = await told();
    chart.change("a", { status: "cancelled" });
    await look();
    expect([await risk(), (await found()).standing]).toEqual([undefined, "cancelled"]);
    change({ status: "booked" });
    expect(await look()).toBe(true);
    expect([await risk(), (await found()).standing]).toEqual(["change-unread", "cancelled"]);
    chart.change("a", { status: "cancelled" });
    expect(await look()).toBe(true);
    expect(await risk()).toBeUndefined();
  });

  test("is at risk where it was missed and is booked again, until a page says so again", async () => {
    const { look, chart, deployment, found, change, risk } = await told();
    chart.change("a", { status: "noshow" });
    await look();
    expect([await risk(), (await found()).standing]).toEqual([undefined, "missed"]);
    change({ status: "booked", start: deployment.inMinutes(8 * HOUR) });
    expect(await look()).toBe(true);
    expect([await risk(), (await found()).standing]).toEqual(["change-unread", "missed"]);
    chart.change("a", { status: "noshow", start: deployment.inMinutes(5 * HOUR) });
    expect(await look()).toBe(true);
    expect(await risk()).toBeUndefined();
  });

  test.each<[to: Partial<Booked>, why: string]>([
    [{ status: "cancelled" }, "change-unread"],
    [{ isHidden: true }, "missing-unread"],
  ])("is not at risk for being busy ourselves, and the round is done again (%j)", async (to, why) => {
    const { deployment, look, change, check, risk } = await told();
    change(to, { kind: "busy", retryAfterMs: 1000 });
    expect(await look()).toBe(false);
    expect(deployment.logged.join()).toContain("read: " + why);
    expect(await risk()).toBeUndefined();
    expect((await check("visits-found"))?.fault).toBeUndefined();
  });

  test.each<Partial<Booked>>([{ status: "cancelled" }, { isHidden: true }])(
    "makes no later round read the past (%j)",
    async (to) => {
      const { chart, deployment, look, change } = await told();
      change(to);
      for (let minute = 0; minute < 70; minute += 10) {
        await look();
        deployment.forward(10);
      }
      await look();
      const { searches } = chart.counts;
      await look();
      expect(chart.counts.searches).toBe(searches + 1);
    },
  );

  test("holds up no other", async () => {
    const { chart, look, found, change } = await told();
    change({ status: "cancelled" });
    chart.change("other", { status: "cancelled" });
    await look();
    expect((await found("other")).standing).toBe("cancelled");
  });
});
