/**
 * Looks over the visits of the next day, without the chart: those with which something is wrong, or which are not as they
 * were made ready, are prepared again, and Teams is asked whether it still has the meetings of the others. A visit whose own
 * row says that it is cancelled needs neither.
 */
import { writeBackOf } from "../../domain/defaults.ts";
import { isSoon, SOON_MS, type FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import { prepareSoon } from "../../records/preparing.ts";
import type { Turn } from "../../web/flow.ts";
import { hasOwnLinks } from "./chartLinks.ts";
import { isWorkedOn, unlessDamaged } from "./look.ts";
import { lookAtMeetings, type LookedAt } from "./lookAtMeetings.ts";
import type { FindingPicks } from "./parts.ts";

export async function lookOver(
  parts: FindingPicks,
  { of = "", signal }: Turn,
  lookedAt: LookedAt,
): Promise<void> {
  const connection = await parts.hospital.connection(of);
  if (connection === undefined || !hasSystemClient(connection)) return;
  const now = parts.queue.now();
  const { links: writes } = writeBackOf(parts.environment, connection);
  const prepare = (visit: VisitId) => prepareSoon(parts.jobs, visit);
  // The rows of found visits that cannot be read are counted by the rounds; these are the rows of the visits themselves.
  const came = { damaged: 0 };
  const well: FoundVisit[] = [];
  for await (const { found: page } of parts.foundVisits.between(of, now, new Date(now.getTime() + SOON_MS)))
    for (const found of page) {
      signal.throwIfAborted();
      if (!isSoon(found, now) || !isWorkedOn(found, now)) continue;
      await unlessDamaged({ came }, async () => {
        const visit = await parts.visits.ofLink(found.id);
        // A launch has cancelled it. The rounds, which compare both rows with the chart, bring it back or take it off as the
        // chart says; while the chart says neither, reading it once more tells nothing.
        if (visit?.state === "cancelled") return;
        const isUnwell = found.risk !== undefined || !found.hasMeeting;
        const isInDoubt = found.meetingGone !== undefined;
        if (isUnwell || isInDoubt || (writes && !hasOwnLinks(parts, found, visit))) await prepare(found.id);
        else well.push(found);
      });
    }
  await lookAtMeetings({ parts, connectionId: of, signal, prepare, came }, well, lookedAt);
  if (came.damaged > 0) parts.log.warn("visits.rows_unreadable", { connection: of, count: came.damaged });
}
