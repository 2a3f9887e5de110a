import { expect, test } from "vitest";
import { chaos } from "./chaos.ts";

/** On two free cores the run takes a minute; on a busy machine it may take three. */
const WITHIN_MS = 170_000;

test(
  "10,000 jobs of three kinds are each done once, none lost and none early, while processes are killed at random and store and queue fail",
  async () => {
    const { lost, doubled, unexplained, early, together, doubledTurns, ...counts } = await chaos({
      jobs: 10_000,
      processes: 2,
      kills: 20,
      livesMs: 6_000,
      trouble: 0.02,
      withinMs: WITHIN_MS,
    });
    process.stdout.write(JSON.stringify(counts) + "\n");
    expect({ lost, doubled, unexplained, early, together, doubledTurns, gaveUp: counts.gaveUp }).toEqual({
      ...{ lost: [], doubled: [], unexplained: [], early: [], together: [], doubledTurns: [] },
      gaveUp: undefined,
    });
    expect(counts).toMatchObject({ jobs: 10_000, done: 10_000 });
    expect(counts.kills).toBeGreaterThanOrEqual(20);
    expect(counts.turns).toBeGreaterThan(5);
  },
  WITHIN_MS + 60_000,
);
