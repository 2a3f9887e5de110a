/** What a person sees of a promotion: a line for each step with its time, and how it ended. */
import type { StepDone, StepName } from "../../app/domain/promotion.ts";
import type { Ending } from "./promote.ts";
import { short } from "./run.ts";

const STEPS: Readonly<Record<StepName, string>> = {
  checked: "Everything holds that has to",
  staged: "The stack file names the package",
  planned: "Pulumi has planned it, the policies pass",
  approved: "The plan is approved",
  started: "The package starts with these settings",
  applied: "The plan is carried out",
  tried: "A canary visit in the slot",
  declared: "The stack file says the goal",
  swapped: "Site and slot are swapped",
  refreshed: "The state has taken it in",
  unchanged: "A preview finds nothing to do",
  recorded: "The record is kept",
};

export const done = ({ step, milliseconds, told = "" }: StepDone): string =>
  `${timed(STEPS[step], milliseconds)}  ${told}`.trimEnd();

const timed = (what: string, milliseconds: number): string =>
  `${what.padEnd(42)}${(milliseconds / 1000).toFixed(1).padStart(7)} s`;

/** All steps of a run in one table, with the time of each and of all. */
export function table(steps: readonly StepDone[]): string {
  const all = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [...steps.map(done), timed("Together", all)].join("\n");
}

/**
 * 0: production runs what was wanted. 1: it runs what it ran before. 2: it stopped on the way. 3: only an earlier run was
 * finished.
 */
export function exitCodeOf({ outcome, isEarlier }: Ending): 0 | 1 | 2 | 3 {
  if (outcome === "stuck") return 2;
  if (isEarlier === true) return 3;
  return outcome === "done" ? 0 : 1;
}

export function ended({ outcome, why, record, isEarlier }: Ending, stackFile: string): string {
  const lines: string[] = [""];
  if (outcome === "done" && record !== undefined)
    lines.push(
      `Production runs ${record.runs}.`,
      `Commit ${stackFile}, whose release says so now. The record is promotions/${record.stack}/${record.id}.json in the package container, ${record.evidence === undefined ? "without a signature of a test deployment" : `with what ${record.from ?? ""} has signed of the package`}.`,
    );
  else if (outcome === "went-back" && record !== undefined)
    lines.push(
      `Nothing is brought to production, which runs ${short(record.runs)} as before. It went back, because of`,
      why ?? "",
    );
  else if (outcome === "refused") lines.push("Refused; nothing was changed:", why ?? "");
  else lines.push("It stopped on the way.", why ?? "");
  if (isEarlier === true)
    lines.push("This was the end of a run before. For what you asked now, run the same command again.");
  return lines.join("\n");
}
