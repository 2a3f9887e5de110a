/** What vendors tell us by themselves: what the process needs to know of this flow. Its faults are statuses, for programs. */
import type { Flow } from "../../web/flow.ts";
import { webhookChecks } from "./checks.ts";
import { eventRoutes, type WebhookPicks } from "./routes.ts";

export function webhooksFlow(parts: WebhookPicks): Flow {
  return { routes: eventRoutes(parts), jobs: {}, ticks: [], checks: () => webhookChecks(parts) };
}
