import { describe, expect, test } from "vitest";
import { backoff, parseRetryAfter } from "../../../app/domain/retry.ts";

const now = new Date("2026-12-01T15:00:00Z");

describe("how long a server asks to wait", () => {
  test.each([
    ["0", 0],
    ["17", 17_000],
    [" 17 ", 17_000],
    ["Tue, 01 Dec 2026 15:00:20 GMT", 20_000],
    ["Tue, 01 Dec 2026 14:59:00 GMT", 0],
  ])("%s", (header, milliseconds) => {
    expect(parseRetryAfter(header, now)).toBe(milliseconds);
  });

  test.each([null, "", "soon", "-5", "1.5", "17 s", "x17", "2026-12-01 15:00:20"])(
    "%s says nothing",
    (header) => {
      expect(parseRetryAfter(header, now)).toBeUndefined();
    },
  );
});

test("waits double, and those who were refused together come back within half of it", () => {
  expect([1, 2, 3].map((retry) => backoff(retry, 1))).toEqual([500, 1000, 2000]);
  expect([1, 2, 3].map((retry) => backoff(retry, 0))).toEqual([250, 500, 1000]);
});
