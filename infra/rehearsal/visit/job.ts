/**
 * Checks that background work passes through the deployment's own queues, by what the connector reports about its trial job.
 */
import { setTimeout as passed } from "node:timers/promises";
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { browserOf, type Outside, unexpected } from "./outside.ts";
import { Trouble } from "./steps.ts";

const DONE_WITHIN_MS = 45_000;
/** How long to wait for the job once somebody has refused the connector something. */
const PATIENCE_MS = 8_000;
const ASK_EVERY_MS = 200;

/**
 * A job from an earlier start proves nothing; the worker asks each queue when it starts.
 * @throws Trouble
 */
export async function jobDone(outside: Outside): Promise<void> {
  const { azure, publicUrl, siteHost, signal, since } = outside;
  const browser = await browserOf(outside);
  const began = performance.now();
  for (;;) {
    const page = await browser.open(publicUrl + "/readyz");
    const queues = since.queues(Object.values(QUEUE_NAMES));
    if (typeof queues === "object")
      throw new Trouble(queues.told, { stackKey: queues.stackKey, log: azure.appService.log(siteHost) });
    if (queues === "asked" && page.html.includes('"worked":true')) return;
    const waited = performance.now() - began;
    if (waited > DONE_WITHIN_MS || (waited > PATIENCE_MS && since.blame() !== undefined))
      throw unexpected(outside, page, "a job that was done");
    await passed(ASK_EVERY_MS, undefined, { signal });
  }
}
