/**
 * A process that finds and prepares visits is killed at each step, and another goes on. There is one meeting and one pair
 * of links.
 */
import { expect, test } from "vitest";
import type { Store } from "../../../../app/ports/store.ts";
import type { SystemEhr } from "../../../../app/ports/systemEhr.ts";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import {
  findingDeployment,
  OURS,
  scriptedTeams,
  type ScriptedTeams,
} from "../../../harness/findingDeployment.ts";
import { scriptedChart, type Booked, type ScriptedChart } from "../../../harness/scriptedChart.ts";

const HOUR = 60;

/** A process with a number of steps to the outside. It never gets the answer to the next step, and does nothing more. */
class Mortal {
  #steps = 0;
  readonly #lives: number;
  readonly #isDone: boolean;
  isDead = false;

  /** @param isDone whether the last step is done although its answer is lost */
  constructor(lives: number, isDone: boolean) {
    this.#lives = lives;
    this.#isDone = isDone;
  }

  async step<T>(act: () => Promise<T>): Promise<T> {
    if (this.isDead) throw new Error("killed");
    if (this.#steps++ < this.#lives) return act();
    this.isDead = true;
    if (this.#isDone) await act().catch(() => undefined);
    throw new Error("killed");
  }

  store(store: Store): Store {
    return {
      ...store,
      create: (...args) => this.step(() => store.create(...args)),
      replace: (...args) => this.step(() => store.replace(...args)),
      remove: (...args) => this.step(() => store.remove(...args)),
      batch: (...args) => this.step(() => store.batch(...args)),
    };
  }

  teams(teams: ScriptedTeams): ScriptedTeams {
    return {
      ...teams,
      open: (wanted) => this.step(() => teams.open(wanted)),
      close: (...args) => this.step(() => teams.close(...args)),
      move: (...args) => this.step(() => teams.move(...args)),
    };
  }

  chart(chart: ScriptedChart): SystemEhr {
    return {
      chart: (...args) => {
        const whole = chart.chart(...args);
        return { ...whole, writeLinks: (...links) => this.step(() => whole.writeLinks(...links)) };
      },
    };
  }
}

/** A store, a chart and a Teams that several processes share. */
function world() {
  const chart = scriptedChart((link) => !link.startsWith(OURS));
  const teams = scriptedTeams();
  let at = Date.parse("2027-01-04T08:00:00Z");
  const store = openSqliteStore({ file: ":memory:", now: () => new Date(at) });
  const pairs = new Set<string>();
  let processes = 0;
  const begin = (mortal?: Mortal) =>
    findingDeployment({
      charts: { lamna: mortal?.chart(chart) ?? chart },
      teams: mortal?.teams(teams) ?? teams,
      firstEpoch: ++processes * 100,
      store: () => mortal?.store(store) ?? store,
    });
  chart.onWrite = (when) => {
    const { provider, patient } = chart.booked.get("a") ?? {};
    if (when === "after") pairs.add(JSON.stringify([provider, patient]));
  };
  const forward = (minutes: number) => void (at += minutes * 60_000);
  return { chart, teams, pairs, begin, forward, close: () => store.close() };
}

type Process = ReturnType<typeof findingDeployment>;

async function look(process: Process): Promise<void> {
  await process.round("finding.near", "lamna");
  await process.work();
}

async function lookOver(process: Process): Promise<void> {
  await process.round("finding.soon", "lamna");
  await process.work();
}

const CHANGES = {
  "is new": { change: {}, told: ["new"] },
  "is moved": { change: { start: new Date(Date.parse("2027-01-04T11:00:00Z")) }, told: ["new", "moved"] },
  "is moved into the past": {
    change: { start: new Date(Date.parse("2027-01-04T06:00:00Z")) },
    told: ["new"],
  },
  "is cancelled": { change: { status: "cancelled" }, told: ["new", "cancelled"] },
} as const satisfies Record<string, { change: Partial<Booked>; told: readonly string[] }>;

test.each(
  Object.entries(CHANGES).flatMap(([what, { change, told }]) =>
    [true, false].map((isDone) => ({ what, change, told, isDone })),
  ),
)(
  "killed at each step with a visit that $what, the step itself done: $isDone",
  async ({ what, change, told, isDone }) => {
    let wasKilled = true;
    for (let lives = 0; wasKilled; lives++) {
      const { chart, teams, pairs, begin, forward, close } = world();
      const other = begin();
      const booked = chart.book({ id: "a", start: other.inMinutes(HOUR) });
      if (what !== "is new") {
        await look(other);
        chart.change("a", change);
      }
      const mortal = new Mortal(lives, isDone);
      const first = begin(mortal);
      await look(first).catch((error: unknown) => {
        if (!mortal.isDead) throw error;
      });
      wasKilled = mortal.isDead;
      for (let count = 0; count < 3; count++) {
        forward(1);
        other.forward(1);
        await look(other);
      }
      const id = other.visitOf("lamna", "a");
      const visit = await other.parts.visits.byId(id);
      const found = await other.parts.foundVisits.byId(id);
      const { changes } = await other.changes.readSlice({ limit: 10 });
      const isCancelled = told.at(-1) === "cancelled";
      const as = "after " + String(lives) + " steps";
      expect([as, changes.map((each) => each.change)]).toEqual([as, told]);
      expect([as, visit?.state]).toEqual([as, isCancelled ? "cancelled" : "open"]);
      expect([as, teams.made.size, pairs.size]).toEqual([as, 1, 1]);
      expect([as, found?.risk, found?.ready !== undefined]).toEqual([as, undefined, true]);
      if (!isCancelled) expect([as, visit?.start]).toEqual([as, booked.start]);
      // Teams is told no times that are over.
      const meant = what === "is moved into the past" ? other.inMinutes(HOUR - 3) : booked.start;
      if (!isCancelled) expect([as, [...teams.times.values()][0]?.start]).toEqual([as, meant]);
      const [provider, patient] = [booked.provider, booked.patient].map((link) =>
        other.parts.visits.claims(link?.split("/").at(-1) ?? ""),
      );
      expect([as, provider?.epoch, patient?.epoch]).toEqual([as, visit?.epoch, visit?.epoch]);
      expect([as, chart.counts.writesWithoutChange]).toEqual([as, 0]);
      await close();
    }
  },
);

async function prepare(process: Process): Promise<void> {
  const id = process.visitOf("lamna", "a");
  const { signal } = new AbortController();
  await process.flow.jobs.prepare({ id: "prepare", of: { visit: id }, due: process.now(), tries: 1, signal });
}

test("two processes that do it at the same time make one meeting, and write one pair of links once", async () => {
  const { chart, teams, pairs, begin, close } = world();
  const [one, other] = [begin(), begin()];
  chart.book({ id: "a", start: one.inMinutes(HOUR) });
  await Promise.all([one, other].map((each) => each.round("finding.near", "lamna")));
  // Both processes do the same job, as after a lost lease.
  await Promise.all([one, other].map(prepare));
  await prepare(one);
  expect([teams.made.size, pairs.size, chart.counts.writes]).toEqual([1, 1, 1]);
  const { changes } = await one.changes.readSlice({ limit: 10 });
  expect(changes.map(({ change }) => change)).toEqual(["new"]);
  expect(await one.parts.foundVisits.byId(one.visitOf("lamna", "a"))).toMatchObject({ hasMeeting: true });
  await close();
});

/** A visit in two hours whose meeting was deleted in Teams so long ago that it counts as deleted. */
async function deleted() {
  const opened = world();
  const other = opened.begin();
  const booked = opened.chart.book({ id: "a", start: other.inMinutes(2 * HOUR) });
  await look(other);
  const visit = async () => (await other.parts.visits.byId(other.visitOf("lamna", "a"))) ?? raise();
  opened.teams.deleted.add((await visit()).meeting.id);
  await lookOver(other);
  opened.forward(3);
  other.forward(3);
  const begin = (mortal?: Mortal) => {
    const process = opened.begin(mortal);
    process.forward(3);
    return process;
  };
  return { ...opened, begin, other, booked, visit };
}

const raise = (): never => {
  throw new Error("no visit");
};

test.each([true, false])(
  "killed at each step of making a deleted meeting anew, the step itself done: %s",
  async (isDone) => {
    let wasKilled = true;
    for (let lives = 0; wasKilled; lives++) {
      const { teams, pairs, begin, forward, close, other, visit } = await deleted();
      const mortal = new Mortal(lives, isDone);
      const first = begin(mortal);
      await lookOver(first).catch((error: unknown) => {
        if (!mortal.isDead) throw error;
      });
      wasKilled = mortal.isDead;
      for (let count = 0; count < 3; count++) {
        forward(15);
        other.forward(15);
        await lookOver(other);
      }
      const as = "after " + String(lives) + " steps";
      const { meeting } = await visit();
      expect([as, meeting.again, teams.made.size, pairs.size]).toEqual([as, 1, 2, 1]);
      const found = await other.parts.foundVisits.byId(other.visitOf("lamna", "a"));
      expect([as, found?.risk, found?.hasMeeting]).toEqual([as, undefined, true]);
      await close();
    }
  },
);

test("two processes that make a deleted meeting anew at the same time make one", async () => {
  const { teams, begin, close, other, visit } = await deleted();
  await Promise.all([begin(), other].map(prepare));
  expect([(await visit()).meeting.again, teams.made.size]).toEqual([1, 2]);
  await close();
});
