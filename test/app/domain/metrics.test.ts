/** What reports tell of how good a visit's calls were, where Teams told only some of it. */
import { expect, test } from "vitest";
import { METRICS } from "../../../app/domain/metrics.ts";
import type { Usage } from "../../../app/domain/usage.ts";

const NAMES = ["loss", "jitter", "roundTrip"] as const;
const spread = (mean: number) => ({ mean, worst: 9, streams: 4 });
const of = (quality: Usage["quality"]) =>
  NAMES.map((name) => METRICS[name].of({ ...(quality && { quality }) } as Usage));

test("each of the three is told by its own mean, and is absent where it was not told", () => {
  const told = { streams: 4, poorStreams: 1 };
  const all = { ...told, loss: spread(0.5), jitter: spread(12), roundTrip: spread(80) };
  expect(of(all)).toEqual([0.5, 12, 80]);
  expect(of(told)).toEqual([undefined, undefined, undefined]);
  expect(of(undefined)).toEqual([undefined, undefined, undefined]);
});

test.each([
  ["completed", false, "Yes"],
  ["completed", true, "No"],
  ["completed", undefined, undefined],
  ["patient-absent", true, "Yes"],
  ["patient-absent", undefined, "Yes"],
] as const)(
  "a visit that is %s, beyond the allocation: %j, is within it: %j",
  (outcome, isBeyond, within) => {
    expect(METRICS.withinLimit.of({ outcome } as Usage, isBeyond)).toBe(within);
  },
);
