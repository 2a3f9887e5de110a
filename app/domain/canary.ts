/** A canary visit: what a visit needs, tried without a patient, step by step. */
import * as z from "zod";

/** The steps in the order in which they are tried. */
export const CANARY_STEPS = ["discovery", "token", "location", "meeting", "link", "store"] as const;
export type CanaryStepName = (typeof CANARY_STEPS)[number];

/**
 * `not-tried`: nothing is configured that the step could be tried with. `not-reached`: a step that it builds on has failed.
 */
export const CANARY_OUTCOMES = ["passed", "failed", "not-tried", "not-reached"] as const;

export interface CanaryStep {
  readonly step: CanaryStepName;
  readonly outcome: (typeof CANARY_OUTCOMES)[number];
  readonly milliseconds: number;
  /** Why it failed or was not tried, in words for administrators. */
  readonly why?: string;
  /** Who can mend it, if it failed. */
  readonly move?: (typeof CANARY_MOVERS)[number];
}

export const CANARY_MOVERS = ["administrator", "oracle", "microsoft", "nobody"] as const;

/** What a connector answers a program that asks it to make the canary visit of each connection now. */
export const canariesAnswer = z.object({
  environment: z.string(),
  package: z.string(),
  isWell: z.boolean(),
  canaries: z.array(
    z.object({
      connection: z.object({ id: z.string(), name: z.string() }),
      steps: z.array(
        z.object({
          step: z.enum(CANARY_STEPS),
          outcome: z.enum(CANARY_OUTCOMES),
          milliseconds: z.int(),
          why: z.string().exactOptional(),
          move: z.enum(CANARY_MOVERS).exactOptional(),
        }),
      ),
      needsLaunch: z.boolean(),
      launchedAt: z.iso.datetime().exactOptional(),
    }),
  ),
});
export type CanariesAnswer = z.output<typeof canariesAnswer>;

/** The first step that failed, which is the one to report: the others may have failed because of it. */
export const firstFailed = (steps: readonly CanaryStep[]): CanaryStep | undefined =>
  steps.find(({ outcome }) => outcome === "failed");

/** Whether only a person's launch can show that the chart lets clinicians in, since the connector cannot ask by itself. */
export const needsLaunch = (steps: readonly CanaryStep[]): boolean =>
  steps.some(({ step, outcome }) => (step === "token" || step === "location") && outcome === "not-tried");

/**
 * The one meeting that is asked for in each month for each account. It is at the end of the month, so that it is never over
 * when it is asked for. Its id differs in length from a visit's.
 */
export function canaryMeeting(organizer: string, now: Date) {
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1));
  const end = new Date(start.getTime() + 30 * 60_000);
  return {
    visitId: "canary-" + now.toISOString().slice(0, 7),
    organizer,
    lobby: "staff",
    start,
    end,
  } as const;
}
