import { expect, test } from "vitest";
import { openStreams } from "../../../../app/flows/provider/streams.ts";

const nothing = () => () => undefined;

test("a launch has so many streams and the process so many in all, and what is given back is free once", () => {
  const streams = openStreams({ ofLaunch: 2, inAll: 3 });
  const first = streams.add("a", nothing());
  expect(streams.add("a", nothing())).toBeDefined();
  expect(streams.add("a", nothing())).toBeUndefined();
  expect(streams.add("b", nothing())).toBeDefined();
  expect(streams.add("c", nothing())).toBeUndefined();
  first?.();
  first?.();
  expect(streams.add("c", nothing())).toBeDefined();
  expect(streams.add("d", nothing())).toBeUndefined();
});

test("all of one launch are looked at, and nobody else's", () => {
  const streams = openStreams({ ofLaunch: 2, inAll: 3 });
  const looked: string[] = [];
  streams.add("a", () => looked.push("a1"));
  streams.add("a", () => looked.push("a2"));
  streams.add("b", () => looked.push("b"));
  streams.check("a");
  streams.check("nobody's");
  expect(looked).toEqual(["a1", "a2"]);
});
