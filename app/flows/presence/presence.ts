/**
 * The flow that knows who is waiting: it subscribes to events of meetings at Microsoft Graph, and takes what Graph reports.
 * Its address is for programs, so it has no pages.
 */
import type { UndoneOf } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { inTime } from "../../domain/waits.ts";
import type { Flow } from "../../web/flow.ts";
import { presenceChecks } from "./checks.ts";
import { lostJob, takeJob } from "./take.ts";
import type { PresencePicks } from "./parts.ts";
import { compareSubscriptions } from "./subscriptions.ts";
import { watchJob } from "./watch.ts";
import { callEventRoutes } from "./webhook.ts";

export function presenceFlow(
  parts: PresencePicks,
): Flow<"watch" | "notification"> & { readonly undone: Pick<UndoneOf, "notification"> } {
  const startOf = async (visit: string) => (await parts.visits.byId(visit as VisitId))?.start;
  return {
    routes: callEventRoutes(parts),
    jobs: { watch: inTime(watchJob(parts), () => parts.queue.now(), startOf), notification: takeJob(parts) },
    undone: { notification: lostJob(parts) },
    ticks: [compareSubscriptions(parts)],
    checks: presenceChecks(parts),
  };
}
