/** Finding visits in the charts, and preparing them before anybody looks. It has no addresses. */
import { Router } from "express";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Flow, Tick } from "../../web/flow.ts";
import { findingChecks, NEAR } from "./checks.ts";
import { fulfilJob } from "./fulfil.ts";
import { readLocations } from "./locations.ts";
import type { FindingPicks } from "./parts.ts";
import { prepareJob } from "./prepare.ts";
import { EVERY_SECONDS, lookRound, type Reach } from "./round.ts";

const DAY_SECONDS = 86_400;

export function findingFlow(parts: FindingPicks): Flow<"prepare" | "fulfil"> {
  const each = async () => (await parts.hospital.connections()).filter(hasSystemClient).map(({ id }) => id);
  const tick = (name: string, everySeconds: number, run: Tick["run"]): Tick => ({
    name,
    concerns: "everybody",
    everySeconds,
    each,
    run,
  });
  const round = (name: string, reach: Reach) =>
    tick(name, EVERY_SECONDS[reach], (turn) => lookRound(parts, reach, turn));
  return {
    routes: Router(),
    jobs: { prepare: prepareJob(parts), fulfil: fulfilJob(parts) },
    ticks: [
      tick("finding.locations", DAY_SECONDS, ({ of = "" }) => readLocations(parts, of)),
      round(NEAR, "near"),
      round("finding.far", "far"),
    ],
    checks: () => findingChecks(parts),
  };
}
