import { expect, test } from "vitest";
import { csvLine } from "../../../app/web/csv.ts";

test.each([
  ["text", "text"],
  ['a "quoted" word', '"a ""quoted"" word"'],
  ["a, b", '"a, b"'],
  ["two\nlines", '"two\nlines"'],
  ["=1+1", "'=1+1"],
  ["  =1+1", "'  =1+1"],
  ["\uFEFF=1", "'\uFEFF=1"],
  ["@sum", "'@sum"],
  ["-1+1", "'-1+1"],
  ["+1+cmd", "'+1+cmd"],
  ["\t=1", "'\t'=1"],
  ["+1 (202) 555-0142", "+1 (202) 555-0142"],
  [undefined, ""],
  [-3, "-3"],
])("%j is written %j", (cell, written) => {
  expect(csvLine([cell, 1])).toBe(written + ",1\r\n");
});

test("no formula begins after a semicolon, where those separate cells", () => {
  expect(csvLine(["name: x;=cmd|'/c calc'!A0; url: y"])).toBe("name: x;'=cmd|'/c calc'!A0; url: y\r\n");
});
