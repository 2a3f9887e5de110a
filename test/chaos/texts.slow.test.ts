import { expect, test } from "vitest";
import { textChaos } from "./texts/texts.ts";

/** Where others are busy, too, not all is told by then; none of it may be wrong. */
const WITHIN_MS = 40_000;

test(
  "nobody is told twice, too early, of what is cancelled, after STOP or of a test chart, while processes are killed and everything fails",
  async () => {
    const { twice, early, afterCancelled, afterStop, notStaff, unsaid, ...counts } = await textChaos({
      visits: 500,
      processes: 2,
      kills: 3,
      livesMs: 20_000,
      trouble: 0.02,
      withinMs: WITHIN_MS,
    });
    process.stdout.write(JSON.stringify(counts) + "\n");
    expect({ twice, early, afterCancelled, afterStop, notStaff, unsaid }).toEqual({
      ...{ twice: [], early: [], afterCancelled: [], afterStop: [], notStaff: [], unsaid: [] },
    });
    expect(counts.texts).toBeGreaterThan(0);
    expect(counts.kills).toBeGreaterThanOrEqual(1);
  },
  WITHIN_MS + 60_000,
);
