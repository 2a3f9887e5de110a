/** What a launch leaves out, whether it may be the visit that is meant, and what the page and the log say of it. */
import { expect, test } from "vitest";
import { isOfOne, LeftOut, unlessUnread } from "../../../../app/flows/provider/leftOut.ts";
import type { Log } from "../../../../app/log.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { chartFault } from "../../../harness/launched.ts";

const refused = chartFault("chart-refused");
const damaged = new UnreadableRecord("damaged");

test.each<[what: string, error: Error, is: boolean]>([
  ["a damaged row", damaged, true],
  ["a refusal of the chart", refused, true],
  ["a chart that is down", chartFault("chart-unavailable"), true],
  ["a token that is refused", chartFault("token-refused"), false],
  ["a session that is over", chartFault("session-over"), false],
  ["a bug", new TypeError("a bug"), false],
])("%s costs one appointment alone, or the whole launch", async (_what, error, is) => {
  expect(isOfOne(error)).toBe(is);
  const told: unknown[] = [];
  const come = unlessUnread<string>(
    () => Promise.reject(error),
    (why) => told.push(why),
  );
  if (is) expect(await come).toBeUndefined();
  else await expect(come).rejects.toBe(error);
  expect(told).toEqual(is ? [error] : []);
});

test("what can be read is given, and nobody is told of an error", async () => {
  const told: unknown[] = [];
  expect(
    await unlessUnread(
      () => Promise.resolve("it"),
      (why) => told.push(why),
    ),
  ).toBe("it");
  expect(told).toEqual([]);
});

const leaves = (act: (left: LeftOut) => void) => {
  const left = new LeftOut();
  act(left);
  return left;
};

test.each<[what: string, act: (left: LeftOut) => void, may: boolean]>([
  ["nothing is left out", () => undefined, false],
  ["one could not be read", (left) => left.add("a", refused), true],
  ["the encounter names one that could not be read", (left) => left.addNamed(["a"]), true],
  ["the chart shows one in a search and not by itself", (left) => left.addContradicted("a"), true],
  ["the chart shows nothing of a time of today", (left) => left.addUnshown(), true],
  [
    "one of two was read after all",
    (left) => {
      left.addNamed(["a", "b"]);
      left.wasRead("a");
    },
    true,
  ],
  [
    "each was read after all, by another way",
    (left) => {
      left.add("a", refused);
      left.addNamed(["b"]);
      left.addContradicted("c");
      for (const id of ["a", "b", "c"]) left.wasRead(id);
    },
    false,
  ],
  [
    "a search shows what the encounter names",
    (left) => {
      left.addNamed(["a", "b"]);
      left.wereShown(["a", "b"]);
    },
    false,
  ],
  [
    "a search shows once more one whose own record could not be read",
    (left) => {
      left.add("a", refused);
      left.wereShown(["a"]);
    },
    true,
  ],
])("another visit may be meant, or not, where %s", (_what, act, may) => {
  expect(leaves(act).mayBeMeant).toBe(may);
});

test("the page counts those that could not be read and those that are contradicted, and says nothing of none", () => {
  expect(leaves(() => undefined).hints()).toEqual([]);
  const left = leaves((one) => {
    one.add("a", refused);
    one.addContradicted("b");
    one.addContradicted("c");
  });
  expect(left.hints()).toEqual([{ kind: "entries-skipped", count: 3, fields: [] }]);
  expect(left.isContradicted).toBe(true);
});

test("where nothing else is left, the first one's reason is the page's", () => {
  expect(leaves(() => undefined).first).toBeUndefined();
  const both = leaves((left) => {
    left.add("a", damaged);
    left.add("b", refused);
  });
  expect(both.first).toBe(damaged);
});

test("each is logged with its reason, and those that are contradicted once, with how many", () => {
  const logged: unknown[][] = [];
  const note = (...given: unknown[]) => void logged.push(given);
  const log = { error: note, warn: note } as unknown as Log;
  leaves((left) => {
    left.add("a", refused);
    left.add("b", damaged);
  }).log(log, "lamna");
  expect(logged.splice(0)).toEqual([
    ["visit.left_out", refused, { connection: "lamna", reason: "chart-refused" }],
    ["visit.left_out", damaged, { connection: "lamna", reason: "record-unreadable" }],
  ]);
  leaves((left) => {
    left.addContradicted("a");
    left.addContradicted("b");
  }).log(log, "lamna");
  expect(logged).toEqual([["visit.left_out", { connection: "lamna", reason: "contradicted", count: 2 }]]);
});
