import { expect, test } from "vitest";
import { memberChanges } from "../../../app/domain/memberChanges.ts";

test.each([
  ["nothing", { a: 1 }, { a: 1 }, []],
  ["a member", { a: 1, b: 2 }, { a: 1, b: 3 }, [{ member: "b", from: "2", to: "3" }]],
  ["a member inside", { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ member: "a.c", from: "2", to: "3" }]],
  ["one that came", {}, { a: { b: 1 } }, [{ member: "a.b", to: "1" }]],
  ["one that went", { a: 1 }, {}, [{ member: "a", from: "1" }]],
  ["a list, whole", { a: ["x"] }, { a: ["x", "y"] }, [{ member: "a", from: '["x"]', to: '["x","y"]' }]],
  ["a group that became a value", { a: { b: 1 } }, { a: 1 }, [{ member: "a", from: '{"b":1}', to: "1" }]],
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
