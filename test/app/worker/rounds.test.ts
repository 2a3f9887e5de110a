/** Periodic work is done by one process at a time, once after an outage, and never again because a clock was set back. */
import { expect, onTestFinished, test, vi } from "vitest";
import type { Outcome } from "../../../app/domain/job.ts";
import type { Tick, Turn } from "../../../app/web/flow.ts";
import { workplace, type Workplace } from "../../harness/work.ts";

const HOUR = 3_600;
const until = (holds: () => unknown) => vi.waitFor(holds, { timeout: 20_000, interval: 10 });
const idle = () => Promise.resolve<Outcome>({ kind: "done" });

function started(): Workplace {
  const made = workplace();
  onTestFinished(() => made.close());
  return made;
}

/** An hourly tick, and the turns that it had. */
function hourly(run: (turn: Turn) => Promise<void> = () => Promise.resolve()) {
  const turns: Turn[] = [];
  const tick: Tick = {
    name: "hourly",
    concerns: "everybody",
    everySeconds: HOUR,
    run: (turn) => {
      turns.push(turn);
      return run(turn);
    },
  };
  return { turns, tick };
}

/** Waits until every worker here has looked at the periodic work once more. */
async function looked(at: Workplace, ...workers: (() => Promise<void>)[]): Promise<void> {
  const { tick, turns } = hourly();
  const end = at.work(idle, { rounds: [{ ...tick, name: "look " + String(Math.random()) }] });
  await until(() => expect(turns).toHaveLength(1));
  await end();
  await Promise.all(workers.map((worker) => worker()));
}

test("it comes at once the first time, and each hour then, by one of two processes", async () => {
  const at = started();
  const { turns, tick } = hourly();
  at.work(idle, { rounds: [tick] });
  at.work(idle, { rounds: [tick] });
  for (let hours = 1; hours <= 4; hours++) {
    await until(() => expect(turns).toHaveLength(hours));
    await until(async () => expect((await at.ticks.peek("hourly"))?.holder).toBeUndefined());
    at.forward(HOUR);
  }
  await until(() => expect(turns).toHaveLength(5));
  await looked(at);
  expect(turns).toHaveLength(5);
});

test("after an outage it comes once, and is told when it came last", async () => {
  const at = started();
  const { turns, tick } = hourly();
  const end = at.work(idle, { rounds: [tick] });
  await until(async () => expect((await at.ticks.peek("hourly"))?.last).toBeDefined());
  await end();
  const last = (await at.ticks.peek("hourly"))?.last;
  at.forward(7.5 * HOUR);
  const again = at.work(idle, { rounds: [tick] });
  await until(() => expect(turns).toHaveLength(2));
  await looked(at, again);
  expect(turns.map(({ since }) => since)).toEqual([undefined, last]);
  const [first, second] = turns;
  expect([first?.begun instanceof Date, second?.begun]).toEqual([true, first?.begun]);
});

test("a turn that fails is told to the next one by how far it had come; one that was done is not", async () => {
  const at = started();
  const moments = [new Date("2027-01-04T10:00:00Z"), new Date("2027-01-04T11:00:00Z")];
  const { turns, tick } = hourly(async ({ reach }) => {
    const moment = moments[turns.length - 1];
    if (moment === undefined) return;
    await reach?.(moment);
    throw new Error("not all was done");
  });
  at.work(idle, { rounds: [tick] });
  for (let hours = 1; hours <= 4; hours++) {
    await until(() => expect(turns).toHaveLength(hours));
    await until(async () => expect((await at.ticks.peek("hourly"))?.holder).toBeUndefined());
    at.forward(HOUR);
  }
  expect(turns.slice(0, 4).map(({ reached }) => reached)).toEqual([undefined, ...moments, undefined]);
});

test("a turn that ends when the next is due already has not been that one", async () => {
  const at = started();
  let first = true;
  const { turns, tick } = hourly(() => {
    if (first) at.forward(HOUR);
    first = false;
    return Promise.resolve();
  });
  const end = at.work(idle, { rounds: [tick] });
  await until(() => expect(turns).toHaveLength(2));
  await looked(at, end);
  expect(turns).toHaveLength(2);
});

test("a clock that goes back brings nothing again; one that was far ahead holds nothing up for longer than a turn", async () => {
  const at = started();
  const { turns, tick } = hourly();
  at.forward(100 * HOUR);
  const ahead = at.work(idle, { rounds: [tick] });
  await until(async () => expect((await at.ticks.peek("hourly"))?.last).toBeDefined());
  await ahead();
  at.forward(-100 * HOUR);
  const behind = at.work(idle, { rounds: [tick] });
  await until(() => expect(at.logged.join("")).toContain("tick.clock_was_wrong"));
  expect(turns).toHaveLength(1);
  at.forward(HOUR);
  await until(() => expect(turns).toHaveLength(2));
  await behind();
});

test("one that fails is logged, tried again within seconds, and comes round again; what it said is not kept", async () => {
  const at = started();
  let fails = true;
  const { turns, tick } = hourly(() => (fails ? Promise.reject(new Error("no disk")) : Promise.resolve()));
  at.work(idle, { rounds: [tick] });
  await until(async () => expect(await at.ticks.peek("hourly")).toMatchObject({ failures: 1 }));
  expect((await at.ticks.peek("hourly"))?.lastFailure?.reason).toBe("threw");
  expect(at.logged.join("")).toMatch(/"event":"tick\.failed","names":\["hourly"\]/);
  fails = false;
  at.forward(6);
  await until(async () => expect(await at.ticks.peek("hourly")).toMatchObject({ failures: 0 }));
  expect(turns).toHaveLength(2);
});

test("one whose row is damaged comes round all the same", async () => {
  const at = started();
  const { turns, tick } = hourly();
  const { stored } = await at.ticks.of("hourly");
  await at.store.replace("ticks", { ...stored, body: { ...stored.body, due: 5 } }, stored.etag);
  at.work(idle, { rounds: [tick] });
  await until(() => expect(turns).toHaveLength(1));
  await until(async () => expect((await at.ticks.peek("hourly"))?.last).toBeDefined());
  expect(at.logged.join("")).toMatch(/"event":"record\.unreadable","names":\["hourly"\]/);
});

test("one whose process vanished is taken over once it gave no sign of life for a lease", async () => {
  const at = started();
  const kept = await at.ticks.of("hourly");
  await at.ticks.write(kept, { ...kept.state, holder: "killed" });
  const { turns, tick } = hourly();
  at.work(idle, { rounds: [tick] });
  await until(() => expect(turns).toHaveLength(1));
  await until(async () => expect((await at.ticks.peek("hourly"))?.holder).toBeUndefined());
});

test("one that takes longer than a lease is nobody else's meanwhile", async () => {
  const at = started();
  const finish = Promise.withResolvers<undefined>();
  const { turns, tick } = hourly(async () => {
    await finish.promise;
  });
  at.work(idle, { rounds: [tick] });
  at.work(idle, { rounds: [tick] });
  await until(async () => expect((await at.ticks.peek("hourly"))?.beat).toBeGreaterThan(6));
  expect(turns).toHaveLength(1);
  finish.resolve(undefined);
  await until(async () => expect((await at.ticks.peek("hourly"))?.last).toBeDefined());
});

test("what concerns a process is done by each at its start, one that takes no work too; what fails is logged and stops no other", async () => {
  const at = started();
  const done: string[] = [];
  const tick = (name: string, concerns: Tick["concerns"], run?: () => Promise<void>): Tick => ({
    name,
    concerns,
    everySeconds: HOUR,
    run: run ?? (() => Promise.resolve(void done.push(name))),
  });
  const rounds = [
    tick("broken", "this-process", () => Promise.reject(new Error("no disk"))),
    tick("probe", "this-process"),
    tick("texts", "everybody"),
  ];
  await at.work(idle, { rounds, takesWork: false })();
  await until(() =>
    expect(at.logged.join("")).toMatch(
      /"event":"tick.failed","names":\["broken"\],"cause":\["Error: no disk"/,
    ),
  );
  expect(done).toEqual(["probe"]);
});

test("how much a turn could not read is kept until the next one is done", async () => {
  const at = started();
  let count: number | undefined = 3;
  const { tick } = hourly((turn) => {
    if (count !== undefined) {
      turn.leftOut?.(count);
      turn.tooLarge?.(count + 1);
      turn.keptBack?.(count + 2);
      turn.changeUnread?.(count + 3);
    }
    return Promise.resolve();
  });
  at.work(idle, { rounds: [tick] });
  const kept = async () => {
    const state = await at.ticks.peek("hourly");
    return [state?.leftOut, state?.tooLarge, state?.keptBack, state?.changeUnread];
  };
  await until(async () => expect(await kept()).toEqual([3, 4, 5, 6]));
  count = undefined;
  at.forward(HOUR);
  await until(async () => expect(await kept()).toEqual([undefined, undefined, undefined, undefined]));
});
