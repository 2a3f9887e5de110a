import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EXCUSES, type Excuse } from "../../../scripts/mutation/excuses.ts";
import { bounds, verdictOn, type Mutant } from "../../../scripts/mutation/verdict.ts";

const root = mkdtempSync(join(tmpdir(), "mutants-"));
writeFileSync(join(root, "a.ts"), 'const a = 1;\n  throw new Error("words");\n  b();\n');
const mutant = (line: number, status: string, mutatorName = "StringLiteral"): Mutant => ({
  fileName: join(root, "a.ts"),
  line,
  mutatorName,
  replacement: "x",
  status,
});
const excuse: Excuse = { file: "a.ts", line: "b();", mutators: ["StringLiteral"], because: "why" };
const rule = { line: /new Error\(/, mutators: ["StringLiteral"], because: "why" };
const bar = { excuses: [excuse], rules: [rule], whole: new Set(["a.ts"]) };

test("what lives counts against the tests, unless it is excused by its line and kind", () => {
  const mutants = [
    mutant(1, "Killed"),
    mutant(1, "Timeout"),
    mutant(1, "CompileError"),
    mutant(1, "Survived"),
    mutant(1, "NoCoverage"),
    mutant(2, "Survived"),
    mutant(2, "Survived", "BlockStatement"),
    mutant(3, "Survived"),
  ];
  const verdict = verdictOn(mutants, root, bar);
  expect(verdict).toMatchObject({ killed: 2, excused: 2, judged: 7, stale: [] });
  expect(verdict.living).toEqual([
    "a.ts:1 StringLiteral: const a = 1; → x",
    "a.ts:1 StringLiteral: const a = 1; → x (no test comes here)",
    'a.ts:2 BlockStatement: throw new Error("words"); → x',
  ]);
});

test("an excuse that nothing needs any more is named, once its file was judged whole", () => {
  expect(verdictOn([mutant(3, "Killed")], root, bar).stale).toEqual(["a.ts: b();"]);
  expect(verdictOn([mutant(3, "Killed")], root, { ...bar, whole: new Set() }).stale).toEqual([]);
});

test.each([
  [0, 0, "0.0 to 100.0"],
  [0, 10, "0.0 to 27.8"],
  [9, 10, "59.6 to 98.2"],
  [135, 150, "84.2 to 93.8"],
])("%i killed of a sample of %i: all of them would give %s", (killed, counted, said) => {
  expect(
    bounds(killed, counted)
      .map((bound) => bound.toFixed(1))
      .join(" to "),
  ).toBe(said);
});

test.each(EXCUSES)("the excuse for $line in $file is for a line that is there", ({ file, line, because }) => {
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.map((one) => one.trim())).toContain(line);
  expect(because.length).toBeGreaterThan(10);
});
