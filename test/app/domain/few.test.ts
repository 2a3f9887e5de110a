import { expect, test } from "vitest";
import { atMost } from "../../../app/domain/few.ts";

/** Work that runs until it is told to end, and counts how many run at the same time. */
function counted(most: number) {
  const inTurn = atMost(most);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  return {
    begun,
    begin: (name: number) =>
      inTurn(() => {
        begun.push(name);
        return new Promise<number>((resolve) => ends.push(() => resolve(name)));
      }),
    end: async () => {
      ends.shift()?.();
      // Waiting work begins only after some turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("only so many run at once, the rest in turn, and each has its own answer", async () => {
  const { begun, begin, end } = counted(2);
  const answers = Promise.all([1, 2, 3, 4].map(begin));
  await Promise.resolve();
  expect(begun).toEqual([1, 2]);
  await end();
  expect(begun).toEqual([1, 2, 3]);
  await end();
  expect(begun).toEqual([1, 2, 3, 4]);
  await end();
  await end();
  expect(await answers).toEqual([1, 2, 3, 4]);
});

test("after all have ended there is as much room as before, and no more", async () => {
  const { begun, begin, end } = counted(1);
  const first = begin(1);
  const second = begin(2);
  await end();
  await end();
  await Promise.all([first, second]);
  const others = [begin(3), begin(4)];
  await Promise.resolve();
  expect(begun).toEqual([1, 2, 3]);
  await end();
  await end();
  await Promise.all(others);
});

test("one that fails says so to whoever asked, and makes room for the next", async () => {
  const inTurn = atMost(1);
  const failed = inTurn(() => Promise.reject(new Error("away")));
  const next = inTurn(() => Promise.resolve("here"));
  await expect(failed).rejects.toThrow("away");
  expect(await next).toBe("here");
});
