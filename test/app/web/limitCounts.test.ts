import { expect, onTestFinished, test, vi } from "vitest";
import { countsOf } from "../../../app/web/limits.ts";

function counting() {
  let time = 1_000;
  const store = countsOf(60_000, () => time);
  const hit = async (key: string) => (await store.increment(key)).totalHits;
  return { store, hit, forward: (milliseconds: number) => void (time += milliseconds) };
}

test("a caller is counted for a window from the first time, each by itself", async () => {
  const { hit, forward } = counting();
  expect([await hit("a"), await hit("a"), await hit("b")]).toEqual([1, 2, 1]);
  forward(59_999);
  expect([await hit("a"), await hit("c")]).toEqual([3, 1]);
  forward(1);
  expect([await hit("a"), await hit("b")]).toEqual([1, 1]);
  // Counted late in the window before, and not forgotten with it.
  forward(30_000);
  expect(await hit("c")).toBe(2);
  forward(29_999);
  expect(await hit("c")).toBe(1);
});

test("nobody is remembered for longer than two windows", async () => {
  const { store, hit, forward } = counting();
  await hit("a");
  forward(120_000);
  await hit("b");
  forward(60_000);
  await hit("b");
  expect(await hit("a")).toBe(1);
  await store.decrement("a");
  expect(await hit("a")).toBe(1);
  await store.resetKey("a");
  expect(await hit("a")).toBe(1);
});

test("a count is taken back and begun anew, for its caller alone, wherever it was counted", async () => {
  const { store, hit, forward } = counting();
  await hit("a");
  await hit("a");
  await hit("b");
  await store.decrement("a");
  expect([await hit("a"), await hit("b")]).toEqual([2, 2]);
  await store.decrement("nobody");
  for (let times = 0; times < 5; times++) await store.decrement("b");
  expect(await hit("b")).toBe(1);
  await store.resetKey("a");
  expect([await hit("a"), await hit("b")]).toEqual([1, 2]);
  forward(30_000);
  await hit("late");
  forward(30_000);
  await hit("c");
  await store.resetKey("late");
  expect(await hit("late")).toBe(1);
  expect(store.localKeys).toBe(true);
});

test("a caller learns when the count ends, by the clock of the wall", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 5_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { store, forward } = counting();
  await store.increment("a");
  forward(20_000);
  expect((await store.increment("a")).resetTime).toEqual(new Date(5_040_000));
});
