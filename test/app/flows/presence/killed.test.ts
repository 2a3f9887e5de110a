/**
 * A visit gets another meeting while Graph is asked to tell of the one before, and the process that asked is killed at each of
 * its steps. Whichever step it was, the next process has the new meeting watched, and nothing that the former one told counts.
 */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { compareSubscriptions } from "../../../../app/flows/presence/subscriptions.ts";
import { takeJob } from "../../../../app/flows/presence/take.ts";
import { watchJob } from "../../../../app/flows/presence/watch.ts";
import type { CallEvents } from "../../../../app/ports/callEvents.ts";
import type { Store } from "../../../../app/ports/store.ts";
import { watchAt } from "../../../../app/records/watching.ts";
import { departmentOf, findingDeployment, scriptedTeams } from "../../../harness/findingDeployment.ts";
import { scriptedChart } from "../../../harness/scriptedChart.ts";

/** Counts steps to the outside; from the given one on, everything fails. */
class Steps {
  taken = 0;
  readonly #lives: number;
  readonly #isDone: boolean;
  constructor(lives: number, isDone: boolean) {
    this.#lives = lives;
    this.#isDone = isDone;
  }
  async step<T>(act: () => Promise<T>): Promise<T> {
    this.taken += 1;
    if (this.taken <= this.#lives) return act();
    if (this.taken === this.#lives + 1 && this.#isDone) await act();
    throw new Error("killed");
  }
  store(store: Store): Store {
    return {
      ...store,
      read: (...args) => this.step(() => store.read(...args)),
      create: (...args) => this.step(() => store.create(...args)),
      replace: (...args) => this.step(() => store.replace(...args)),
      remove: (...args) => this.step(() => store.remove(...args)),
      batch: (...args) => this.step(() => store.batch(...args)),
    };
  }
}

/** One hospital's store, Teams and Graph, which several processes share. */
function world() {
  const store = openSqliteStore({ file: ":memory:", now: () => new Date() });
  onTestFinished(() => store.close());
  const teams = scriptedTeams();
  /** The subscriptions that Graph has, with the meeting of each. */
  const there = new Map<string, string>();
  let number = 0;
  const during: (() => Promise<void>)[] = [];
  const process = (steps?: Steps) => {
    const step = <T>(act: () => Promise<T>) => steps?.step(act) ?? act();
    const callEvents: Pick<CallEvents, "all" | "read" | "remove" | "renew" | "subscribe"> = {
      all: () => Promise.resolve([...there].map(([id, joinUrl]) => ({ id, joinUrl }))),
      subscribe: ({ joinUrl, until }) =>
        step(async () => {
          const replaced = [...there].filter(([, url]) => url === joinUrl).map(([id]) => id);
          for (const id of replaced) there.delete(id);
          const id = "s" + String((number += 1));
          there.set(id, joinUrl);
          await during.shift()?.();
          return { id, until, replaced };
        }),
      renew: (id, until) => Promise.resolve(there.has(id) ? { id, until } : undefined),
      remove: (id) => step(async () => Promise.resolve(void there.delete(id))),
      read: () =>
        Promise.resolve({
          kind: "roster" as never,
          at: deployment.now(),
          people: [{ id: "x", look: "outside" as const, whereabouts: "lobby" as const }],
        }),
    };
    const deployment = findingDeployment({
      charts: { lamna: scriptedChart() },
      teams,
      callEvents: callEvents,
      store: () => steps?.store(store) ?? store,
    });
    const parts = {
      ...deployment.parts,
      clientStates: { of: () => "state" },
      notifications: {
        read: () =>
          Promise.resolve({ item: {}, heard: deployment.now(), subscription: [...there.keys()][0] }),
        remove: () => Promise.resolve(),
      },
      testVisits: { waited: () => Promise.resolve() },
    } as unknown as PresencePicks;
    deployment.others["watch"] = watchJob(parts);
    return { deployment, parts };
  };
  return { there, during, process };
}

type Deployment = ReturnType<ReturnType<typeof world>["process"]>["deployment"];
const START = 20;
const open = (deployment: Deployment, patient: string): Promise<Visit> =>
  deployment.parts.visits.open({
    connectionId: "lamna",
    appointmentId: "a",
    department: departmentOf("lamna"),
    start: new Date(Date.parse("2027-01-04T08:00:00Z") + START * 60_000),
    end: new Date(Date.parse("2027-01-04T08:00:00Z") + (START + 30) * 60_000),
    patients: { ids: [patient], namesOf: () => Promise.resolve([patient]) },
  });

/** How the visit gets another meeting while Graph is asked. */
const WAYS = {
  "was deleted in Teams": async ({ parts, teams, inMinutes }: Deployment, visit: Visit) => {
    teams.deleted.add(visit.meeting.id);
    await parts.visits.mendMeeting(visit.id, {
      isSure: true,
      mayBeIn: () => Promise.resolve(false),
      async beforeAnew() {
        await watchAt(parts.jobs, visit.id, inMinutes(1));
        await parts.presences.meetingAnew(visit);
      },
    });
  },
  "was another patient's": async (deployment: Deployment) => {
    await open(deployment, "p-2");
  },
} as const;

const task = ({ id }: Visit, due: Date) => ({
  ...{ id: "w", of: { visit: id }, due, tries: 1, signal: new AbortController().signal },
});

async function killedAfter(lives: number, isDone: boolean, way: keyof typeof WAYS) {
  const { there, during, process } = world();
  const { deployment: other, parts: others } = process();
  const visit = await open(other, "p-1");
  const steps = new Steps(lives, isDone);
  const first = process(steps);
  during.push(() => WAYS[way](other, visit));
  // The job is there before it is done, and is done again when nobody has done it.
  await watchAt(others.jobs, visit.id, other.now());
  await watchJob(first.parts)(task(visit, other.now())).catch(() => undefined);
  const isOver = steps.taken <= lives;
  const now = await other.parts.visits.byId(visit.id);
  const isAnew = now?.meeting.id !== visit.meeting.id;
  // What the former meeting tells until the next process has looked does not count.
  const [former] = there.keys();
  if (isAnew && former !== undefined)
    await takeJob(others)({ ...task(visit, other.now()), of: { visit: visit.id, notification: "n" } });
  const told = (await other.parts.presences.of(visit.id))?.people ?? [];
  other.forward(2);
  await other.work();
  for (let minute = 0; minute < 3; minute += 1) {
    other.forward(1);
    await other.work();
  }
  const { subscription } = (await other.parts.presences.of(visit.id)) ?? {};
  const after = await other.parts.visits.byId(visit.id);
  const tick = compareSubscriptions(others);
  for (const _turn of [1, 2]) await tick.run({ signal: new AbortController().signal });
  return {
    isOver,
    isAnew,
    told: isAnew ? told : [],
    watched: subscription && there.get(subscription.id),
    has: [...there.values()],
    meeting: after?.meeting.joinUrl,
  };
}

test.each(
  (Object.keys(WAYS) as (keyof typeof WAYS)[]).flatMap((way) => [
    [way, true] as const,
    [way, false] as const,
  ]),
)(
  "a meeting that %s is watched anew after a kill at each step (the last one done: %s)",
  async (way, isDone) => {
    const wrong: unknown[] = [];
    let anew = 0;
    for (let lives = 0; ; lives += 1) {
      const { isOver, isAnew, meeting, ...came } = await killedAfter(lives, isDone, way);
      if (isAnew) anew += 1;
      const right = { told: [], watched: meeting, has: [meeting] };
      if (JSON.stringify(came) !== JSON.stringify(right)) wrong.push({ lives, ...came, meeting });
      if (isOver) break;
    }
    expect(wrong).toEqual([]);
    expect(anew).toBeGreaterThan(5);
  },
);
