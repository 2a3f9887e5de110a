import { describe, expect, test } from "vitest";
import * as z from "zod";
import { readOrExplain } from "../../../app/domain/issueWords.ts";

const schema = z.strictObject({
  name: z.string().min(1).max(8),
  kind: z.enum(["paper", "form", "voice"]),
  code: z.enum(["205", "425"]).default("205"),
  minutes: z.int().min(5).max(30),
  live: z.boolean(),
  at: z.url(),
  days: z.array(z.string()).nonempty(),
  way: z.discriminatedUnion("method", [
    z.strictObject({ method: z.literal("key"), key: z.string() }),
    z.strictObject({ method: z.literal("secret"), secret: z.string() }),
  ]),
  length: z.union([z.number(), z.strictObject({ days: z.number() })]).optional(),
  mails: z.array(z.email()).max(2).default([]),
  people: z.array(z.strictObject({ phone: z.string().regex(/^\+\d+$/, "must be a phone number") })),
});

const sound = {
  name: "Lamna",
  kind: "form",
  minutes: 15,
  live: true,
  at: "https://ehr.example.org",
  days: ["mon"],
  way: { method: "key", key: "k" },
  mails: ["a@lamna.example"],
  people: [{ phone: "+1" }],
};

const read = (value: unknown) => readOrExplain(schema, value, { whole: "the form", reference: "the guide" });

test("what is right is handed back", () => {
  expect(read(sound)).toEqual({ ok: true, value: { ...sound, code: "205" } });
});

describe("what is wrong is a sentence that starts with its key", () => {
  test.each<[changes: object, sentence: string]>([
    [{ name: undefined }, "name: is missing; see the guide"],
    [{ name: 7 }, "name: must be text; put it in quotes where it is made of digits"],
    [{ name: "" }, "name: must not be empty"],
    [{ name: "Lamna Healthcare" }, "name: must be 8 characters at most"],
    [{ kind: "hearsay" }, "kind: must be paper, form or voice"],
    [{ kind: 205 }, "kind: must be paper, form or voice"],
    [{ code: 205 }, 'code: must be 205 or 425; put it in quotes: "205"'],
    [{ code: "206" }, "code: must be 205 or 425"],
    [{ minutes: "soon" }, "minutes: must be a number; digits alone, without quotes or a unit"],
    [{ minutes: "15" }, "minutes: must be a number; leave its quotes out"],
    [{ minutes: "15 min" }, "minutes: must be a number; digits alone, without quotes or a unit"],
    [{ minutes: 7.5 }, "minutes: must be a whole number"],
    [{ minutes: 4 }, "minutes: must be at least 5"],
    [{ minutes: 31 }, "minutes: must be at most 30"],
    [{ live: "yes" }, "live: must be true or false"],
    [{ length: { weeks: 1 } }, "length: is in none of the forms that it may have; see the guide"],
    [{ at: "here" }, "at: must be an address such as https://ehr.example.org"],
    [{ days: [] }, "days: must not be empty"],
    [{ days: "mon" }, "days: must be a list; a list of one has brackets: [mon]"],
    [{ days: { mon: true } }, "days: must be a list; each of its entries begins with a dash"],
    [{ days: 7 }, "days: must be a list; a list of one has brackets: [7]"],
    [{ days: null }, "days: is empty; say what it is. See the guide"],
    [{ mails: null }, "mails: is empty; say what it is, or leave it out. See the guide"],
    [{ mails: [null] }, "mails[0]: is empty; say what it is, or leave it out. See the guide"],
    [{ way: { method: "key", key: null } }, "way.key: is empty; say what it is. See the guide"],
    [{ people: [{ phone: null }] }, "people[0].phone: is empty; say what it is. See the guide"],
    [{ mails: ["here"] }, "mails[0]: has not the form that it must have; see the guide"],
    [{ mails: Array(3).fill("a@lamna.example") }, "mails: must have 2 entries at most"],
    [{ way: { method: "post" } }, "way.method: must be key or secret"],
    [
      { way: "key" },
      "way: must be a group of settings; each of its settings stands on a line of its own below it",
    ],
    [
      { way: { method: "key", key: "k", secret: "s" } },
      "way.secret: does not go with what stands beside it; leave it out, or see the guide",
    ],
    [{ people: [{ phone: "+1" }, { phone: "1" }] }, "people[1].phone: must be a phone number"],
    [{ people: [{ phone: "+1", fax: "+2" }] }, "people[0].fax: is not a setting; see the guide"],
    [{ colour: "red" }, "colour: is not a setting; see the guide"],
  ])("%#", (changes, sentence) => {
    expect(read({ ...sound, ...changes })).toEqual({ ok: false, faults: [sentence] });
  });
});

test.each([
  [undefined, "the form: is missing; see the guide"],
  ["all of it", "the form: must be a group of settings"],
  [[], "the form: must be a group of settings"],
])("a fault of the whole has the whole's name: %j", (value, sentence) => {
  expect(read(value)).toEqual({ ok: false, faults: [sentence] });
});

const ENCRYPTED =
  "is an encrypted value (secure:), which has no place here; a key holds the name that a secret has in the vault, never the secret";
test.each<[what: string, value: unknown, key: string]>([
  ["a text", { ...sound, name: { secure: "v1:abc" } }, "name"],
  ["a number", { ...sound, minutes: { secure: "v1:abc" } }, "minutes"],
  ["a list's entry", { ...sound, days: ["mon", { secure: "v1:abc" }] }, "days[1]"],
  ["a group", { ...sound, way: { secure: "v1:abc" } }, "way"],
  ["all", { secure: "v1:abc" }, "the form"],
])(
  "where %s was encrypted it is said that secrets lie in the vault, and nothing of what it holds",
  (_what, value, key) => {
    expect(read(value)).toEqual({ ok: false, faults: [`${key}: ${ENCRYPTED}`] });
  },
);

test.each<[changes: object, sentence: string]>([
  // Quotes help only where digits are among the choices.
  [{ kind: 7 }, "kind: must be paper, form or voice"],
  [{ kind: true }, "kind: must be paper, form or voice"],
  [{ kind: null }, "kind: must be paper, form or voice"],
  [{ kind: ["form"] }, "kind: must be paper, form or voice"],
  [{ minuts: 7 }, "minuts: is not a setting; did you mean minutes? See the guide"],
  [{ way: { method: "key", kye: "k" } }, "way.key: is missing; see the guide"],
  [
    { people: [{ phone: "+1" }, { phone: "+1", phones: "+1" }] },
    "people[1].phones: is not a setting; did you mean people[1].phone? See the guide",
  ],
])("what was probably meant is said: %j", (changes, sentence) => {
  const verdict = read({ ...sound, ...changes });
  expect(verdict.ok ? [] : verdict.faults).toContain(sentence);
});

test("a value that may be one number of several is not to be put in quotes", () => {
  const one = z.object({ at: z.union([z.literal(1), z.literal(2)]), of: z.literal([1, 2]) });
  const verdict = readOrExplain(one, { at: 1, of: 3 }, { whole: "it", reference: "the guide" });
  expect(verdict).toEqual({ ok: false, faults: ["of: must be 1 or 2"] });
});

test("each unknown key has a sentence, and all faults are told at once", () => {
  expect(read({ ...sound, name: "", days: "", one: 1, two: 2 })).toEqual({
    ok: false,
    faults: [
      "name: must not be empty",
      "days: must be a list",
      "one: is not a setting; see the guide",
      "two: is not a setting; see the guide",
    ],
  });
});
