import { expect, test } from "vitest";
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
