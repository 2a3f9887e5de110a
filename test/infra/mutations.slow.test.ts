/**
 * Changes every single value of both sample deployments, one at a time, and asks the policies and the named security tests.
 * A change that none of them refuses must be on the list of what is no matter of security (notSecurity.ts). The comparison
 * with the listing does not count here.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { excusesFor, patterns } from "./mutations/excuses.ts";
import { killerOf, refusersOf } from "./mutations/killers.ts";
import { mutantsOf, wordsOf, type Mutant } from "./mutations/mutants.ts";
import { deployments } from "./security/samples.ts";

interface Judged {
  readonly mutant: Mutant;
  readonly environment: string;
  readonly killer: string | undefined;
  readonly excuses: readonly string[];
}

const judged: Judged[] = [];

beforeAll(async () => {
  for (const [, deployment] of await deployments()) {
    const { environment } = deployment.stack;
    expect(await refusersOf(deployment), environment + " as it is").toEqual([]);
    for (const resource of deployment.resources.filter(({ custom }) => custom))
      for (const mutant of mutantsOf(resource, deployment.resources))
        judged.push({
          mutant,
          environment,
          killer: await killerOf(mutant, deployment),
          excuses: excusesFor(mutant),
        });
  }
}, 480_000);

const said = ({ environment, mutant }: Judged): string => environment + ": " + wordsOf(mutant);

describe("changing any one property of the samples", () => {
  test("makes a policy or a named security test fail, unless the property is listed as no matter of security", () => {
    const unnoticed = judged.filter(({ killer, excuses }) => killer === undefined && excuses.length === 0);
    expect(unnoticed.map(said)).toEqual([]);
  });

  test("is not excused where it is refused", () => {
    const both = judged.filter(({ killer, excuses }) => killer !== undefined && excuses.length > 0);
    expect(
      both.map(
        (one) =>
          said(one) + " is refused by " + String(one.killer) + ", excused by " + one.excuses.join(", "),
      ),
    ).toEqual([]);
  });

  test("is excused by no line that holds for nothing", () => {
    const used = new Set(judged.flatMap(({ excuses }) => excuses));
    expect(patterns.filter((pattern) => !used.has(pattern))).toEqual([]);
  });

  test("was tried often enough to mean something", () => {
    const refused = judged.filter(({ killer }) => killer !== undefined).length;
    process.stdout.write(
      [
        judged.length,
        "changes:",
        refused,
        "refused,",
        judged.length - refused,
        "excused by",
        patterns.length,
        "lines\n",
      ].join(" "),
    );
    expect(refused).toBeGreaterThan(9000);
    expect(refused / judged.length).toBeGreaterThan(0.95);
  });
});
