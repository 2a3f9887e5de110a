import { expect, test } from "vitest";
import { exitCodeOf, table } from "../../../scripts/promote/screen.ts";

test("only what was asked for, and is done, ends with 0", () => {
  expect(exitCodeOf({ outcome: "done" })).toBe(0);
  expect(exitCodeOf({ outcome: "went-back" })).toBe(1);
  expect(exitCodeOf({ outcome: "refused" })).toBe(1);
  expect(exitCodeOf({ outcome: "done", isEarlier: true })).toBe(3);
  expect(exitCodeOf({ outcome: "went-back", isEarlier: true })).toBe(3);
  expect(exitCodeOf({ outcome: "stuck", isEarlier: true })).toBe(2);
});

test("the steps stand in one table, with their times and the time of all", () => {
  expect(
    table([
      { step: "checked", milliseconds: 12_340, told: "3 things hold" },
      { step: "swapped", milliseconds: 900, told: "production runs b" },
    ]),
  ).toBe(
    [
      "Everything holds that has to                 12.3 s  3 things hold",
      "Site and slot are swapped                     0.9 s  production runs b",
      "Together                                     13.2 s",
    ].join("\n"),
  );
});
