import { expect, test } from "vitest";
import { textChaos } from "./texts/texts.ts";

/** Where others are busy, too, not all is told by then; none of it may be wrong. */
const WITHIN_MS = 60_000;

test(
  "nobody is told twice, too early, of what is cancelled, after STOP, in a pilot or of a test chart, while processes are killed, clocks jump and everything fails",
  async () => {
    const { twice, early, afterCancelled, afterStop, notStaff, inPilot, unsaid, ...counts } = await textChaos(
      {
        visits: 500,
        processes: 2,
        kills: 3,
        livesMs: 20_000,
        overMs: 15_000,
        trouble: 0.02,
        withinMs: WITHIN_MS,
      },
    );
    process.stdout.write(JSON.stringify(counts) + "\n");
    expect({ twice, early, afterCancelled, afterStop, notStaff, inPilot, unsaid }).toEqual({
      ...{ twice: [], early: [], afterCancelled: [], afterStop: [], notStaff: [], inPilot: [], unsaid: [] },
    });
    expect(counts.texts).toBeGreaterThan(0);
    expect(counts.stops).toBeGreaterThan(0);
    expect(counts.kills).toBeGreaterThanOrEqual(1);
  },
  WITHIN_MS + 60_000,
);
