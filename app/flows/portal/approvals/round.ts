/** The tick for changes that wait: those that have waited for too long are removed, and the audit trail says so. */
import type { Tick } from "../../../web/flow.ts";
import type { PortalPicks } from "../parts.ts";

const HOUR_SECONDS = 3600;

export const proposalRound = ({ proposals }: Pick<PortalPicks, "proposals">): Tick => ({
  name: "approvals.expire",
  concerns: "everybody",
  everySeconds: HOUR_SECONDS,
  run: () => proposals.expire(),
});
