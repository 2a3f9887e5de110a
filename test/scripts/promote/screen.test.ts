import { expect, test } from "vitest";
import { exitCodeOf } from "../../../scripts/promote/screen.ts";

test("only what was asked for, and is done, ends with 0", () => {
  expect(exitCodeOf({ outcome: "done" })).toBe(0);
  expect(exitCodeOf({ outcome: "went-back" })).toBe(1);
  expect(exitCodeOf({ outcome: "refused" })).toBe(1);
  expect(exitCodeOf({ outcome: "done", isEarlier: true })).toBe(3);
  expect(exitCodeOf({ outcome: "went-back", isEarlier: true })).toBe(3);
  expect(exitCodeOf({ outcome: "stuck", isEarlier: true })).toBe(2);
});
