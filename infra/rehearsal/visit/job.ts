/** Whether background work goes through the deployment's own queues: the connector's trial job, by its own word. */
import { setTimeout as passed } from "node:timers/promises";
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { browserOf, type Outside, unexpected } from "./outside.ts";
import { Trouble } from "./steps.ts";

const DONE_WITHIN_MS = 45_000;
/** Nobody waits longer for what somebody refused. */
const PATIENCE_MS = 8_000;
const ASK_EVERY_MS = 200;

/** A job of a start before this one is no proof; the worker asks each queue at its start.
 * @throws Trouble */
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
