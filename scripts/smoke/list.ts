/** A canary visit as text for people. */
import { firstFailed, type CanaryStep } from "../../app/domain/canary.ts";
import type { Smoke } from "./ask.ts";

const STEPS: Readonly<Record<CanaryStep["step"], string>> = {
  discovery: "The chart system says where to sign in",
  token: "It gives the system client a token",
  location: "A location can be read",
  meeting: "Teams opens a meeting",
  link: "A link is made and known again",
  store: "The store takes a row",
};
const OUTCOMES: Readonly<Record<CanaryStep["outcome"], string>> = {
  passed: "ok",
  failed: "FAILED",
  "not-tried": "not tried",
  "not-reached": "not reached",
};
const MOVES: Readonly<Record<NonNullable<CanaryStep["move"]>, string>> = {
  administrator: "It is yours to mend.",
  oracle: "It is Oracle's to mend: ask them.",
  microsoft: "It is Microsoft's to mend: ask them.",
  nobody: "It mends itself: try again in some minutes.",
};

export function list(told: Smoke): string {
  const lines = [`Package ${told.package}, ${told.environment}.`];
  if (told.canaries.length === 0) lines.push("There is no FHIR connection yet, so nothing was tried.");
  for (const { connection, steps, needsLaunch, launchedAt } of told.canaries) {
    lines.push("", `${connection.name} (${connection.id})`);
    for (const one of steps)
      lines.push(
        `  ${OUTCOMES[one.outcome].padEnd(12)}${STEPS[one.step].padEnd(42)}${String(one.milliseconds).padStart(6)} ms`,
      );
    const failure = firstFailed(steps);
    if (failure !== undefined)
      lines.push(`  ${STEPS[failure.step]}: ${failure.why ?? ""} ${failure.move ? MOVES[failure.move] : ""}`);
    if (launchedAt !== undefined) lines.push(`  Somebody opened a visit with this package at ${launchedAt}.`);
    else if (needsLaunch) lines.push("  Only a person can try the chart here: open a visit from PowerChart.");
  }
  return lines.join("\n");
}
