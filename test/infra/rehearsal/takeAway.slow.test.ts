/**
 * The rehearsal notices each missing part of a deployment, unless the part is on the list of what it does not try. A run
 * takes some parts away from lamna-test; the commit decides which. TAKE_AWAY=share takes one part of each kind from each
 * sample and variant, TAKE_AWAY=all takes every part, and TAKE_AWAY=cdn those whose type contains `cdn`.
 * TAKE_AWAY_MINUTES=10 goes through each stack in the commit's order for that long.
 */
import { expect, test } from "vitest";
import { azure } from "../../../infra/rehearsal/azure/resourceTypes/require.ts";
import { listAt, textAt, withAt } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { whyNotExercised } from "../../../infra/rehearsal/visit/notExercised.ts";
import { orderedByCommit } from "../../engine/byCommit.ts";
import { SAMPLES, sampleStack } from "../sampleStacks.ts";
import { VARIANTS } from "../variants.ts";
import { filesOf, isNamed } from "./blamed.ts";
import { rehearsed, type Made, type Standing } from "./inProcess.ts";
import { LACKING } from "./lacking.ts";
import { missing, missingAny, refusalOfTheRest, visited, whileChanged } from "./takeAway.ts";

const { TAKE_AWAY, TAKE_AWAY_MINUTES } = process.env;
const isSome = TAKE_AWAY === undefined && TAKE_AWAY_MINUTES === undefined;
const isShare = TAKE_AWAY === undefined || TAKE_AWAY === "share";
/** How many parts a run without TAKE_AWAY and TAKE_AWAY_MINUTES takes away. */
const SOME = 4;

type Stack = readonly [name: string, said: () => Promise<Record<string, unknown>>];

const [usual, ...others]: readonly Stack[] = [
  ...SAMPLES.map((name): Stack => [name, () => sampleStack(name)]),
  ...VARIANTS.map(([name, stack]): Stack => [name, () => Promise.resolve(stack)]),
];

test.each([...(usual === undefined ? [] : [usual]), ...(isSome ? [] : others)])(
  "each part of %s that is taken away is missed by name, or on the list",
  async (name, said) => {
    const standing = await rehearsed(await said());
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
    if (name === usual?.[0]) {
      await closedToTheTest(standing);
      for (const { what, says, told } of LACKING) expect.soft(await told(standing), what).toMatch(says);
    }
    // Everything is back, except a number, which is taken away last.
    if (standing.stack.number === undefined) expect(await visited(standing)).toBeUndefined();
  },
  isSome ? 900_000 : 3_600_000,
);

/** Behind Front Door every request comes from the same service tag, so only a site without it shows this. */
async function closedToTheTest(standing: Standing): Promise<void> {
  const rules = "siteConfig.ipSecurityRestrictions";
  const told = await whileChanged(standing, azure("web:WebApp"), /./u, (all) =>
    withAt(
      all,
      rules,
      listAt(all, rules).filter((rule) => textAt(rule, "ipAddress") !== "ApplicationInsightsAvailability"),
    ),
  );
  expect(told).toMatch(
    /availability test fails for ever: \S+ answered it 403 \(infra\/components\/accessRestrictions\.ts/u,
  );
}

/** The parts to take away. A number that was released cannot come back, so it is the last. */
function chosen(made: readonly Made[]): readonly Made[] {
  const isNumber = ({ type }: Made) => type === "ehr:index:PhoneNumber";
  const ordered = orderedByCommit(made, ({ type, name }) => `${type} ${name}`);
  // Role assignments that different files make count as different kinds, because different things need them.
  const kinds = Map.groupBy(ordered, (one) => [one.type, ...filesOf(one)].join(" "));
  const share = [...kinds.values()].flatMap(([one]) => one ?? []);
  const wanted = isShare
    ? orderedByCommit(share, ({ type, name }) => `${type} ${name}`)
    : ordered.filter(({ type }) => TAKE_AWAY === "all" || type.includes(TAKE_AWAY));
  const taken = isSome ? wanted.slice(0, SOME) : wanted;
  return [...taken.filter((one) => !isNumber(one)), ...taken.filter(isNumber)];
}
