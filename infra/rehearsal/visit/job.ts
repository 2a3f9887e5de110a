/** Whether background work goes through the deployment's own queues: the connector's trial job, by its own word. */
import { setTimeout as passed } from "node:timers/promises";
import type { Watch } from "./blame.ts";
import { browserOf, type Outside, unexpected } from "./outside.ts";
import { Trouble } from "./steps.ts";

const DONE_WITHIN_MS = 45_000;
const ASK_EVERY_MS = 500;

/**
 * @param seen what the vendors were asked since the site started, so that who refused the queue is named.
 * @throws Trouble
 */
export async function jobDone(outside: Outside, seen: Watch): Promise<void> {
  const { azure, publicUrl, siteHost, signal } = outside;
  const browser = await browserOf(outside);
  const until = performance.now() + DONE_WITHIN_MS;
  for (;;) {
    const page = await browser.open(publicUrl + "/readyz");
    const blame = seen.blame();
    if (blame !== undefined)
      throw new Trouble(blame.told, { stackKey: blame.stackKey, log: azure.appService.log(siteHost) });
    if (/"canarySeconds":\d/u.test(page.html)) return;
    if (performance.now() > until) throw unexpected(outside, page, "a job that was done");
    await passed(ASK_EVERY_MS, undefined, { signal });
  }
}
