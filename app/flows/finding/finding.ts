/** The flow that finds visits in the charts, and prepares them before anybody looks. It has no addresses. */
import { Router } from "express";
import type { VisitId } from "../../domain/linkToken.ts";
import { inTime } from "../../domain/waits.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Flow, Tick } from "../../web/flow.ts";
import { batchNames } from "./batches.ts";
import { FAR, findingChecks, LOCATIONS, NEAR, SOON, STRAYS } from "./checks.ts";
import { readLocations } from "./locations.ts";
import type { LookedAt } from "./lookAtMeetings.ts";
import { lookOver } from "./lookOver.ts";
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
const LOOK_OVER_SECONDS = 900;

export function findingFlow(parts: FindingPicks): Flow<"prepare" | "arrive" | "fulfil"> {
  const turns = newTurns();
  /** When the meetings of each connection's soon visits were last looked at. */
  const lookedAt: LookedAt = new Map();
  const connections = async () =>
    (await parts.hospital.connections()).filter(hasSystemClient).map(({ id }) => id);
  const batches = async () =>
    (await connections()).flatMap((id) => batchNames(id, turns.batches.get(id) ?? 1));
  const tick = (name: string, everySeconds: number, run: Tick["run"], each = connections): Tick => ({
    name,
    concerns: "everybody",
    everySeconds,
    each,
    run,
  });
  const round = (name: string, reach: Reach) =>
    tick(
      name,
      everySeconds(parts.environment, reach),
      (turn) => lookRound(parts, reach, turn, turns),
      batches,
    );
  const startOf = async (visit: string) => (await parts.foundVisits.byId(visit as VisitId))?.start;
  const now = () => parts.queue.now();
  return {
    routes: Router(),
    jobs: {
      prepare: inTime(prepareJob(parts), now, startOf),
      arrive: inTime(arriveJob(parts), now, startOf),
      fulfil: fulfilJob(parts),
    },
    ticks: [
      tick(LOCATIONS, LOCATIONS_SECONDS, ({ of = "", signal }) => readLocations(parts, of, signal)),
      tick(STRAYS, A_DAY_SECONDS, ({ of = "", signal }) => lookForStrays(parts, of, signal)),
      tick(SOON, LOOK_OVER_SECONDS, (turn) => lookOver(parts, turn, lookedAt)),
      round(NEAR, "near"),
      round(FAR, "far"),
    ],
    checks: () => findingChecks(parts),
  };
}
