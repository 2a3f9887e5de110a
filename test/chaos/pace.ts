import { PACE, type Pace } from "../../app/worker/pace.ts";

/** The pace of a deployment with shorter waits: a lease lasts a second and a half instead of half a minute. */
export const CHAOS_PACE: Pace = {
  ...PACE,
  leaseSeconds: 1.5,
  idleSeconds: 0.05,
  ticksEverySeconds: 0.2,
  silenceSeconds: 0.2,
  patience: { firstWaitSeconds: 0.5, longestWaitSeconds: 2, failures: 50, losses: 200 },
};
export const LOST_AFTER_MS = 4_000;
export const ROUND_SECONDS = 1;
