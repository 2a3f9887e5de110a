/**
 * `npm run chaos -- --long`: prints what 1,000 kills did to 10,000 jobs; without --long, what a minute of them did. With
 * `texts`, what 10,000 kills did to what patients of 3,000 visits were told; each takes about 0.4 s of a processor.
 * `--minutes=8` ends it by then, with what it has; `--visits=600` and `--kills=1000` are for a machine that others use,
 * too.
 */
import { chaos } from "./chaos.ts";
import { textChaos } from "./texts/texts.ts";

const isLong = process.argv.includes("--long");
const said = (name: string, usual: number): number =>
  Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split("=")[1] ?? usual);
const minutes = said("minutes", isLong ? 300 : 3);
/** Visits are made over most of the time that 10,000 kills take on two free cores, so that every kill meets work. */
const TEXTS_OVER_MS = 25 * 60_000;
const withinMs = minutes * 60_000 - 10_000;
/** Says how far the run is: in one line of a terminal that is rewritten, or else in a line each minute. */
let saidAt = 0;
function say(words: string): void {
  if (process.stderr.isTTY) process.stderr.write("\r" + words.padEnd(60));
  else if (Date.now() - saidAt > 60_000) {
    saidAt = Date.now();
    process.stderr.write(words + "\n");
  }
}
const ofJobs = () =>
  chaos({
    jobs: 10_000,
    processes: 2,
    kills: isLong ? 1_000 : 30,
    livesMs: isLong ? 3_000 : 6_000,
    trouble: 0.02,
    withinMs,
    say,
  });
const ofTexts = () =>
  textChaos({
    visits: said("visits", isLong ? 3_000 : 1_000),
    processes: 2,
    kills: said("kills", isLong ? 10_000 : 10),
    livesMs: isLong ? 3_000 : 12_000,
    ...(isLong && { livesCalls: 2_500 }),
    overMs: isLong ? Math.min(withinMs / 2, TEXTS_OVER_MS) : 30_000,
    trouble: 0.02,
    withinMs,
    say,
  });
const result = process.argv.includes("texts") ? await ofTexts() : await ofJobs();
/** How many there are, and the names of the first ones. */
const told = (what: unknown) =>
  Array.isArray(what) ? { count: what.length, first: what.slice(0, 5) } : what;
const counted = Object.fromEntries(Object.entries(result).map(([name, what]) => [name, told(what)]));
process.stdout.write(JSON.stringify(counted, undefined, 2) + "\n");
const wrong = Object.entries(result).filter(([, what]) => Array.isArray(what) && what.length > 0);
const faults = wrong.map(([name]) => name);
if (faults.length > 0) process.stderr.write(`Not as promised: ${faults.join(", ")}.\n`);
const { gaveUp } = result;
if (gaveUp !== undefined) process.stderr.write(`Given up. ${gaveUp}\n`);
process.exit(faults.length === 0 && gaveUp === undefined ? 0 : 1);
