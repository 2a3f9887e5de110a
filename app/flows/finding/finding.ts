/** The flow that finds visits in the charts, and prepares them before anybody looks. It has no addresses. */
import { Router } from "express";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Flow, Tick } from "../../web/flow.ts";
import { FAR, findingChecks, LOCATIONS, NEAR, STRAYS } from "./checks.ts";
import { readLocations } from "./locations.ts";
import type { FindingPicks } from "./parts.ts";
import { prepareJob } from "./prepare.ts";
import { everySeconds, lookRound, newTurns, type Reach } from "./round.ts";
import { arriveJob, fulfilJob } from "./status.ts";
import { lookForStrays } from "./strays.ts";

/**
 * How often it is looked whether locations must be read: new locations are known soon, and a reading that failed is tried
 * again.
 */
const LOCATIONS_SECONDS = 900;
const A_DAY_SECONDS = 86_400;

export function findingFlow(parts: FindingPicks): Flow<"prepare" | "arrive" | "fulfil"> {
  const each = async () => (await parts.hospital.connections()).filter(hasSystemClient).map(({ id }) => id);
  const tick = (name: string, everySeconds: number, run: Tick["run"]): Tick => ({
    name,
    concerns: "everybody",
    everySeconds,
    each,
    run,
  });
  const turns = newTurns();
  const round = (name: string, reach: Reach) =>
    tick(name, everySeconds(parts.environment, reach), (turn) => lookRound(parts, reach, turn, turns));
  return {
    routes: Router(),
    jobs: { prepare: prepareJob(parts), arrive: arriveJob(parts), fulfil: fulfilJob(parts) },
    ticks: [
      tick(LOCATIONS, LOCATIONS_SECONDS, ({ of = "", signal }) => readLocations(parts, of, signal)),
      tick(STRAYS, A_DAY_SECONDS, ({ of = "", signal }) => lookForStrays(parts, of, signal)),
      round(NEAR, "near"),
      round(FAR, "far"),
    ],
    checks: () => findingChecks(parts),
  };
}
