import { describe, expect, test } from "vitest";
import {
  beyondLimits,
  isPoor,
  poorShare,
  qualityOf,
  together,
  USUAL_LIMITS,
  type Stream,
} from "../../../app/domain/callQuality.ts";
import { meetingKey } from "../../../app/domain/meetingKey.ts";

describe("a stream is poor as Microsoft has it", () => {
  test.each<[string, Stream, boolean | undefined]>([
    [
      "sound at all limits",
      { kind: "audio", lossRate: 0.1, jitterMs: 30, roundTripMs: 500, degradation: 1 },
      false,
    ],
    ["sound that lost more", { kind: "audio", lossRate: 0.11 }, true],
    ["sound that was uneven", { kind: "audio", lossRate: 0, jitterMs: 31 }, true],
    ["sound that was late", { kind: "audio", roundTripMs: 501 }, true],
    ["sound that was worse", { kind: "audio", degradation: 1.1 }, true],
    ["sound that was made up", { kind: "audio", concealedRatio: 0.08 }, true],
    ["sound of which nothing is known", { kind: "audio" }, undefined],
    ["a picture that lost half", { kind: "video", framesLostPercent: 50, framesPerSecond: 1 }, false],
    ["a picture that lost more", { kind: "video", framesLostPercent: 51, framesPerSecond: 30 }, true],
    ["a slow picture", { kind: "video", framesPerSecond: 6 }, true],
    ["a slow screen", { kind: "screen", framesPerSecond: 6 }, false],
    ["a screen that stands", { kind: "screen", framesPerSecond: 1 }, true],
    ["a picture lost for good", { kind: "video", lossAfterCorrection: 0.16 }, true],
    ["a picture that lost packets alone", { kind: "video", lossRate: 0.9 }, undefined],
  ])("%s", (_what, stream, poor) => {
    expect(isPoor(stream)).toBe(poor);
  });
});

const streams: readonly Stream[] = [
  { kind: "audio", lossRate: 0.02, jitterMs: 10, roundTripMs: 40 },
  { kind: "audio", lossRate: 0.2, jitterMs: 30 },
  { kind: "video", lossRate: 0.01 },
];

test("streams become how many were judged and poor, and the mean and the worst of what each has", () => {
  expect(qualityOf(streams)).toEqual({
    streams: 2,
    poorStreams: 1,
    loss: { mean: 7.67, worst: 20, streams: 3 },
    jitter: { mean: 20, worst: 30, streams: 2 },
    roundTrip: { mean: 40, worst: 40, streams: 1 },
  });
  expect(qualityOf([])).toEqual({ streams: 0, poorStreams: 0 });
});

test("several calls count together by their streams, as if they were one", () => {
  const [first, ...others] = streams;
  if (first === undefined) throw new Error("no stream");
  expect(together([qualityOf([first]), qualityOf(others)])).toEqual({
    ...qualityOf(streams),
    loss: {
      mean: expect.closeTo(7.67, 1) as number,
      worst: 20,
      streams: 3,
    },
  });
  expect(together([])).toBeUndefined();
});

test("a visit is beyond each limit that it passes, and none where nothing was measured", () => {
  const quality = qualityOf(streams);
  expect(poorShare(quality)).toBe(50);
  expect(beyondLimits(quality, USUAL_LIMITS)).toEqual(["poorStreamsPercent"]);
  expect(beyondLimits(quality, { ...USUAL_LIMITS, lossPercent: 7, roundTripMs: 40 })).toEqual([
    "lossPercent",
    "poorStreamsPercent",
  ]);
  expect(beyondLimits(qualityOf([]), USUAL_LIMITS)).toBeUndefined();
  expect(beyondLimits(undefined, USUAL_LIMITS)).toBeUndefined();
});

describe("what is the same in every address of one meeting", () => {
  const thread = "19:meeting_NjRmN2Q4@thread.v2";
  test.each([
    [
      "encoded",
      "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NjRmN2Q4%40thread.v2/0?context=%7b%7d",
      thread,
    ],
    ["plain", "https://teams.microsoft.com/l/meetup-join/19:meeting_NjRmN2Q4@thread.v2/0", thread],
    [
      "encoded twice",
      "https://teams.microsoft.com/l/meetup-join/19%253ameeting_NjRmN2Q4%2540thread.v2/0",
      thread,
    ],
    [
      "another",
      "https://teams.microsoft.com/l/meetup-join/19%3ameeting_other%40thread.v2/0",
      "19:meeting_other@thread.v2",
    ],
    [
      "a short one",
      "https://teams.microsoft.com/meet/2345?p=secret",
      "https://teams.microsoft.com/meet/2345",
    ],
    [
      "one with a stray percent sign",
      "https://teams.microsoft.com/meet/100%",
      "https://teams.microsoft.com/meet/100%",
    ],
    ["none", "not an address", undefined],
  ])("%s", (_what, joinUrl, key) => {
    expect(meetingKey(joinUrl)).toBe(key);
  });
});
