/** `npm run chaos -- --long`: prints what 1,000 kills did to 10,000 jobs; without --long, what a minute of them did. */
import { chaos } from "./chaos.ts";

const isLong = process.argv.includes("--long");
const result = await chaos({
  jobs: 10_000,
  processes: 2,
  kills: isLong ? 1_000 : 30,
  livesMs: isLong ? 3_000 : 6_000,
  trouble: 0.02,
  withinMs: isLong ? 3_600_000 : 120_000,
  say(words) {
    if (process.stderr.isTTY) process.stderr.write("\r" + words.padEnd(60));
  },
});
const { lost, doubled, early, together, ...counts } = result;
process.stdout.write(
  JSON.stringify(
    {
      ...counts,
      lost: lost.length,
      doubled: doubled.length,
      early: early.length,
      together: together.length,
    },
    undefined,
    2,
  ) + "\n",
);
process.exit(lost.length + doubled.length + early.length + together.length === 0 ? 0 : 1);
