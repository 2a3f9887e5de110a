import { afterEach, expect, test, vi } from "vitest";
import { openStreams, type OpenStream } from "../../../../app/flows/provider/streams.ts";

const RULES = { ofLaunch: 2, inAll: 3, checkedEverySeconds: 15, lifeSeconds: 40 };
afterEach(() => {
  vi.useRealTimers();
});

/** A stream of a launch that notes what is done with it. */
function stream(launch: string): OpenStream & { readonly done: string[] } {
  const done: string[] = [];
  return { launch, done, check: () => void done.push("check"), end: () => void done.push("end") };
}

test("a launch has so many streams and the process so many in all, and what is given back is free once", () => {
  const streams = openStreams(RULES);
  const first = stream("a");
  const all = [first, stream("a"), stream("a"), stream("b"), stream("c")];
  expect(all.map((one) => streams.add(one))).toEqual([true, true, false, true, false]);
  streams.remove(first);
  streams.remove(first);
  expect(streams.add(stream("c"))).toBe(true);
  expect(streams.add(stream("d"))).toBe(false);
  for (const one of all) streams.remove(one);
});

test("a launch that gives one of two back may have one more, and no other", () => {
  const streams = openStreams(RULES);
  const [first, second, third] = [stream("a"), stream("a"), stream("a")];
  for (const one of [first, second]) streams.add(one);
  streams.remove(first);
  expect([streams.add(third), streams.add(stream("a"))]).toEqual([true, false]);
  for (const one of [second, third]) streams.remove(one);
});

test("all of one launch are looked at, and nobody else's", () => {
  const streams = openStreams(RULES);
  const [first, second, others] = [stream("a"), stream("a"), stream("b")];
  for (const one of [first, second, others]) streams.add(one);
  streams.check("a");
  streams.check("nobody's");
  expect([first, second, others].map(({ done }) => done)).toEqual([["check"], ["check"], []]);
  streams.endAll();
  expect(others.done).toEqual(["end"]);
  for (const one of [first, second, others]) streams.remove(one);
});

test("each is checked at its own beats, and ends when its time is over; with the last one the timer stops", () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const streams = openStreams(RULES);
  const [first, later] = [stream("a"), stream("b")];
  streams.add(first);
  vi.advanceTimersByTime(5_000);
  streams.add(later);
  vi.advanceTimersByTime(10_000);
  expect([first.done, later.done]).toEqual([["check"], []]);
  vi.advanceTimersByTime(25_000);
  expect([first.done, later.done]).toEqual([
    ["check", "check", "end"],
    ["check", "check"],
  ]);
  expect(vi.getTimerCount()).toBe(1);
  streams.remove(first);
  expect(vi.getTimerCount()).toBe(1);
  streams.remove(later);
  expect(vi.getTimerCount()).toBe(0);
});
