/** What flows have in common besides their pages: names of ticks, failed turns, and whose move an obstacle is. */
import { expect, test } from "vitest";
import { TurnFailed, tickOf } from "../../../app/web/flow.ts";
import { OBSTACLE_MOVES } from "../../../app/web/obstacleMoves.ts";

test("a turn that failed has a code that is kept, and words for the log", () => {
  const failed = new TurnFailed("no-answer", "the chart did not answer");
  expect(failed).toBeInstanceOf(Error);
  expect([failed.name, failed.reason, failed.message]).toEqual([
    "TurnFailed",
    "no-answer",
    "the chart did not answer",
  ]);
});

test("a tick for each of several is kept for each", () => {
  expect(tickOf("visits-found", "lamna")).toBe("visits-found.lamna");
});

test("what hinders the connector before a chart is somebody's to mend: what was set is the administrator's, what the chart does Oracle's", () => {
  const of = (mover: string) =>
    Object.entries(OBSTACLE_MOVES).flatMap(([obstacle, move]) => (move === mover ? obstacle : []));
  expect(of("nobody")).toEqual(["unfinished"]);
  expect(of("oracle").sort()).toEqual([
    "certificate",
    "ill",
    "no-answer",
    "no-appointments",
    "no-sign-in",
    "refused",
    "unsafe-sign-in",
  ]);
  expect(of("administrator")).toHaveLength(Object.keys(OBSTACLE_MOVES).length - 8);
});
