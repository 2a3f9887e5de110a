import { expect, test } from "vitest";
import { segmentsOf } from "../../../../app/domain/plainText.ts";
import { segmentsIn } from "../../../../app/sandbox/communication/segments.ts";

test.each([
  ["160 plain characters", "a".repeat(160), 1],
  ["161 of them", "a".repeat(161), 2],
  ["a euro, which takes the room of two", "€" + "a".repeat(159), 2],
  ["80 of them", "€".repeat(80), 1],
  ["brackets", "[" + "a".repeat(158), 1],
  ["70 with one beyond the alphabet", "á" + "a".repeat(69), 1],
  ["71 with one", "á" + "a".repeat(70), 2],
])("%s: as many segments as the connector counts", (_, text, segments) => {
  expect([segmentsIn(text), segmentsOf(text)]).toEqual([segments, segments]);
});
