import { describe, expect, test } from "vitest";
import { memberChanges } from "../../../app/domain/memberChanges.ts";

test.each([
  ["nothing", { a: 1 }, { a: 1 }, []],
  ["a member", { a: 1, b: 2 }, { a: 1, b: 3 }, [{ member: "b", from: "2", to: "3" }]],
  ["a member inside", { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ member: "a.c", from: "2", to: "3" }]],
  ["one that came", {}, { a: { b: 1 } }, [{ member: "a.b", to: "1" }]],
  ["one that went", { a: 1 }, {}, [{ member: "a", from: "1" }]],
  ["a list, whole", { a: ["x"] }, { a: ["x", "y"] }, [{ member: "a", from: '["x"]', to: '["x","y"]' }]],
  ["a group that became a value", { a: { b: 1 } }, { a: 1 }, [{ member: "a", from: '{"b":1}', to: "1" }]],
  [
    "members by their names, in whichever order they stand",
    { b: 1, a: 1 },
    { c: 2, b: 2, a: 2 },
    [
      { member: "a", from: "1", to: "2" },
      { member: "b", from: "1", to: "2" },
      { member: "c", to: "2" },
    ],
  ],
  ["null and absent, which differ", { a: null }, {}, [{ member: "a", from: "null" }]],
])("tells %s", (_what, before, after, changes) => {
  expect(memberChanges(before, after)).toEqual(changes);
});

test("of a setting that is made or removed, every member", () => {
  const value = { name: "Lamna", on: true };
  expect(memberChanges(undefined, value)).toEqual([
    { member: "name", to: "Lamna" },
    { member: "on", to: "true" },
  ]);
  expect(memberChanges(value, undefined)).toHaveLength(2);
});

test("of a secret, that it changed and not what it is", () => {
  const changes = memberChanges({ way: { secret: "one" } }, { way: { secret: "other" } }, ["way.secret"]);
  expect(changes).toEqual([{ member: "way.secret", from: "(not shown)", to: "(not shown)" }]);
  expect(memberChanges({}, { way: { secret: "other" } }, ["way.secret"])).toEqual([
    { member: "way.secret", to: "(not shown)" },
  ]);
  expect(JSON.stringify(memberChanges({ way: { secret: "one" } }, {}, ["way.secret"]))).not.toContain("one");
});

describe("of long lists what differs is told", () => {
  const all = Array.from({ length: 2_000 }, (_none, number) => `location-${String(number)}`);
  const exchanged = all.with(3, "location-5").with(5, "location-3");
  test.each<[what: string, after: readonly string[], from: readonly string[], to: readonly string[]]>([
    ["an item that came", [...all, "new"], [], ["new"]],
    ["an item that went", all.slice(1), ["location-0"], []],
    ["an item that is there twice by now", [...all, "location-7"], [], ["location-7"]],
    [
      "an order",
      exchanged,
      ["location-3", "location-4", "location-5"],
      ["location-5", "location-4", "location-3"],
    ],
  ])("%s", (_what, after, from, to) => {
    const [change, ...more] = memberChanges({ a: all }, { a: after });
    expect([change, more]).toEqual([
      { member: "a (what differs)", from: JSON.stringify(from), to: JSON.stringify(to) },
      [],
    ]);
    expect(memberChanges({ a: after }, { a: all })).toEqual([
      { member: "a (what differs)", from: JSON.stringify(to), to: JSON.stringify(from) },
    ]);
  });

  test("an order that is wholly another one, in a sentence", () => {
    const changes = memberChanges({ a: all }, { a: all.toReversed() });
    expect(changes).toEqual([
      { member: "a (what differs)", from: "2000 items", to: "the same items in another order" },
    ]);
  });
});
