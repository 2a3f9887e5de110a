/** Finding visits in the charts, and preparing them before anybody looks. It has no addresses. */
import { Router } from "express";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Flow, Tick } from "../../web/flow.ts";
import { findingChecks, NEAR } from "./checks.ts";
import { fulfilJob } from "./fulfil.ts";
import { readLocations } from "./locations.ts";
import type { FindingPicks } from "./parts.ts";
import { prepareJob } from "./prepare.ts";
import { lookRound } from "./round.ts";

const QUARTER_SECONDS = 900;
const DAY_SECONDS = 86_400;

export function findingFlow(parts: FindingPicks): Flow<"prepare" | "fulfil"> {
  const each = async () => (await parts.hospital.connections()).filter(hasSystemClient).map(({ id }) => id);
  const round = (name: string, everySeconds: number, run: Tick["run"]): Tick => ({
    name,
    concerns: "everybody",
    everySeconds,
    each,
    run,
  });
  return {
    routes: Router(),
    jobs: { prepare: prepareJob(parts), fulfil: fulfilJob(parts) },
    ticks: [
      round("finding.locations", DAY_SECONDS, ({ of = "" }) => readLocations(parts, of)),
      round(NEAR, 60, (turn) => lookRound(parts, "near", turn)),
      round("finding.far", QUARTER_SECONDS, (turn) => lookRound(parts, "far", turn)),
    ],
    checks: () => findingChecks(parts),
  };
}
