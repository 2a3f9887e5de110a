/**
 * Whatever the program makes of a sample stack is missed by the rehearsal when it is not there, or is on the list of what a
 * rehearsal does not try. TAKE_AWAY=share takes one part of each type away of lamna-test; TAKE_AWAY=all takes every part of every
 * sample away, TAKE_AWAY=cdn those in whose type that stands. Without it nothing is taken away: since a mail domain is taken into use by a
 * second `up`, the whole has not been seen to end well yet.
 */
import { expect, test } from "vitest";
import { whyNotExercised } from "../../../infra/rehearsal/visit/notExercised.ts";
import { SAMPLES, sampleStack } from "../sampleStacks.ts";
import { rehearsed, type Made } from "./inProcess.ts";
import { isNamed, missing, missingAny, refusalOfTheRest, visited } from "./takeAway.ts";

const { TAKE_AWAY } = process.env;

test.skipIf(TAKE_AWAY === undefined).each(TAKE_AWAY === "share" ? ["lamna-test" as const] : SAMPLES)(
  "each part of %s that is taken away is missed by name, or on the list",
  async (name) => {
    const standing = await rehearsed(await sampleStack(name));
    expect(standing.result.fault).toBeUndefined();
    expect(refusalOfTheRest(standing)).toBeUndefined();
    const isListed = (made: Made) => whyNotExercised(made, standing.stack) !== undefined;
    const listed = standing.made.filter((made) => isListed(made) && !made.type.startsWith("ehr:index:"));
    expect(await missingAny(standing, listed), "who misses what is on the list").toBeUndefined();
    const wrong: string[] = [];
    for (const made of chosen(standing.made.filter((one) => !isListed(one)))) {
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
  TAKE_AWAY === "share" ? 480_000 : 3_600_000,
);

/** A number that is given back does not come again, so it is the last. */
function chosen(made: readonly Made[]): readonly Made[] {
  const [others, numbers] = [false, true].map((isNumber) =>
    made.filter(({ type }) => (type === "ehr:index:PhoneNumber") === isNumber),
  );
  const all = [...(others ?? []), ...(numbers ?? [])];
  if (TAKE_AWAY === undefined || TAKE_AWAY === "share")
    return [...Map.groupBy(all, ({ type }) => type).values()].flatMap(([one]) => one ?? []);
  return TAKE_AWAY === "all" ? all : all.filter(({ type }) => type.includes(TAKE_AWAY));
}
