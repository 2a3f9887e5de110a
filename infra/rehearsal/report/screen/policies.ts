/** The part of a rehearsal's report that says which policies ran, and which were broken by what. */
import type { RehearsalResult } from "../result.ts";
import { counted } from "../verdict.ts";
import { wrapped } from "./text.ts";

export function policiesIn({ policies }: RehearsalResult): readonly string[] {
  const broken = policies.filter(({ violations }) => violations.length > 0);
  return [
    ...wrapped(policyCounts({ policies }), 2),
    ...broken.flatMap(({ name, says, remedy, violations }) => [
      ...wrapped([name, says].filter((part) => part !== undefined).join(": "), 2, 4),
      ...violations.flatMap(({ resource, message, level }) =>
        wrapped(`${level}, ${resource}: ${message}`, 4, 6),
      ),
      ...(remedy === undefined ? [] : wrapped("Remedy: " + remedy, 4, 6)),
    ]),
  ];
}

export function policyCounts({ policies }: Pick<RehearsalResult, "policies">): string {
  const ran = policies.filter((policy) => policy.ran > 0);
  if (ran.length === 0) return "No policy ran.";
  const broken = policies.filter(({ violations }) => violations.length > 0);
  const idle = policies.length - ran.length;
  return [
    counted(ran.length, "policy", "policies") + " ran;",
    broken.length === 0 ? "none was broken." : `${String(broken.length)} found fault:`,
    ...(idle === 0 || broken.length > 0 ? [] : [`${String(idle)} more had nothing to look at.`]),
  ].join(" ");
}
