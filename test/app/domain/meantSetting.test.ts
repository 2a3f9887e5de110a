/** Which setting somebody meant by a key that is none: the nearest beside it, or the only one of that name. */
import { expect, test } from "vitest";
import * as z from "zod";
import { meantSetting } from "../../../app/domain/meantSetting.ts";

const phone = z.object({ number: z.string(), kind: z.string() });
const schema = z.object({
  organization: z.object({ name: z.string(), telephone: z.string(), fax: phone }),
  office: z.object({ fax: phone, street: z.string() }),
  departments: z.array(
    z.object({ title: z.string(), phones: z.array(phone), address: z.object({ street: z.string() }) }),
  ),
  way: z.union([
    z.object({ method: z.string(), key: z.string() }),
    z.object({ method: z.string(), secret: z.string() }),
  ]),
  either: z.discriminatedUnion("of", [
    z.object({ of: z.literal("one"), signature: z.string() }),
    z.object({ of: z.literal("two"), stamp: z.string() }),
  ]),
  ab: z.string(),
  minutes: z.number(),
  minuteOf: z.number(),
});

test.each<[what: string, path: readonly PropertyKey[], meant: readonly PropertyKey[] | undefined]>([
  ["a letter too few", ["minuts"], ["minutes"]],
  ["a letter too many", ["minuttes"], ["minutes"]],
  ["another letter", ["minotes"], ["minutes"]],
  ["two letters exchanged", ["mintues"], ["minutes"]],
  ["two letters too many", ["minutesxx"], ["minutes"]],
  ["three letters too many", ["minutesxxx"], undefined],
  ["three others", ["minxxxs"], undefined],
  ["capitals", ["MINUTES"], ["minutes"]],
  ["capitals where the setting has one", ["minuteof"], ["minuteOf"]],
  ["the nearest of several", ["minuteOg"], ["minuteOf"]],
  ["half of a short name", ["ac"], undefined],
  ["less than half of one", ["abb"], ["ab"]],
  ["nothing in common", ["x"], undefined],
  ["no letter of it", ["zzzzzzz"], undefined],
  ["a group's", ["organization", "nam"], ["organization", "name"]],
  ["another group's, spelt wrong", ["organization", "titl"], undefined],
  ["one of a list's entry", ["departments", 3, "titel"], ["departments", 3, "title"]],
  [
    "one in a list within a list",
    ["departments", 3, "phones", 0, "nummber"],
    ["departments", 3, "phones", 0, "number"],
  ],
  [
    "one in a group of an entry",
    ["departments", 0, "address", "streat"],
    ["departments", 0, "address", "street"],
  ],
  ["one that is right elsewhere", ["telephone"], ["organization", "telephone"]],
  ["one that is right elsewhere, in a group", ["organization", "minutes"], ["minutes"]],
  ["one that stands in a list", ["title"], undefined],
  ["one of either way", ["way", "keys"], ["way", "key"]],
  ["one of the other way", ["way", "sekret"], ["way", "secret"]],
  ["one that is elsewhere in one of two ways", ["secret"], ["way", "secret"]],
  ["one that is elsewhere in both", ["method"], ["way", "method"]],
  ["one of which there are two elsewhere", ["number"], undefined],
  ["one of which there are two in groups", ["street"], undefined],
  ["one of two kinds", ["either", "stanp"], ["either", "stamp"]],
  ["one of a kind, elsewhere", ["signature"], ["either", "signature"]],
])("%s: %j is meant as %j", (_what, path, meant) => {
  expect(meantSetting(schema, path)).toEqual(meant);
});

test("settings whose names run together are two", () => {
  const alike = z.object({ a: z.object({ bc: z.string() }), ab: z.object({ c: z.string() }) });
  expect(meantSetting(alike, ["bc"])).toEqual(["a", "bc"]);
});
