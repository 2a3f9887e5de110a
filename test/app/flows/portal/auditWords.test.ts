/** The words of the audit trail: what was done, to what, and from which value to which. */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  ACTIONS,
  actionWords,
  listIn,
  memberWords,
  momentWords,
  programWords,
  valueWords,
} from "../../../../app/flows/portal/auditWords.ts";
import { kinds } from "../../../../app/records/containers.ts";
import { proposals } from "../../../../app/records/proposals.ts";
import { addressMembers } from "../../../../app/records/signInAddresses.ts";

test.each(["constructor", "__proto__", "toString"])("a name that is %s is shown as it is", (text) => {
  expect([actionWords(text), memberWords(text), valueWords(text)]).toEqual([text, text, text]);
});

test.each([
  ["unlinked-clinician", "A clinician without a linked account"],
  ["vault", "The connector (vault)"],
  ["constructor", "The connector (constructor)"],
])("who acted without an account, %s, is %s", (name, says) => {
  expect(programWords(name)).toBe(says);
});

test("each action has words of its own", () => {
  const words = Object.keys(ACTIONS).map(actionWords);
  expect(words.length).toBeGreaterThan(50);
  expect(words.filter((said) => !/^[A-Z].* .*\w$/.test(said))).toEqual([]);
  expect(new Set(words).size).toBe(words.length);
});

/** The paths of a schema's members, as events of the trail name them. */
function pathsIn(schema: z.core.$ZodType, path: string): readonly string[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.core.$ZodType>).flatMap(([name, member]) =>
      pathsIn(member, path === "" ? name : path + "." + name),
    );
  if (schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap((one) => pathsIn(one, path));
  if (schema instanceof z.ZodExactOptional) return pathsIn(schema.unwrap(), path);
  return [path];
}

test("each member of each setting has words, and so has what an event besides may tell of", () => {
  const ofSettings = kinds.flatMap(({ container, rows, members }) => {
    const value = (members.shape as Record<string, z.core.$ZodType>)["value"];
    const isSetting = container === "settings" && value !== undefined && rows !== proposals.record.rows;
    return isSetting ? pathsIn(value, "") : [];
  });
  expect(ofSettings.length).toBeGreaterThan(50);
  const ofOthers =
    "areaCode number ended.how account by action reason roles first last hash appointmentIds days from to " +
    "department departments standing order ehrUser person recipient role way";
  const all = [...ofSettings, ...pathsIn(addressMembers, ""), ...ofOthers.split(" ")];
  expect(all.filter((member) => !/^[A-Z].*[\w)]$/.test(memberWords(member)))).toEqual([]);
});

describe("a value", () => {
  test.each([
    [undefined, "–"],
    ["", ""],
    ["true", "yes"],
    ["false", "no"],
    ["private_key_jwt", "the deployment’s key (private_key_jwt)"],
    ["client_secret_basic", "a client secret"],
    ["[]", "none"],
    ['["a"]', "a"],
    ['["a","true","2026-11-29T08:15:40Z"]', "a, yes, 2026-11-29 08:15 (UTC)"],
    ['[{"id":"sleep","visits":100},{"id":"b"}]', "id sleep, visits 100; id b"],
    ['[{"id":"a","hours":{"from":"09:00"},"kinds":["one"]}]', 'id a, hours {"from":"09:00"}, kinds ["one"]'],
    ['["a",1]', '["a",1]'],
    ['[{"a":1},"b"]', '[{"a":1},"b"]'],
    ["[[1]]", "[[1]]"],
    ["[null]", "[null]"],
    ["[1]", "[1]"],
    ["[not json", "[not json"],
    ['{"a":1}', '{"a":1}'],
    ['"a"', '"a"'],
    ["a [b]", "a [b]"],
    ["2026-11-29T08:15:40.123Z", "2026-11-29 08:15 (UTC)"],
  ])("%j is shown as %j", (value, says) => {
    expect(valueWords(value)).toBe(says);
  });

  test.each([
    ['["a","b"]', ["a", "b"]],
    ["[]", []],
    ['["a",1]', undefined],
    ["a", undefined],
    ["[", undefined],
  ])("%j is the list %j", (value, list) => {
    expect(listIn(value)).toEqual(list);
  });

  test.each([
    ["2026-11-29T08:15:40Z", "2026-11-29 08:15 (UTC)"],
    ["2026-11-29T08:15:40.5Z", "2026-11-29 08:15 (UTC)"],
    ["2026-11-29T08:15:40+01:00", undefined],
    ["2026-11-29", undefined],
    ["x2026-11-29T08:15:40Z", undefined],
    ["2026-11-29T08:15:40Z.", undefined],
    ["2026-11-29T08:15:40.Z", undefined],
    ["2026-11-29T08:15Z", undefined],
  ])("%s is the moment %s", (value, says) => {
    expect(momentWords(value)).toBe(says);
  });
});
