/** The result of a rehearsal in one sentence, and what to do next. */
import { BEFORE } from "../../../app/domain/byHand/task.ts";
import type { RehearsalResult } from "./result.ts";

export interface Verdict {
  readonly passed: boolean;
  readonly sentence: string;
  /** What to do now, the most important first. */
  readonly next: readonly string[];
}

/** 0: it passed; 1: it did not. */
export const exitCode = ({ passed }: RehearsalResult): 0 | 1 => (passed ? 0 : 1);

export const fileOf = ({ stack }: RehearsalResult): string => `Pulumi.${stack}.yaml`;

export function verdictOf(result: RehearsalResult): Verdict {
  return result.passed ? passed(result) : failed(result);
}

function passed(result: RehearsalResult): Verdict {
  const { stack, seconds, resources, policies, byHand } = result;
  const judged = policies.filter(({ ran }) => ran > 0).length;
  const before = byHand.filter(({ when }) => when === BEFORE).length;
  const by = (count: number) => counted(count, "thing") + " by hand";
  const next = [
    ...(before > 0 ? [by(before)] : []),
    "pulumi up --stack " + stack,
    ...(byHand.length > before ? [by(byHand.length - before)] : []),
  ];
  return {
    passed: true,
    sentence: `PASSED: ${stack} came up and was visited in ${counted(seconds, "second")}: ${counted(resources.length, "resource")}, ${counted(judged, "policy", "policies")} kept.`,
    next: [`Next: ${next.join(", then ")}.`],
  };
}

function failed(result: RehearsalResult): Verdict {
  const { stack, steps, fault } = result;
  const step = steps.find(({ ok }) => !ok);
  const key = fault?.stackKey ?? step?.stackKey;
  const told = fault?.told ?? step?.told ?? "Nothing said why.";
  return {
    passed: false,
    sentence:
      step === undefined
        ? `FAILED: ${stack} could not be rehearsed.`
        : `FAILED: ${stack}, at the step "${step.name}".`,
    next: [
      ...(key === undefined ? [] : [`Change ${key} in ${fileOf(result)}.`]),
      ...told.split("\n").filter((line) => line.trim() !== ""),
    ],
  };
}

export const counted = (count: number, one: string, many = one + "s"): string =>
  `${String(count)} ${count === 1 ? one : many}`;
