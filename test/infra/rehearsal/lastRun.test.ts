/** What is said about a site that does not start: its own last words, even if a call has just started it again. */
import { expect, test } from "vitest";
import { lastRun } from "../../../infra/rehearsal/visit/readiness.ts";

const START = "2027-01-12T15:00:00Z app starts.";

test.each<[string, readonly string[], readonly string[]]>([
  ["said nothing and never started", [""], [""]],
  ["started once", [START, "one is missing"], ["one is missing"]],
  ["started twice", [START, "old words", START, "new words"], ["new words"]],
  ["has just been started again", [START, "one is missing", START, ""], ["one is missing"]],
  ["has been started again twice", [START, "one is missing", START, START], ["one is missing"]],
])("of one that %s", (_what, log, words) => {
  expect(lastRun(log.join("\n"))).toEqual(words);
});
