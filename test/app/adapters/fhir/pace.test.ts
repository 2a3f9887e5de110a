/** How many requests a chart system is sent at once, and how long it is left alone. */
import { expect, test } from "vitest";
import { Pace } from "../../../../app/adapters/fhir/system/pace.ts";
import { Slots } from "../../../../app/adapters/fhir/system/slots.ts";

const signal = new AbortController().signal;

/** Requests that answer when the test says so. */
function paced() {
  let now = Date.parse("2027-01-12T15:00:00Z");
  const pace = new Pace(() => new Date(now));
  const running: (() => void)[] = [];
  const work = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    running.push(() => {
      resolve("done");
    });
    return promise;
  };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    pace,
    settled,
    pass: (milliseconds: number) => void (now += milliseconds),
    begin: (given = signal) => pace.inTurn({ as: "job", signal: given }, work),
    running: () => running.length,
    /** Lets the oldest request be answered, after `milliseconds` have passed. */
    answer: async (milliseconds = 0): Promise<void> => {
      now += milliseconds;
      running.shift()?.();
      await settled();
    },
  };
}

test("four are under way at once, and each that ends lets the next one go, in order", async () => {
  const { begin, running, answer, settled } = paced();
  const order: number[] = [];
  const all = [1, 2, 3, 4, 5, 6].map(async (each) => {
    await begin();
    order.push(each);
  });
  await settled();
  expect(running()).toBe(4);
  await answer();
  expect(running()).toBe(4);
  for (let rest = 0; rest < 5; rest++) await answer();
  await Promise.all(all);
  expect(order).toEqual([1, 2, 3, 4, 5, 6]);
  expect(running()).toBe(0);
});

test("a request that fails lets the next one go, too", async () => {
  const { pace, begin, running, settled, answer } = paced();
  const failing = [1, 2, 3, 4].map(() =>
    pace.inTurn({ as: "job", signal }, () => Promise.reject(new Error("unreachable"))),
  );
  const next = begin();
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(
    Array.from({ length: 4 }, () => "rejected"),
  );
  await settled();
  expect(running()).toBe(1);
  await answer();
  expect(await next).toBe("done");
});

test("a slow answer makes it one less, down to one, and ten quick ones in a row one more, up to four", async () => {
  const { begin, answer, settled, running } = paced();
  /** How many of many requests run at the same time. They are then all answered, after `milliseconds` have passed. */
  const atOnce = async (milliseconds: number) => {
    const all = Array.from({ length: 6 }, () => begin());
    await settled();
    const first = running();
    await answer(milliseconds);
    for (let rest = 1; rest < all.length; rest++) await answer();
    await Promise.all(all);
    return first;
  };
  const one = async (milliseconds: number) => {
    const asked = begin();
    await settled();
    await answer(milliseconds);
    await asked;
  };
  await one(4_001);
  expect(await atOnce(0)).toBe(3);
  await one(4_001);
  // The six quick answers before no longer count.
  for (let times = 0; times < 4; times++) await one(0);
  expect(await atOnce(0)).toBe(2);
  // With these six the ten are full, so it is three; four more count for the next.
  expect(await atOnce(0)).toBe(3);
  for (let times = 0; times < 4; times++) await one(0);
  expect(await atOnce(0)).toBe(4);
  for (let times = 0; times < 20; times++) await one(0);
  expect(await atOnce(0)).toBe(4);
  for (let times = 0; times < 8; times++) await one(5_000);
  expect(await atOnce(0)).toBe(1);
});

test("an answer that takes four seconds is not slow", async () => {
  const { begin, answer, settled, running } = paced();
  const one = begin();
  await settled();
  await answer(4_000);
  await one;
  const all = Array.from({ length: 5 }, () => begin());
  await settled();
  expect(running()).toBe(4);
  for (let rest = 0; rest < 5; rest++) await answer();
  await Promise.all(all);
});

test("whoever stopped waiting is told to come again, and nothing is sent for them", async () => {
  const { begin, running } = paced();
  expect(await begin(AbortSignal.abort())).toEqual({ kind: "limited", retryAfterMs: 15_000 });
  expect(running()).toBe(0);
});

test("once there were too many, nothing is sent for fifteen seconds, then one at a time", async () => {
  const { pace, pass, begin, running, settled, answer } = paced();
  expect(pace.tooMany(undefined)).toEqual({ kind: "limited", retryAfterMs: 15_000 });
  pass(14_000);
  expect(await begin()).toEqual({ kind: "limited", retryAfterMs: 1_000 });
  expect(running()).toBe(0);
  pass(1_000);
  const all = [begin(), begin()];
  await settled();
  expect(running()).toBe(1);
  await answer();
  await answer();
  expect(await Promise.all(all)).toEqual(["done", "done"]);
});

test("each rest in a row is twice as long, up to five minutes, and short again once an answer came", () => {
  const { pace, pass } = paced();
  const rests = [1, 2, 3, 4, 5, 6, 7].map(() => {
    const { retryAfterMs } = pace.tooMany(undefined);
    pass(retryAfterMs);
    return retryAfterMs / 1000;
  });
  expect(rests).toEqual([15, 30, 60, 120, 240, 300, 300]);
  pace.wasTaken();
  expect(pace.tooMany(undefined).retryAfterMs).toBe(15_000);
});

test("those that were under way together count as one refusal, and the longest rest of theirs is kept", () => {
  const { pace, pass } = paced();
  expect(pace.tooMany(40_000).retryAfterMs).toBe(40_000);
  pass(10_000);
  expect(pace.tooMany(undefined).retryAfterMs).toBe(30_000);
  expect(pace.tooMany(35_000).retryAfterMs).toBe(35_000);
  pass(35_000);
  expect(pace.tooMany(undefined).retryAfterMs).toBe(30_000);
});

test("a server may ask for an hour's rest at most, and for none", () => {
  expect(paced().pace.tooMany(7_200_000).retryAfterMs).toBe(3_600_000);
  expect(paced().pace.tooMany(3_600_000).retryAfterMs).toBe(3_600_000);
  expect(paced().pace.tooMany(0).retryAfterMs).toBe(0);
});

test("a clock that was set back ends the rest, which would have lasted until it caught up", async () => {
  const { pace, pass, begin, answer, settled } = paced();
  pace.tooMany(undefined);
  pass(-3_600_000);
  const one = begin();
  await settled();
  await answer();
  expect(await one).toBe("done");
});

const held = () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    work: () => promise,
    end: () => {
      resolve("done");
    },
  };
};
const job = { as: "job" } as const;

test("a connection's jobs hold no more of the worker's slots than are still free", async () => {
  const slots = new Slots(8, () => 0.5);
  const first = held();
  const taken = [1, 2, 3].map(() => slots.within("slow", job, first.work));
  // Six slots are for charts. Three are held, and three are free for the next connection.
  expect(await slots.within("slow", job, first.work)).toEqual({ kind: "busy", retryAfterMs: 22_500 });
  const second = held();
  const other = [1, 2].map(() => slots.within("other", job, second.work));
  expect(await slots.within("other", job, second.work)).toEqual({ kind: "busy", retryAfterMs: 22_500 });
  expect(await slots.within("third", job, () => Promise.resolve("done"))).toBe("done");
  first.end();
  expect(await Promise.all(taken)).toEqual(["done", "done", "done"]);
  expect(await slots.within("slow", job, () => Promise.resolve("done"))).toBe("done");
  second.end();
  await Promise.all(other);
});

test("who fails gives the slot back, and a worker of one slot has one for charts", async () => {
  const slots = new Slots(1, () => 0);
  await expect(slots.within("a", job, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const one = held();
  const taken = slots.within("a", job, one.work);
  expect(await slots.within("b", job, one.work)).toEqual({ kind: "busy", retryAfterMs: 15_000 });
  one.end();
  expect(await taken).toBe("done");
  expect(await slots.within("b", job, () => Promise.resolve("done"))).toBe("done");
});

test("a round waits for no slot", async () => {
  const slots = new Slots(1, () => 0);
  const one = held();
  const taken = slots.within("a", job, one.work);
  expect(await slots.within("a", { as: "round" }, () => Promise.resolve("round"))).toBe("round");
  one.end();
  await taken;
});
