/**
 * Days at a hospital of 400 video visits a day, in compressed time: visits are booked, moved, cancelled, hidden, given to
 * others and linked by strangers; the chart is down, asks for fewer requests, repeats itself and breaks off; Teams is away,
 * and somebody deletes meetings in it.
 * FINDING_DAYS=30 makes it the whole month.
 */
import { expect, test } from "vitest";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import { findingDeployment, OURS } from "../../../harness/findingDeployment.ts";
import { endOf, scriptedChart, type Booked } from "../../../harness/scriptedChart.ts";

const VISITS_A_DAY = 400;
const DAYS = Number(process.env["FINDING_DAYS"] ?? 4);
const STEP_MINUTES = 30;
const AHEAD_DAYS = 2;
const DAY_MINUTES = 24 * 60;
const FOREIGN = "https://other-vendor.example/";

/** Random numbers from a seed, so that each run has the same month. */
function dice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { under: (chance: number) => next() < chance, below: (most: number) => Math.floor(next() * most) };
}

test(
  "every visit has its links before its start, or its record says why not",
  { timeout: DAYS * 60_000 },
  async () => {
    const roll = dice(20_270_104);
    const chart = scriptedChart((link) => !link.startsWith(OURS));
    chart.repeats = true;
    const locations = ["loc-1", "loc-2", "loc-3"];
    /** How many of our rows were read on each day. */
    const rowsRead: number[] = [];
    const counted = (rows: number) => {
      const day = Math.floor((deployment.now().getTime() - began) / 86_400_000);
      rowsRead[day] = (rowsRead[day] ?? 0) + rows;
    };
    const deployment = findingDeployment({
      charts: { lamna: chart },
      aheadDays: AHEAD_DAYS,
      store: (store) => ({
        ...store,
        read(...asked) {
          counted(1);
          return store.read(...asked);
        },
        async list(...asked) {
          const page = await store.list(...asked);
          counted(page.items.length);
          return page;
        },
      }),
      departments: [
        {
          id: "clinic",
          name: "Clinic",
          phone: "(202) 555-0100",
          timeZone: "America/Chicago",
          connection: "lamna",
          locations: ["loc-1", "loc-2", "loc-3"],
          organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
          lobby: "staff",
        },
      ],
    });
    const began = deployment.now().getTime();
    const waiting = new Map<string, Booked>();
    let booked = 0;
    let given = 0;
    let downUntil = 0;
    let limitedUntil = 0;
    let teamsAwayUntil = 0;
    const steps = (DAYS * DAY_MINUTES) / STEP_MINUTES;
    const verdicts = { ready: 0, excused: new Map<string, number>(), off: 0 };
    const faults: string[] = [];

    const book = () => {
      const isSoon = roll.under(0.03);
      const ahead = isSoon ? 10 + roll.below(60) : 120 + roll.below(AHEAD_DAYS * DAY_MINUTES);
      const isForeign = roll.under(0.005);
      const one = chart.book({
        id: "v" + String(++booked),
        start: deployment.inMinutes(ahead),
        location: locations[roll.below(3)] ?? "loc-1",
        ...(isForeign && { provider: FOREIGN + "p", patient: FOREIGN + "q", order: "documented" }),
        ...(roll.under(0.003) && { order: "other" }),
      });
      waiting.set(one.id, one);
    };
    const changeSome = () => {
      const all = [...waiting.values()];
      for (let count = 0; count < 6; count++) {
        const one = all[roll.below(all.length)];
        if (one?.status !== "booked" || one.start <= deployment.now()) continue;
        const [what, id] = [roll.below(100), one.id];
        if (what < 55)
          chart.change(id, { start: deployment.inMinutes(30 + roll.below(AHEAD_DAYS * DAY_MINUTES)) });
        else if (what < 75) chart.change(id, { status: roll.under(0.9) ? "cancelled" : "entered-in-error" });
        else if (what < 80) chart.change(id, { isHidden: true });
        else if (what < 84) chart.change(id, { location: "elsewhere" });
        else if (what < 90) {
          given += 1;
          chart.change(id, { patients: ["another-" + String(roll.below(1_000))] });
        } else if (what < 95) chart.change(id, { minutes: 45 });
        else if (one.provider === undefined)
          chart.change(id, { provider: FOREIGN + "p", patient: FOREIGN + "q", order: "documented" });
      }
    };
    /**
     * Before the last day, in which each meeting is looked at. Far rounds are sixteen times as rare here as they really
     * are, so that not each has a second turn.
     */
    const deleteSome = async () => {
      const all = [...waiting.values()].filter(({ start }) => start > deployment.inMinutes(30 * 60));
      const one = roll.under(0.3) ? all[roll.below(all.length)] : undefined;
      const visit = one && (await deployment.parts.visits.byId(deployment.visitOf("lamna", one.id)));
      if (visit !== undefined) deployment.teams.deleted.add(visit.meeting.id);
    };
    const breakSome = (minute: number) => {
      if (roll.under(0.004)) downUntil = minute + 30 + roll.below(300);
      if (roll.under(0.02)) limitedUntil = minute + 15;
      if (roll.under(0.005)) teamsAwayUntil = minute + 60;
      deployment.teams.fault = minute < teamsAwayUntil ? "unavailable" : undefined;
      chart.trouble = (request) => {
        if (minute < downUntil) return { kind: "down", reason: "an outage" };
        if (minute < limitedUntil && request !== "write" && roll.under(0.5))
          return { kind: "limited", retryAfterMs: 60_000 };
        if (request === "page" && roll.under(0.01)) return { kind: "down", reason: "a page fails" };
        return undefined;
      };
    };
    /** Compares a visit's links in the chart with its record. */
    const judge = async (one: Booked) => {
      const id = deployment.visitOf("lamna", one.id);
      const found: FoundVisit | undefined = await deployment.parts.foundVisits.byId(id);
      if (one.status !== "booked" || one.isHidden || one.location === "elsewhere") {
        verdicts.off += 1;
        if (found?.ready === undefined && found?.standing === "on" && found.risk === undefined)
          faults.push(one.id + " is off, and nothing says so");
        return;
      }
      const said = found?.late ?? found?.risk;
      if (said !== undefined) {
        verdicts.excused.set(said, (verdicts.excused.get(said) ?? 0) + 1);
        return;
      }
      const visit = await deployment.parts.visits.byId(id);
      const [provider, patient] = [one.provider, one.patient].map((link) =>
        deployment.parts.visits.claims(link?.split("/").at(-1) ?? ""),
      );
      const isGood =
        found?.ready !== undefined &&
        found.ready <= one.start &&
        visit?.meeting !== undefined &&
        !deployment.teams.deleted.has(visit.meeting.id) &&
        provider?.visit === id &&
        patient?.visit === id &&
        patient.person === 0 &&
        patient.epoch === visit.epoch;
      if (isGood) verdicts.ready += 1;
      else {
        const isGone = visit !== undefined && deployment.teams.deleted.has(visit.meeting.id);
        faults.push(
          one.id + (isGone ? " has a meeting that is gone" : " is not ready") + ", and nothing says why",
        );
      }
    };

    for (let step = 0; step < steps; step++) {
      const minute = step * STEP_MINUTES;
      breakSome(minute);
      for (let count = 0; count < (VISITS_A_DAY * STEP_MINUTES) / DAY_MINUTES; count++) book();
      changeSome();
      await deleteSome();
      if (step % 48 === 0) await deployment.round("finding.locations", "lamna");
      await deployment.round("finding.near", "lamna");
      if (step % 8 === 0) {
        await deployment.round("finding.far", "lamna");
        await deployment.round("finding.soon", "lamna");
      }
      await deployment.work();
      deployment.forward(STEP_MINUTES);
      for (const one of [...waiting.values()])
        if (endOf(one).getTime() < deployment.now().getTime() - 8 * 3_600_000) {
          await judge(one);
          waiting.delete(one.id);
          chart.booked.delete(one.id);
        }
    }
    expect(faults.slice(0, 5)).toEqual([]);
    expect(chart.foreignTouched).toEqual([]);
    expect(chart.counts.writesWithoutChange).toBe(0);
    // Each visit has one meeting, and one more for each that was deleted and for each time it was given to another patient.
    const made = [...deployment.teams.made.keys()].map((key) => key.split("/"));
    const visits = made.filter(({ length }) => length === 2).map(([, visit]) => visit);
    expect(new Set(visits).size).toBe(visits.length);
    const anew = made.length - visits.length;
    expect(anew).toBeGreaterThan(0);
    expect(anew).toBeLessThanOrEqual(deployment.teams.deleted.size + given);
    // Excuses are the exception.
    const excused = [...verdicts.excused.values()].reduce((sum, count) => sum + count, 0);
    expect(verdicts.ready).toBeGreaterThan(0.9 * (verdicts.ready + excused));
    // The visits of the last days are not over yet.
    expect(verdicts.ready).toBeGreaterThan(VISITS_A_DAY * (DAYS - AHEAD_DAYS - 1) * 0.7);
    // A day costs as much as a day before it, however many past visits are kept.
    // Days differ by their outages, so whole days are compared: the first of them with the last.
    const whole = rowsRead.slice(AHEAD_DAYS, DAYS);
    const most = Math.ceil(whole.length / 2);
    const mean = (days: readonly number[]) => days.reduce((sum, rows) => sum + rows, 0) / days.length;
    process.stdout.write(
      JSON.stringify({
        ...verdicts,
        rowsRead,
        anew,
        looks: deployment.teams.looks,
        excused: [...verdicts.excused],
        counts: chart.counts,
      }) + "\n",
    );
    expect(mean(whole.slice(-most))).toBeLessThan(mean(whole.slice(0, most)) * 1.25);
    await deployment.close();
  },
);
