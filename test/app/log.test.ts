import { expect, test } from "vitest";
import { jsonLog } from "../../app/log.ts";

test("what a parser quotes of an answer is not logged, neither as a message nor as a place", () => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => void lines.push(line),
    () => new Date(0),
  );
  const body = '{"name":\n at Jo Markworthy (1950)';
  const parse = () => JSON.parse(body) as unknown;
  try {
    parse();
  } catch (cause) {
    log.error("an.event", new Error("the answer cannot be read", { cause }));
    log.error("an.event", cause);
  }
  expect(lines).toHaveLength(2);
  expect(lines.join("")).toContain("SyntaxError");
  expect(lines.join("")).not.toMatch(/Markworthy|1950/);
});
