/**
 * Whatever the program makes of a sample stack is missed by the rehearsal when it is not there, or is on the list of what a
 * rehearsal does not try. A run takes one part of four types away from lamna-test, which the commit decides;
 * TAKE_AWAY=share one part of each type, TAKE_AWAY=all every part of every sample, TAKE_AWAY=cdn those in whose type that
 * stands. TAKE_AWAY_MINUTES=10 ends each sample after so long, in the commit's order.
 */
import { expect, test } from "vitest";
import { whyNotExercised } from "../../../infra/rehearsal/visit/notExercised.ts";
import { orderedByCommit } from "../../engine/byCommit.ts";
import { SAMPLES, sampleStack } from "../sampleStacks.ts";
import { rehearsed, type Made } from "./inProcess.ts";
import { isNamed, missing, missingAny, refusalOfTheRest, visited } from "./takeAway.ts";

const { TAKE_AWAY, TAKE_AWAY_MINUTES } = process.env;
const isPart = TAKE_AWAY === undefined || TAKE_AWAY === "share";
/** How many parts a run without TAKE_AWAY and TAKE_AWAY_MINUTES takes away. */
const SOME = 4;

test.each(isPart ? ["lamna-test" as const] : SAMPLES)(
  "each part of %s that is taken away is missed by name, or on the list",
  async (name) => {
    const standing = await rehearsed(await sampleStack(name));
    expect(standing.result.fault).toBeUndefined();
    expect(refusalOfTheRest(standing)).toBeUndefined();
    const isListed = (made: Made) => whyNotExercised(made, standing.stack) !== undefined;
    const listed = standing.made.filter((made) => isListed(made) && !made.type.startsWith("ehr:index:"));
    expect(await missingAny(standing, listed), "who misses what is on the list").toBeUndefined();
    const wrong: string[] = [];
    const until = performance.now() + Number(TAKE_AWAY_MINUTES ?? Infinity) * 60_000;
    for (const made of chosen(standing.made.filter((one) => !isListed(one)))) {
      if (performance.now() > until) break;
      const told = await missing(standing, made);
      const what = `${made.type} ${made.name}`;
      if (TAKE_AWAY !== undefined) process.stdout.write(`${what}: ${told ?? "(missed by nobody)"}\n`);
      if (told === undefined) wrong.push(`${what} is missed by nobody`);
      else if (!isNamed(told, made)) wrong.push(`${what} is not named: ${told}`);
    }
    expect(wrong).toEqual([]);
    // What was taken away is back, but for a number, which is the last.
    if (standing.stack.number === undefined) expect(await visited(standing)).toBeUndefined();
  },
  isPart ? 900_000 : 3_600_000,
);

/** A number that is given back does not come again, so it is the last. */
function chosen(made: readonly Made[]): readonly Made[] {
  const isNumber = ({ type }: Made) => type === "ehr:index:PhoneNumber";
  const share = [...Map.groupBy(made, ({ type }) => type).values()].flatMap(([one]) => one ?? []);
  const wanted = isPart ? share : made.filter(({ type }) => TAKE_AWAY === "all" || type.includes(TAKE_AWAY));
  const ordered = orderedByCommit(wanted, ({ type, name }) => `${type} ${name}`);
  const isSome = TAKE_AWAY === undefined && TAKE_AWAY_MINUTES === undefined;
  const taken = isSome ? ordered.slice(0, SOME) : ordered;
  return [...taken.filter((one) => !isNumber(one)), ...taken.filter(isNumber)];
}
