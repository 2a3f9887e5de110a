/**
 * Whatever the program makes of a sample stack is missed by the rehearsal when it is not there, or is on the list of what a
 * rehearsal does not try. TAKE_AWAY=all takes every one away, and what is on the list, too, so that nothing stays there that
 * is tried by now; TAKE_AWAY=cdn does so with the types in whose name that stands; TAKE_AWAY=share takes as many as fit, others
 * with each commit. Without it nothing is taken away: not every part of every sample has been seen to be missed yet.
 */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { whyNotExercised } from "../../../infra/rehearsal/visit/notExercised.ts";
import { SAMPLES, sampleStack } from "../sampleStacks.ts";
import { rehearsed } from "./inProcess.ts";
import { isNamed, missing, refusalOfTheRest, shuffled, visited } from "./takeAway.ts";

const { TAKE_AWAY } = process.env;
const isAll = TAKE_AWAY !== undefined && TAKE_AWAY !== "share";
const AT_MOST_MS = isAll ? Infinity : 25_000;
const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: import.meta.dirname }).toString();

test.skipIf(TAKE_AWAY === undefined).each(SAMPLES)(
  "each part of %s that is taken away is missed by name, or on the list",
  async (name) => {
    const standing = await rehearsed(await sampleStack(name));
    expect(standing.result.fault).toBeUndefined();
    expect(refusalOfTheRest(standing)).toBeUndefined();
    const until = performance.now() + AT_MOST_MS;
    const wrong: string[] = [];
    let tried = 0;
    for (const made of shuffled(standing.made, commit)) {
      if (isAll && TAKE_AWAY !== "all" && !made.type.includes(TAKE_AWAY)) continue;
      const listed = whyNotExercised(made, standing.stack);
      if (listed !== undefined && !isAll) continue;
      if (performance.now() > until) break;
      tried += 1;
      const told = await missing(standing, made);
      const what = `${made.type} ${made.name}`;
      if (isAll) process.stdout.write(`${what}: ${told ?? "(missed by nobody) " + (listed ?? "")}\n`);
      if (listed !== undefined && told !== undefined) wrong.push(`${what} is listed, and missed: ${told}`);
      if (listed === undefined && told === undefined) wrong.push(`${what} is missed by nobody`);
      if (listed === undefined && told !== undefined && !isNamed(told, made))
        wrong.push(`${what} is not named: ${told}`);
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(0);
    // What was taken away is back, but for a number, which is the last.
    if (standing.stack.number === undefined || !isAll) expect(await visited(standing)).toBeUndefined();
  },
  isAll ? 1_800_000 : 480_000,
);
