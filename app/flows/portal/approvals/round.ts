/**
 * The ticks for changes that wait: those that have waited for too long are removed, and the audit trail says so. Approved
 * sign-in addresses that are not held to yet, because a process was killed in between, are held to if the server still names them.
 */
import type { Tick } from "../../../web/flow.ts";
import { holdTo, isStillNamed } from "../connections/signIn.ts";
import type { PortalPicks } from "../parts.ts";

const HOUR_SECONDS = 3600;
const FINISHED_EVERY_SECONDS = 300;

export const proposalRounds = (
  picks: Pick<PortalPicks, "connectionSettings" | "environment" | "hospital" | "proposals" | "standings">,
): readonly Tick[] => [
  {
    name: "approvals.expire",
    concerns: "everybody",
    everySeconds: HOUR_SECONDS,
    run: () => picks.proposals.expire(),
  },
  {
    name: "approvals.finish",
    concerns: "everybody",
    everySeconds: FINISHED_EVERY_SECONDS,
    run: () =>
      picks.proposals.finish(
        (of) => holdTo(picks, of),
        (of) => isStillNamed(picks, of),
      ),
  },
];
