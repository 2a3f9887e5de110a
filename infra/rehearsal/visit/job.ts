/** Whether background work goes through the deployment's own queues: the connector's trial job, by its own word. */
import { setTimeout as passed } from "node:timers/promises";
import { queueBlame } from "./blame.ts";
import { browserOf, type Outside, unexpected } from "./outside.ts";
import { Trouble } from "./steps.ts";

const DONE_WITHIN_MS = 45_000;
const ASK_EVERY_MS = 500;

/** @throws Trouble */
export async function jobDone(outside: Outside): Promise<void> {
  const { azure, publicUrl, siteHost, signal } = outside;
  const browser = await browserOf(outside);
  const until = performance.now() + DONE_WITHIN_MS;
  for (;;) {
    const page = await browser.open(publicUrl + "/readyz");
    const blame = queueBlame(azure.front, azure.cloud);
    if (blame !== undefined)
      throw new Trouble(blame.told, { stackKey: blame.stackKey, log: azure.appService.log(siteHost) });
    if (/"canarySeconds":\d/u.test(page.html)) return;
    if (performance.now() > until) throw unexpected(outside, page, "a job that was done");
    await passed(ASK_EVERY_MS, undefined, { signal });
  }
}
