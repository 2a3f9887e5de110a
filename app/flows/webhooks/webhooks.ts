/** The flow of what vendors send by themselves. Programs call it, so its faults are statuses only. */
import type { Flow } from "../../web/flow.ts";
import { webhookChecks } from "./checks.ts";
import { optOutJob } from "./optOutJob.ts";
import { eventRoutes, type WebhookPicks } from "./routes.ts";

export function webhooksFlow(parts: WebhookPicks): Flow<"opt-out"> {
  const jobs = { "opt-out": optOutJob(parts) };
  return { routes: eventRoutes(parts), jobs, ticks: [], checks: () => webhookChecks(parts) };
}
