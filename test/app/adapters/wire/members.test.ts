import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  amount,
  flag,
  listOf,
  readJson,
  readMembers,
  text,
  Unreadable,
} from "../../../../app/adapters/wire/members.ts";

const visit = z.object({
  id: text,
  note: text.optional(),
  open: flag.optional(),
  minutes: amount.optional(),
  site: z.object({ name: text, floor: amount.optional() }).optional(),
  people: listOf(z.object({ name: text, phone: text.optional() })).default([]),
});
const read = (members: object) => readMembers(visit, { id: "v", ...members });

describe("what is taken", () => {
  test.each<[string, object, object]>([
    ["null is absent", { note: null, people: null }, {}],
    ['"" is absent', { note: "", site: "" }, {}],
    [
      "null and empty entries of a list are none",
      { people: [null, "", { name: "A" }] },
      { people: [{ name: "A" }] },
    ],
    ["a number is text where text is meant", { note: 4 }, { note: "4" }],
    ["a number in quotation marks", { minutes: "15" }, { minutes: 15 }],
    ["a word for yes", { open: "True" }, { open: true }],
    ["one thing where a list is meant", { people: { name: "A" } }, { people: [{ name: "A" }] }],
    ["unknown members are not looked at", { note: "n", other: { deep: [1] } }, { note: "n" }],
  ])("%s", (_name, members, expected) => {
    expect(read(members)).toEqual({ value: { id: "v", people: [], ...expected }, ignored: [] });
  });
});

describe("what may be absent is absent when it is wrong, and is named", () => {
  test.each<[string, object, object, string[]]>([
    ["a member", { note: ["x"] }, {}, ["note"]],
    ["text in which nothing is seen", { note: " \u200b\u3164\u2800\ufe0f" }, {}, ["note"]],
    ["a word that is no yes and no no", { open: "yes" }, {}, ["open"]],
    ["a number that is too long to be read whole", { note: 2 ** 60 }, {}, ["note"]],
    ["text around a number", { minutes: "15 min" }, {}, ["minutes"]],
    ["a member below", { site: { name: "p", floor: {} } }, { site: { name: "p" } }, ["site.floor"]],
    ["what lacks its own needed member", { site: { floor: 2 } }, {}, ["site"]],
    [
      "an entry of a list",
      { people: [{ name: {} }, { name: "B" }, 7] },
      { people: [{ name: "B" }] },
      ["people[].name", "people[]"],
    ],
    [
      "a member of an entry",
      { people: [{ name: "B", phone: [] }] },
      { people: [{ name: "B" }] },
      ["people[].phone"],
    ],
  ])("%s", (_name, members, expected, ignored) => {
    expect(read(members)).toEqual({ value: { id: "v", people: [], ...expected }, ignored });
  });
});

describe("what is needed and missing is named by its member, and no value is quoted", () => {
  test.each<[string, string, string[]]>([
    ["missing", '{"note":"Markworthy"}', ["id"]],
    ["null", '{"id":null}', ["id"]],
    ["of another kind", '{"id":{"a":"Markworthy"}}', ["id"]],
    ["and what was wrong besides", '{"id":["Markworthy"],"open":"Markworthy"}', ["id", "open"]],
    ["no object at all", '"Markworthy"', ["the whole answer"]],
    ["a list", '[{"id":"Markworthy"}]', ["the whole answer"]],
    ["HTML", "<html>Markworthy</html>", []],
    ["nothing", " ", []],
    ["cut off", '{"id":"Markworthy', []],
  ])("%s", (_name, body, members) => {
    const refused = caught(() => readJson(visit, body));
    expect(refused).toBeInstanceOf(Unreadable);
    expect((refused as Unreadable).members).toEqual(members);
    expect(String(refused) + String((refused as Error).cause)).not.toContain("Markworthy");
  });

  test("a byte order mark is no part of the answer", () => {
    expect(readJson(visit, '\uFEFF{"id":"v"}').value.id).toBe("v");
  });

  test("an answer as deep as its size allows is read like any other", () => {
    const deep = '{"id":"v","note":' + "[".repeat(200_000) + "]".repeat(200_000) + "}";
    expect(readJson(visit, deep)).toEqual({ value: { id: "v", people: [] }, ignored: ["note"] });
  });

  test("a member that is named after what every object has changes no object", () => {
    const read = readJson(z.looseObject({ id: text }), '{"id":"v","__proto__":{"admin":true}}');
    expect((read.value as { admin?: boolean }).admin).toBeUndefined();
  });
});

function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
