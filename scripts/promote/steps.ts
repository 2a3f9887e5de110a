/** What each step of a promotion does, and what it reports. */
import { MOST_APPROVALS, STEPS, type StepName } from "../../app/domain/promotion.ts";
import type { Plan } from "./port.ts";
import { cut, recordOf, short, type Run } from "./run.ts";

export const DOES: Readonly<Record<Exclude<StepName, "checked">, (run: Run) => Promise<string>>> = {
  async staged({ production, journal: { before, goal } }) {
    await production.declare({ site: before.site, staging: goal.site });
    return "release.staging is " + short(goal.site);
  },
  async planned(run) {
    run.plan = await run.production.plan(run.journal.goal.site);
    run.journal = { ...run.journal, plan: run.plan.digest, file: run.plan.file };
    const { length } = run.plan.changes;
    return length === 1 ? "1 change" : `${String(length)} changes`;
  },
  async approved(run) {
    const approvals = await run.production.approve(planOf(run));
    run.journal = {
      ...run.journal,
      approvals: approvals.slice(0, MOST_APPROVALS).map((one) => ({ ...one, by: cut(one.by) })),
    };
    return approvals.map(({ by }) => by).join(", ");
  },
  // It runs the package here, which nobody may do before the plan that brings it is approved.
  started: (run) => run.production.start(planOf(run), run.journal.before.site),
  async applied(run) {
    await run.production.apply(planOf(run));
    const { slot } = await run.production.running();
    const { goal } = run.journal;
    if (slot !== goal.site) throw new Error(`the slot runs ${short(slot)} and not ${short(goal.site)}`);
    return "the slot runs " + short(slot);
  },
  async tried(run) {
    const canary = await run.production.tryOut(run.journal.goal.site);
    run.journal = { ...run.journal, canary: cut(canary) };
    return canary;
  },
  async declared({ production, journal: { goal } }) {
    await production.declare(goal);
    return `release.site is ${short(goal.site)}, release.staging ${short(goal.staging)}`;
  },
  async swapped({ production, journal: { goal } }) {
    // Since the canary visit somebody else may have given the slot another package, which nobody has approved.
    refuseOther((await production.running()).slot, goal.site);
    await production.stored(goal.site);
    await production.swap();
    const { site } = await production.running();
    if (site !== goal.site) throw new Error(`after the swap the site runs ${short(site)}`);
    await production.serves(site);
    return "production runs " + short(site);
  },
  async refreshed({ production }) {
    await production.refresh();
    return "the state knows of the swap";
  },
  async unchanged({ production, journal: { goal } }) {
    const { changes } = await production.plan(goal.site);
    if (changes.length > 0)
      throw new Error("a preview still shows changes: " + changes.map(({ resource }) => resource).join(", "));
    return "a preview shows no change";
  },
  async recorded(run) {
    const record = recordOf(run, "done");
    const vouched = await run.production.vouch(record);
    const { evidence, hint } = "evidence" in vouched ? vouched : {};
    run.record = evidence === undefined ? record : { ...record, evidence };
    await run.production.record(run.record);
    if ("unsigned" in vouched) return `not signed: ${vouched.unsigned}`;
    return `${record.from ?? ""} has signed that it tested the package${hint === undefined ? "" : "; " + hint}`;
  },
};

/** @throws Error when the slot runs another package than the one that a swap is to bring to production */
export function refuseOther(slot: string, wanted: string): void {
  if (slot !== wanted)
    throw new Error(`the slot runs ${short(slot)} and not ${short(wanted)}, so it is not swapped in.`);
}

export function planOf({ plan }: Run): Plan {
  if (plan === undefined) throw new Error("There is no plan.");
  return plan;
}

export const hasBegun = (step: StepName, other: StepName): boolean =>
  STEPS.indexOf(step) >= STEPS.indexOf(other);
