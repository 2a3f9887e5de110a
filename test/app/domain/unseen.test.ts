/** Characters that nobody sees, in names that people type. */
import { expect, test } from "vitest";
import { quoted, unseenFault, unseenIn, withMarks } from "../../../app/domain/unseen.ts";

test.each([
  ["the override of direction", "Heart\u202Ecinilc", "U+202E"],
  ["the isolation of direction", "Heart \u2066clinic", "U+2066"],
  ["a mark of direction", "Heart\u200F", "U+200F"],
  ["a blank of no width", "Cardio\u200Blogy", "U+200B"],
  ["a joiner", "Cardio\u200Dlogy", "U+200D"],
  ["the mark of a file's beginning", "Heart\uFEFF clinic", "U+FEFF"],
  ["a hyphen that is shown at a line's end alone", "Cardio\u00ADlogy", "U+00AD"],
  ["an end of line", "Heart\u2028clinic", "U+2028"],
  ["a control character", "Heart\u0007", "U+0007"],
  ["half of a character", "Heart\uD83E", "U+D83E"],
  ["a letter without a shape", "Heart\u3164", "U+3164"],
  ["the blank of Braille", "\u2800", "U+2800"],
  ["a letter of tags", "Heart\u{E0041}", "U+E0041"],
])("%s is found", (_what, text, code) => {
  expect(unseenIn(text)).toBe(code);
  expect(unseenFault(text)).toMatch(/^(Use|It has) .*nobody sees.*\.$/);
});

test.each([
  "Lakeside Cardiology",
  "Clínica de Niños",
  "Clinica\u0301",
  "Women’s – “A & B” 24/7",
  "心臓",
  "🫀 Heart",
  "a\u00A0b",
])("%s has none", (text) => {
  expect([unseenIn(text), unseenFault(text)]).toEqual([undefined, undefined]);
});

test("what is repeated on a page has a mark for each of them", () => {
  expect(withMarks("a\u202Eb\0\u{E0041}\uD83E é\u0301")).toBe("a\uFFFDb\uFFFD\uFFFD\uFFFD é\u0301");
});

test.each([
  ["short", "short"],
  ["x".repeat(100), "x".repeat(100)],
  ["x".repeat(101), "x".repeat(100) + "…"],
  ["a\u202Eb", "a\uFFFDb"],
  // A cut within a character leaves half of it.
  ["x".repeat(99) + "🫀", "x".repeat(99) + "\uFFFD…"],
])("%j is quoted as %j", (text, told) => {
  expect(quoted(text)).toBe(told);
});
