/** The version rule: what two releases that share a store may rely on. */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { StoreFault, type Body, type Json, type Stored } from "../../../app/ports/store.ts";
import {
  contentIn,
  isNotToBeHad,
  keepUnknown,
  membersOf,
  newBody,
  nextBody,
  RecordOfAnotherRelease,
  UnreadableRecord,
  type RecordKind,
  unlessUnreadable,
} from "../../../app/records/record.ts";
import { isUnreadable, orUnreadable } from "../../../app/records/unreadableSetting.ts";

const members = z.object({
  name: z.string(),
  note: z.string().exactOptional(),
  at: z.object({ room: z.string() }),
  people: z.array(z.object({ number: z.int() })),
});
/** The first of the two releases that a new version takes: it reads the second version and writes the first. */
const kind: RecordKind<typeof members> = {
  container: "visits",
  what: "a visit",
  members,
  kept: "for good",
  expires: false,
  version: { writes: 1, reads: [1, 2] },
};
const content = { name: "one", at: { room: "3" }, people: [{ number: 0 }] };
const stored = (body: Body): Stored => ({ partition: "p", id: "i", etag: "1", body });

describe("reading", () => {
  test.each([1, 2])("takes version %i", (v) => {
    expect(membersOf(kind, stored({ v, ...content }))).toEqual(content);
  });

  const RUN = "Run the release that wrote it, or the one between";
  const RESTORE = "Restore the store, or remove that row";
  test.each([
    [{ v: 3 }, RUN],
    [{ v: 0 }, RESTORE],
    [{ v: "1" }, RESTORE],
    [{}, RESTORE],
  ])("refuses %j and says what to do", (version, next) => {
    const read = () => membersOf(kind, stored({ ...content, ...version }));
    expect(read).toThrow(UnreadableRecord);
    expect(read).toThrow(new RegExp(`this release reads 1 and 2\\. ${next}\\.$`));
    expect(read).toThrow(expect.objectContaining({ container: "visits" }) as Error);
  });

  test("names the member that is not as it should be, and never its value", () => {
    const read = () => membersOf(kind, stored({ v: 1, ...content, at: { room: 77 } }));
    expect(read).toThrow("A row in visits is not as this release writes it (at.room)");
    expect(read).not.toThrow("77");
    expect(read).toThrow(expect.objectContaining({ container: "visits" }) as Error);
  });
});

describe("writing", () => {
  test("a new row carries the version that this release writes", () => {
    expect(newBody(kind, content)).toEqual({ v: 1, ...content });
  });

  test("a row of the next version stays one", () => {
    expect(nextBody(kind, stored({ v: 2, ...content }), content)).toMatchObject({ v: 2 });
    expect(nextBody(kind, stored({ v: 1, ...content }), content)).toMatchObject({ v: 1 });
    // Whoever replaces a damaged one makes it anew.
    expect(nextBody(kind, stored({ ...content }), content)).toMatchObject({ v: 1 });
  });

  test("one of a newer version is another release's, and replaced by none that does not read it", () => {
    const replace = () => nextBody(kind, stored({ v: 3, ...content }), content);
    expect(replace).toThrow(RecordOfAnotherRelease);
    expect(replace).toThrow(/Run the release that wrote it, or the one between\.$/);
  });

  test("one of a version that is too old counts as damaged", () => {
    const old = stored({ v: 0, ...content });
    expect(nextBody(kind, old, content)).toMatchObject({ v: 1 });
    expect(() => membersOf(kind, old)).not.toThrow(RecordOfAnotherRelease);
  });

  test("takes away what is known and gone, and keeps what is not known, at every depth", () => {
    const before = {
      v: 2,
      ...content,
      note: "old",
      colour: "red",
      at: { room: "3", floor: 2 },
      people: [{ number: 0, pronoun: "they" }],
    };
    const after = { name: "two", at: { room: "4" }, people: [{ number: 5 }, { number: 6 }] };
    expect(nextBody(kind, stored(before), after)).toEqual({
      v: 2,
      name: "two",
      colour: "red",
      at: { room: "4", floor: 2 },
      people: [{ number: 5, pronoun: "they" }, { number: 6 }],
    });
  });
});

test("entries of a list keep theirs by their number, wherever they stand", () => {
  const schema = z.array(z.object({ number: z.int(), role: z.string() }));
  const raw = [
    { number: 0, role: "patient", pronoun: "they" },
    { number: 1, role: "guest", badge: "A" },
    { number: 2, role: "guest", badge: "B" },
  ];
  // One is removed, one is new, and one got a new number where it was.
  const now = [
    { number: 3, role: "patient" },
    { number: 2, role: "guest" },
    { number: 4, role: "guest" },
  ];
  expect(keepUnknown(schema, raw, now)).toEqual([
    { number: 3, role: "patient", pronoun: "they" },
    { number: 2, role: "guest", badge: "B" },
    { number: 4, role: "guest" },
  ]);
});

test("what was sealed is read as rows are: by its form, and refused without its values", () => {
  const form = z.object({ token: z.string() });
  expect(contentIn(kind, form, '{"token":"t","later":1}')).toEqual({ token: "t" });
  const read = () => contentIn(kind, form, '{"token":77}');
  expect(read).toThrow(UnreadableRecord);
  expect(read).toThrow("(token)");
  expect(read).not.toThrow("77");
});

test.each<[string, z.ZodType, Json | undefined, Json, Json]>([
  ["a value that became another", z.string(), "a", "b", "b"],
  ["a group that was not there", z.object({ a: z.string() }), undefined, { a: "x" }, { a: "x" }],
  [
    "an optional group",
    z.object({ a: z.string() }).optional(),
    { a: "x", b: 1 },
    { a: "y" },
    { a: "y", b: 1 },
  ],
  [
    "one of several kinds, the same",
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), x: z.int() }),
      z.object({ kind: z.literal("b") }),
    ]),
    { kind: "a", x: 1, y: 2 },
    { kind: "a", x: 3 },
    { kind: "a", x: 3, y: 2 },
  ],
  [
    "one of several kinds, another",
    z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
    { kind: "a", y: 2 },
    { kind: "b" },
    { kind: "b" },
  ],
])("keeps what is not known of %s", (_what, schema, raw, now, expected) => {
  expect(keepUnknown(schema, raw, now)).toEqual(expected);
});

test.each<[what: string, error: Error | undefined, is: boolean]>([
  ["a store that fails", new StoreFault("down"), true],
  ["a row that cannot be read", new UnreadableRecord("damaged"), true],
  ["one of another release", new RecordOfAnotherRelease("version 7"), true],
  ["a bug", new Error("a bug"), false],
  ["nothing", undefined, false],
])("that a row cannot be had is said by %s: as it is", async (_what, error, is) => {
  expect(isNotToBeHad(error)).toBe(is);
  const read = () => (error === undefined ? Promise.resolve("read") : Promise.reject(error));
  const isUnread = error instanceof UnreadableRecord;
  const named = { kind: "reports", id: "reports", row: "reports-reports" };
  if (error !== undefined && !isUnread) {
    await expect(unlessUnreadable(read)).rejects.toBe(error);
    await expect(orUnreadable("reports", "reports", read)).rejects.toBe(error);
    return;
  }
  const why = error instanceof RecordOfAnotherRelease ? "another-release" : "damaged";
  expect(await unlessUnreadable(read)).toBe(isUnread ? "unreadable" : "read");
  expect(await orUnreadable("reports", "reports", read)).toEqual(isUnread ? { ...named, why } : "read");
  expect([isUnreadable({ ...named, why }), isUnreadable({}), isUnreadable(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});
