/**
 * Brings a package to production, step by step. Each step is written to the journal before it begins. If one fails,
 * everything is undone. After a kill, the next run continues if production runs the new package already, and goes back if it
 * does not.
 */
import {
  STEPS,
  type PromotionRecord,
  type ReleaseDigests,
  type StepName,
} from "../../app/domain/promotion.ts";
import { foundIn, nextWith } from "./found.ts";
import { TurnLost, type Journal, type Production } from "./port.ts";
import { cut, keptOf, note, recordOf, short, wordsOf, type Run, type Watching } from "./run.ts";
import { DOES, hasBegun, planOf, refuseOther } from "./steps.ts";

export interface Wanted {
  readonly what: Journal["what"];
  readonly digest: string;
  readonly who: string;
  /** Name of the test stack that the package comes from. */
  readonly from?: string;
  /** What has to be true before anything is written: each check resolves to what it found, or rejects. */
  readonly checks: readonly { readonly about: string; readonly holds: () => Promise<string> }[];
}

/** `stuck`: it could neither continue nor go back; `why` says what is left to do, and the next run tries again. */
export interface Ending {
  readonly outcome: "done" | "refused" | "went-back" | "stuck";
  readonly why?: string;
  readonly record?: PromotionRecord;
  /** Whether an earlier run was ended, and not what was asked for now. */
  readonly isEarlier?: true;
}

/** @throws Taken when somebody else is promoting to this stack, TurnLost when somebody else has begun meanwhile */
export async function promote(production: Production, wanted: Wanted, watching: Watching): Promise<Ending> {
  const turn = await production.take(wanted.who);
  try {
    if (turn.found !== undefined)
      return {
        ...(await endEarlier({ ...watching, production, turn, journal: turn.found })),
        isEarlier: true,
      };
    const began = watching.now();
    const [before, refusal] = await checked(production, wanted, watching);
    if (refusal !== undefined) {
      await turn.end();
      return { outcome: "refused", why: refusal };
    }
    const journal: Journal = {
      id: began.toISOString().slice(0, 19).replaceAll(":", "-") + "-" + wanted.digest.slice(0, 12),
      what: wanted.what,
      who: cut(wanted.who),
      ...(wanted.from !== undefined && { from: wanted.from }),
      startedAt: began.toISOString(),
      before,
      goal: { site: wanted.digest, staging: before.site },
      direction: "on",
      step: "staged",
      done: [],
      approvals: [],
    };
    const run = { ...watching, production, turn, journal };
    note(run, "checked", began, `${String(wanted.checks.length + 1)} things hold`);
    return await goOn(run, "staged");
  } finally {
    await turn.leave();
  }
}

/** The packages that the stack file names, and every check that failed, in words. */
export async function checked(
  production: Pick<Production, "declared" | "running">,
  { checks, digest }: Wanted,
  { say }: Pick<Watching, "say">,
): Promise<[ReleaseDigests, string | undefined]> {
  const before = await production.declared();
  const failures: string[] = [];
  const all = [{ about: "production", holds: () => asDeclared(production, before, digest) }, ...checks];
  for (const { about, holds } of all)
    try {
      say(`${about}: ${await holds()}`);
    } catch (fault) {
      failures.push(`${about}: ${wordsOf(fault)}`);
    }
  return [before, failures.length === 0 ? undefined : failures.join("\n")];
}

async function asDeclared(
  production: Pick<Production, "running">,
  before: ReleaseDigests,
  digest: string,
): Promise<string> {
  const runs = await production.running();
  if (runs.site !== before.site || runs.slot !== (before.staging ?? before.site))
    throw new Error(
      `the site runs ${short(runs.site)} and the slot ${short(runs.slot)}, and the stack file says ${short(before.site)} and ${short(before.staging ?? before.site)}. Bring both together first: correct the file or run pulumi up.`,
    );
  if (before.site === digest) throw new Error(`it runs ${short(digest)} already`);
  return `runs ${short(before.site)}, as the stack file says`;
}

async function goOn(run: Run, from: StepName): Promise<Ending> {
  for (const step of STEPS.slice(STEPS.indexOf(from))) {
    if (step === "checked") continue;
    const began = run.now();
    try {
      if (run.isStopped() && !hasBegun(step, "refreshed")) throw new Error("it was asked to stop.");
      // This comes before the journal says `applied`, because from then on going back applies the stack file.
      if (step === "applied") await run.production.asPlanned(planOf(run));
      run.journal = { ...run.journal, step };
      await run.turn.write(run.journal);
      note(run, step, began, await DOES[step](run));
    } catch (fault) {
      if (fault instanceof TurnLost) throw fault;
      // Production runs the new package and everything agrees, so going back would improve nothing.
      if (step === "recorded")
        return {
          outcome: "stuck",
          why: `Production runs ${short(run.journal.goal.site)}, and its record could not be written: ${wordsOf(fault)} The next run writes it.`,
        };
      run.why = `${step}: ${wordsOf(fault)}`;
      return goBack(run, `${step}: ${keptOf(fault)}`);
    }
  }
  return ended(run, "done");
}

/** Undoes the promotion; each part may be done a second time without harm. */
async function goBack(run: Run, because: string): Promise<Ending> {
  const { production, turn, say } = run;
  try {
    run.journal = { ...run.journal, direction: "back", because: cut(because) };
    const { before, goal, step } = run.journal;
    await turn.write(run.journal);
    say(`Going back, because of ${run.why ?? because}`);
    const { site, slot } = await production.running();
    if (site === goal.site) {
      refuseOther(slot, before.site);
      await production.swap();
      const { site: after } = await production.running();
      if (after !== before.site) throw new Error(`after the swap back the site runs ${short(after)}`);
      say(`Swapped back: production runs ${short(before.site)}.`);
    } else if (site !== before.site) return strange(run, site);
    await production.declare(before);
    say("The stack file says what it said before.");
    if (hasBegun(step, "applied")) {
      await production.restore(run.journal.file);
      say("Azure is as the stack file says.");
    }
    await production.record(recordOf(run, "went-back"));
    return await ended(run, "went-back");
  } catch (fault) {
    if (fault instanceof TurnLost) throw fault;
    return {
      outcome: "stuck",
      why: `${run.why ?? because}\nGoing back did not come to its end: ${wordsOf(fault)} Run the same command again: it goes on with going back.`,
    };
  }
}

/** Ends an earlier run that did not finish. */
async function endEarlier(run: Run): Promise<Ending> {
  try {
    return await goOnOrBack(run);
  } catch (fault) {
    if (fault instanceof TurnLost) throw fault;
    const why = `The run before could not be brought to its end yet: ${wordsOf(fault)} Run the same command again.`;
    return { outcome: "stuck", why };
  }
}

async function goOnOrBack(run: Run): Promise<Ending> {
  const { production, say, journal } = run;
  const { step, goal, direction } = journal;
  say(foundIn(journal));
  if (hasBegun(step, "planned")) await production.unlock();
  const { site } = await production.running();
  say(`Production runs ${short(site)}.`);
  const next = nextWith(journal, site);
  if (next === "nothing") return strange(run, site);
  if (direction === "back") return goBack(run, journal.because ?? "a failure");
  if (next === "back") return goBack(run, `${step}: the run was ended before it was through`);
  // When the record has begun, everything has been found to agree.
  if (!hasBegun(step, "recorded"))
    try {
      await production.serves(site);
    } catch (fault) {
      run.why = `swapped: ${wordsOf(fault)}`;
      return goBack(run, `swapped: ${keptOf(fault)}`);
    }
  say("It goes on from there.");
  // This run's stack file may be another copy, to which the release was not written.
  await production.declare(goal);
  return goOn(run, step === "swapped" ? "refreshed" : step);
}

function strange({ production: { stack }, journal: { id, before, goal } }: Run, site: string): Ending {
  return {
    outcome: "stuck",
    why: `The site runs ${short(site)}, which is neither the old package, ${short(before.site)}, nor the new one, ${short(goal.site)}: somebody else has changed it. Nothing was touched. Have it run one of the two, then run the same command again. If it is to stay as it is, close this run: npm run promotion -- ${stack} --close ${id}`,
  };
}

async function ended(run: Run, outcome: "done" | "went-back"): Promise<Ending> {
  const because = run.why ?? run.journal.because;
  try {
    await run.turn.end();
  } catch (fault) {
    if (fault instanceof TurnLost) throw fault;
    run.say(
      "What this run noted could not be taken away. The next one finds it, and only writes the record again.",
    );
  }
  return {
    outcome,
    record: run.record ?? recordOf(run, outcome),
    ...(because !== undefined && { why: because }),
  };
}
