/** The result of a run: how many mutants were killed, and which survive without an excuse. */
import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Excuse, Rule } from "./excuses.ts";

/** A line that plugin.js writes. */
export interface Mutant {
  readonly fileName: string;
  readonly line: number;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
}

export interface Verdict {
  readonly killed: number;
  readonly excused: number;
  /** The number of killed and surviving mutants, without those that cannot run at all. */
  readonly judged: number;
  readonly living: readonly string[];
  /** Excuses for which no mutant survives any more, in files that were judged completely. */
  readonly stale: readonly string[];
}

export interface Bar {
  readonly excuses: readonly Excuse[];
  readonly rules: readonly Rule[];
  /** Files in which every mutant was judged. */
  readonly whole: ReadonlySet<string>;
}

const LIVES = new Set(["Survived", "NoCoverage"]);
const DIES = new Set(["Killed", "Timeout"]);

export function verdictOn(mutants: readonly Mutant[], root: string, bar: Bar): Verdict {
  const used = new Set<Excuse>();
  const living: string[] = [];
  let excused = mutants.filter(({ status }) => status === "Ignored").length;
  for (const mutant of mutants.filter(({ status }) => LIVES.has(status))) {
    const file = relative(root, mutant.fileName).split(sep).join("/");
    const line = (readFileSync(mutant.fileName, "utf8").split("\n")[mutant.line - 1] ?? "").trim();
    const own = bar.excuses.find(
      (excuse) =>
        excuse.file === file && excuse.line === line && excuse.mutators.includes(mutant.mutatorName),
    );
    const rule = bar.rules.find(
      (one) =>
        one.files?.test(file) !== false && one.line.test(line) && one.mutators.includes(mutant.mutatorName),
    );
    if (own !== undefined) used.add(own);
    if (own !== undefined || rule !== undefined) excused++;
    else living.push(`${file}:${String(mutant.line)} ${mutant.mutatorName}: ${line} → ${shown(mutant)}`);
  }
  const killed = mutants.filter(({ status }) => DIES.has(status)).length;
  const stale = bar.excuses
    .filter((excuse) => bar.whole.has(excuse.file) && !used.has(excuse))
    .map(({ file, line }) => `${file}: ${line}`);
  return { killed, excused, judged: killed + excused + living.length, living, stale };
}

/** Between which percentages the whole lies, with 95 % confidence, where `killed` of a sample were (Wilson's interval). */
export function bounds(killed: number, counted: number): readonly [low: number, high: number] {
  if (counted === 0) return [0, 100];
  const [z, share] = [1.96, killed / counted];
  const middle = share + z ** 2 / (2 * counted);
  const spread = z * Math.sqrt((share * (1 - share)) / counted + z ** 2 / (4 * counted ** 2));
  const whole = 1 + z ** 2 / counted;
  return [Math.max(0, (100 * (middle - spread)) / whole), Math.min(100, (100 * (middle + spread)) / whole)];
}

function shown({ replacement = "", status }: Mutant): string {
  const text = replacement.replace(/\s+/g, " ").slice(0, 60);
  return status === "NoCoverage" ? text + " (no test comes here)" : text;
}
