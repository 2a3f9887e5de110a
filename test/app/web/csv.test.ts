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
  ["\u00A0=1", "'\u00A0=1"],
  ["\u200B=1", "'\u200B=1"],
  ["\u0000=1", "'\u0000=1"],
  ["\nname", "'\nname"],
  ["＝1+1", "'＝1+1"],
  [" ＋1", "' ＋1"],
  ["－1", "'－1"],
  ["＠sum", "'＠sum"],
  ["+1 (202) 555-0142", "+1 (202) 555-0142"],
  [undefined, ""],
  [-3, "-3"],
])("%j is written %j", (cell, written) => {
  const isQuoted = /[\r\n]/.test(written) && !written.startsWith('"');
  expect(csvLine([cell, 1])).toBe((isQuoted ? `"${written}"` : written) + ",1\r\n");
});

test.each([
  ["name: x;=cmd|'/c calc'!A0; url: y", "name: x;'=cmd|'/c calc'!A0; url: y"],
  ["Ward;\"=cmd|'/c calc'!A0;", `"Ward;""'=cmd|'/c calc'!A0;"`],
  ["Ward\n=cmd|'/c calc'!A0", `"Ward\n'=cmd|'/c calc'!A0"`],
  ["Ward\r\n\u200B ＝1", `"Ward\r\n\u200B '＝1"`],
  ["Ward;\u0000@sum", "Ward;\u0000'@sum"],
])("no formula begins in %j, where semicolons or tabs separate cells", (cell, written) => {
  expect(csvLine([cell])).toBe(written + "\r\n");
});
