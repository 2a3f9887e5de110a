/** Checks that the site is ready, by its own answer to a request from outside. */
import { setTimeout as passed } from "node:timers/promises";
import { hasEdge } from "../../stack/choices.ts";
import type { AppService } from "../front/appService/appService.ts";
import { unreached } from "./blame.ts";
import { browserOf, type Outside, unexpected, watchOf } from "./outside.ts";
import type { BrowserPage } from "./browser.ts";
import { textOf } from "./html.ts";
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
    if (isReady(page)) return;
    const { host, pathname: path } = page.url;
    const lost = unreached({ host, path, status: page.status }, azure.cloud);
    if (lost !== undefined) throw new Trouble(lost.told);
    if ([403, 404, 421].includes(page.status))
      throw new Trouble(
        `${publicUrl} does not let in who is to use it: it answered ${String(page.status)} ${textOf(page.html)} (the way in is made in infra/components/${hasEdge(stack) ? "edgeRoute.ts" : "accessRestrictions.ts"})`,
        { stackKey: hasEdge(stack) ? "publicHost" : "network.allow" },
      );
    const { state } = azure.appService.sites().find(({ host }) => host === siteHost) ?? {};
    if (state === "failed" || state === "empty") throw notStarted(azure.appService, siteHost);
    const blame = seen.blame();
    if (blame !== undefined || performance.now() > until)
      throw blame === undefined
        ? unexpected(outside, page, "200")
        : new Trouble(blame.told, { stackKey: blame.stackKey, log: azure.appService.log(siteHost) });
    await passed(ASK_EVERY_MS, undefined, { signal });
  }
}

/** Whether the answer is the connector's; a site with nothing to run also answers 200, with a page of App Service's own. */
export const isReady = ({ status, html }: BrowserPage): boolean =>
  status === 200 && html.includes('"store":true');

/** The trouble with a site that does not start, in its own words. */
export function notStarted(appService: AppService, host: string): Trouble {
  const said = appService.log(host);
  const words = lastRun(said).map((line) => line.replace(/^\S+Z \S+ /u, ""));
  const isEmpty = words.some((each) => each.includes("has no package to run"));
  const why = isEmpty ? " No setting names a package (infra/components/siteSettings.ts)." : "";
  return new Trouble(`The site ${host} does not start: ${words.join(" ")}${why}`, { log: said });
}

/** What a site has logged since its last start; if it was restarted just now, what it logged before that. */
export function lastRun(log: string): readonly string[] {
  const lines = log.split("\n");
  const begun = lines.findLastIndex((line) => line.endsWith(" starts."));
  const said = lines.slice(begun + 1);
  const isSilent = said.every((line) => line.trim() === "");
  return begun >= 0 && isSilent ? lastRun(lines.slice(0, begun).join("\n")) : said;
}
