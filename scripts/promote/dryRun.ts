/**
 * A promotion that only looks: it refuses what a real run would refuse up to the approval, in the same words, and plans what
 * it would do. It runs no package, because nobody has approved it.
 */
import type { StepName } from "../../app/domain/promotion.ts";
import { foundIn, NEXT, nextWith } from "./found.ts";
import { planned } from "./plan.ts";
import type { Plan, Production } from "./port.ts";
import { checked, type Wanted } from "./promote.ts";
import { short, wordsOf } from "./run.ts";

/** What it calls of production; `declare` has to write to a copy of the stack file. */
export type Looked = Pick<Production, "look" | "running" | "declared" | "declare" | "plan" | "approvable">;

/**
 * 0: a real run would go on to the approval. 1: it would be refused. 3: it would only bring an earlier run to its end.
 */
export async function dryRun(
  production: Looked,
  wanted: Wanted,
  say: (line: string) => void,
): Promise<0 | 1 | 3> {
  const { taken, found } = await production.look();
  if (taken !== undefined) {
    say("It would be refused:\n" + taken);
    return 1;
  }
  if (found !== undefined) {
    const { site } = await production.running();
    say(foundIn(found));
    say(`Production runs ${short(site)}. ${NEXT[nextWith(found, site)]}`);
    say("What you asked for comes after that: run the same command without --dry-run first.");
    return 3;
  }
  const [before, refusal] = await checked(production, wanted, { say });
  const [awaits, fault] = await ahead(production, wanted, before.site, say);
  const refusals = [refusal, fault].filter((one) => one !== undefined);
  if (refusals.length > 0) say("It would be refused:\n" + refusals.join("\n"));
  else say(`It would go on from here to the approval.\n${awaits}`);
  say(`Nothing was changed; production runs ${short(before.site)}.`);
  return refusals.length > 0 ? 1 : 0;
}

/** What the approval would ask for; or, in its place, the step that would fail, and why. */
async function ahead(
  production: Looked,
  { digest }: Wanted,
  runs: string,
  say: (line: string) => void,
): Promise<[string, string | undefined]> {
  let step: StepName = "staged";
  try {
    await production.declare({ site: runs, staging: digest });
    step = "planned";
    const plan: Plan = await production.plan(digest);
    say(planned(plan));
    step = "approved";
    return [await production.approvable(plan), undefined];
  } catch (fault) {
    return ["", `${step}: ${wordsOf(fault)}`];
  }
}
