/**
 * `npm run mutate -- app/domain app/web/cookies.ts`: checks whether the tests notice faults. Each expression of these files
 * is made wrong in turn, and a test has to fail. `--one-in 20` judges a twentieth of these mutants, spread over all files,
 * and says between which bounds the whole lies; another `--seed` chooses other ones. `--minutes 5` ends after that time with
 * what was judged by then; what runs at import is judged last. `npm run mutate -- --share`, for CI,
 * chooses files by the commit's own number until its time is over: other files at each commit, but the same ones when it is
 * run again.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EXCUSES, RULES } from "./mutation/excuses.ts";
import { JUDGED, judgeOf, type Judged } from "./mutation/tests.ts";
import { bounds, verdictOn, type Mutant, type Verdict } from "./mutation/verdict.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = root + ".data/mutation/";
const LOWEST = 90;
const SHARE_MS = 100_000;
/** How long Stryker takes until its first mutant is judged. */
const STARTS_MS = 20_000;
/** Separates globs, which may themselves contain commas. */
const SEPARATOR = "\n";

/** Which mutants are judged: one in `oneIn`; see mutation/sample.js. */
interface Sample {
  readonly oneIn: number;
  readonly seed: string;
}
const ALL: Sample = { oneIn: 1, seed: "" };

async function main(given: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      share: { type: "boolean", default: false },
      "one-in": { type: "string", default: "1" },
      seed: { type: "string", default: "" },
      minutes: { type: "string", default: "Infinity" },
    },
  });
  if (values.share) return share();
  const sample: Sample = { oneIn: Number(values["one-in"]), seed: values.seed };
  if (!Number.isInteger(sample.oneIn) || sample.oneIn < 1)
    return refuse("--one-in takes a whole number from 1: 20 for a twentieth of the mutants.");
  const until = performance.now() + Number(values.minutes) * 60_000;
  if (Number.isNaN(until)) return refuse("--minutes takes a number.");
  if (positionals.length === 0) return refuse("Name folders or files, or --share.");
  const files = positionals.flatMap(sourcesIn);
  if (files.length === 0) return refuse("There is nothing to judge at " + positionals.join(" ") + ".");
  const orphans = files.filter((file) => judgeOf(file) === undefined);
  if (orphans.length > 0)
    return refuse(
      "No tests are named for " + orphans.join(" ") + ". Name them in scripts/mutation/tests.ts.",
    );
  const mutants: Mutant[] = [];
  const whole = new Set<string>();
  // Files with the same tests are judged together, since Stryker first runs all tests once.
  const together = Map.groupBy(files, (file) => judgeOf(file)?.tests.join(SEPARATOR));
  for (const own of together.values()) {
    const judged = judgeOf(own[0] ?? "");
    if (judged === undefined || performance.now() > until - STARTS_MS) continue;
    const run = await judge(judged, own, until, sample);
    mutants.push(...run.mutants);
    if (run.whole && sample.oneIn === 1) for (const file of own) whole.add(file);
  }
  if (mutants.length === 0)
    return refuse("No mutant was judged: give more time by --minutes, or a larger share by --one-in.");
  return told(verdictOn(mutants, root, { excuses: EXCUSES, rules: RULES, whole }), files, whole);
}

async function share(): Promise<number> {
  const git = spawnSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" });
  if (git.status !== 0) {
    process.stdout.write("!!! No git here, so no commit chooses a share: no mutants are judged.\n");
    return 0;
  }
  const until = performance.now() + SHARE_MS;
  const measured = JUDGED.filter((judged) => judged.measured);
  const chances = measured
    .flatMap((judged) => sourcesIn(judged.of).map((file) => ({ judged, file })))
    .filter(({ judged, file }) => judgeOf(file) === judged)
    .map((chance) => ({ ...chance, order: numberOf(git.stdout.trim() + chance.file) }))
    .sort((a, b) => a.order - b.order);
  const mutants: Mutant[] = [];
  const files: string[] = [];
  const whole = new Set<string>();
  for (const { judged, file } of chances) {
    if (performance.now() > until - STARTS_MS) break;
    const run = await judge(judged, [file], until);
    mutants.push(...run.mutants);
    files.push(file);
    if (run.whole) whole.add(file);
  }
  if (mutants.length === 0)
    return refuse("No mutant was judged: give more time by --minutes, or a larger share by --one-in.");
  return told(verdictOn(mutants, root, { excuses: EXCUSES, rules: RULES, whole }), files, whole);
}

const numberOf = (text: string) => createHash("sha256").update(text).digest().readUInt32BE();

function sourcesIn(path: string): string[] {
  const found = /\.tsx?$/.test(path) ? [path] : globSync(path + "/**/*.{ts,tsx}", { cwd: root });
  return found.filter((file) => existsSync(root + file)).sort();
}

/** Runs Stryker once. If the time ends first, the mutants that were judged by then count. */
async function judge(
  { tests }: Judged,
  files: readonly string[],
  until = Infinity,
  { oneIn, seed }: Sample = ALL,
): Promise<{ readonly mutants: readonly Mutant[]; readonly whole: boolean }> {
  mkdirSync(folder, { recursive: true });
  const lines = folder + "lines.jsonl";
  for (const file of [lines, lines + ".known"]) rmSync(file, { force: true });
  writeFileSync(folder + "stryker.json", JSON.stringify(config(files), undefined, 2));
  const env = {
    ...process.env,
    MUTATION_TESTS: tests.join(SEPARATOR),
    MUTATION_LINES: lines,
    MUTATION_ONE_IN: String(oneIn),
    MUTATION_SEED: seed,
  };
  const child = spawn("stryker", ["run", folder + "stryker.json"], {
    cwd: root,
    env,
    stdio: ["ignore", "ignore", "inherit"],
    // Stryker has a process group of its own, because its workers do not end with it.
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  process.once("exit", end);
  const left = until - performance.now();
  const clock = left === Infinity ? undefined : setTimeout(end, left);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  clearTimeout(clock);
  process.removeListener("exit", end);
  rmSync(root + ".data/stryker", { recursive: true, force: true });
  if (code !== 0 && performance.now() < until)
    throw new Error(
      "Stryker could not judge " + files.join(" ") + "; .data/mutation/stryker.json is its order.",
    );
  const judged = existsSync(lines) ? readFileSync(lines, "utf8").split("\n").filter(Boolean) : [];
  return { mutants: judged.map((line) => JSON.parse(line) as Mutant), whole: code === 0 };
}

function config(files: readonly string[]): object {
  return {
    testRunner: "vitest-5",
    plugins: [root + "scripts/mutation/plugin.js"],
    reporters: ["lines"],
    ignorers: ["unjudged"],
    vitest: { configFile: ".vitest.mutation.config.ts", related: false },
    mutate: files,
    coverageAnalysis: "perTest",
    // One core is left to other programs.
    concurrency: 1,
    tempDirName: ".data/stryker",
    ignorePatterns: [".data", ".cache", "dist", "test/emulators/node_modules"],
    timeoutMS: 20_000,
    allowEmpty: true,
    disableTypeChecks: false,
  };
}

function told(
  { killed, excused, judged, living, stale }: Verdict,
  files: readonly string[],
  whole: ReadonlySet<string>,
): number {
  for (const mutant of living) process.stdout.write("lives: " + mutant + "\n");
  for (const excuse of stale) process.stdout.write("no longer needed, take it out: " + excuse + "\n");
  const counted = judged - excused;
  const score = counted === 0 ? 100 : (100 * killed) / counted;
  const [low, high] = bounds(killed, counted);
  const sampled =
    whole.size === files.length
      ? ""
      : `; not all were judged: with 95 % confidence all would give ${low.toFixed(1)} to ${high.toFixed(1)} %`;
  process.stdout.write(
    `${String(killed)} of ${String(counted)} mutants killed (${score.toFixed(1)} %, at least ${String(LOWEST)}${sampled}), ` +
      `${String(excused)} excused, in ${files.length > 3 ? String(files.length) + " files" : files.join(", ")}\n`,
  );
  return score >= LOWEST && stale.length === 0 ? 0 : 1;
}

function refuse(why: string): number {
  process.stderr.write(why + "\n");
  return 2;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main(process.argv.slice(2));
