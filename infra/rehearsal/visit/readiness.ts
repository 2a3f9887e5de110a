/** Whether the site is ready, by its own word and from the outside. */
import { setTimeout as passed } from "node:timers/promises";
import { hasEdge } from "../../stack/choices.ts";
import { browserOf, type Outside, unexpected, watchOf } from "./outside.ts";
import { textOf } from "./browser.ts";
import { Trouble } from "./steps.ts";

const READY_WITHIN_MS = 45_000;
const ASK_EVERY_MS = 200;

/** @throws Trouble */
export async function ready(outside: Outside): Promise<void> {
  const { azure, publicUrl, siteHost, signal, stack } = outside;
  const browser = await browserOf(outside);
  const seen = watchOf(outside);
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const page = await browser.open(publicUrl + "/readyz");
    if (page.status === 200) return;
    if (page.status === 403 || page.status === 421)
      throw new Trouble(
        `${publicUrl} does not let in who is to use it: it answered ${String(page.status)} ${textOf(page.html)}`,
        { stackKey: hasEdge(stack) ? "publicHost" : "network.allow" },
      );
    const blame = seen.blame();
    if (blame !== undefined || performance.now() > until)
      throw blame === undefined
        ? unexpected(outside, page, "200")
        : new Trouble(blame.told, { stackKey: blame.stackKey, log: azure.appService.log(siteHost) });
    await passed(ASK_EVERY_MS, undefined, { signal });
  }
}
