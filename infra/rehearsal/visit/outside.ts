/** What the walks of a visit have in common: who calls whom, and what an answer that nobody wanted means. */
import type { IntegrationRecord } from "../../../app/domain/integration.ts";
import type { StackSettings } from "../../stack.ts";
import { stoppedBy } from "../access/traffic.ts";
import type { Caller } from "../front/caller.ts";
import type { EntryFetch } from "../front/fetch.ts";
import type { OracleHealth } from "../oracle/oracle.ts";
import type { Azure } from "../startInMemoryAzure.ts";
import { dropped, watch, type Watch } from "./blame.ts";
import { Browser, textOf, type BrowserPage } from "./browser.ts";
import { Trouble, type Step } from "./steps.ts";

export interface Outside {
  readonly stack: StackSettings;
  readonly azure: Azure;
  readonly oracle: OracleHealth;
  /** Origin that people open. */
  readonly publicUrl: string;
  /** Azure's own name of the site. */
  readonly siteHost: string;
  readonly records: readonly IntegrationRecord[];
  /** The container of packages. */
  readonly packagesUrl: string;
  /** From where people and chart systems call. */
  readonly caller: Caller;
  /** Who was refused what since the sites were started. */
  readonly since: Watch;
  readonly step: Step;
  readonly signal: AbortSignal;
}

export const browserOf = (outside: Outside): Promise<Browser> => browserFrom(outside, outside.caller);

export const browserFrom = async (outside: Outside, caller: Caller): Promise<Browser> =>
  new Browser(await doorFrom(outside, caller));

/** The way in of whoever calls from there; a call that nobody answers is a trouble with a name. */
export async function doorFrom({ azure }: Outside, caller: Caller): Promise<EntryFetch> {
  const { fetch } = await azure.front.entryPoint(caller);
  return async (url, options) => {
    try {
      return await fetch(url, options);
    } catch (cause) {
      const { host } = new URL(url);
      const group = stoppedBy(azure.cloud, caller, host);
      const told = group === undefined ? `${host} did not answer.` : dropped(group, host);
      throw new Trouble(told, { cause });
    }
  };
}

/** What is asked of the vendors from now on. */
export const watchOf = ({ azure }: Outside): Watch => watch(azure.front, () => azure.cloud);

/** Why a page is not the one that was wanted: what it says itself, or who refused the connector something. */
export function unexpected(outside: Outside, page: BrowserPage, wanted: string, seen?: Watch): Trouble {
  const { azure, siteHost, since } = outside;
  // What was refused before, such as at the site's start, may come to light only now.
  const blame = seen?.blame() ?? since.blame();
  const own = /<p class="for-it">(.*?)<\/p>/su.exec(page.html)?.[1];
  const title = /<h1[^>]*>(.*?)<\/h1>/su.exec(page.html)?.[1] ?? "";
  const words = [title, own ?? ""].map(textOf).filter((text) => text !== "");
  const where = `${page.url.origin}${page.url.pathname} answered ${String(page.status)} instead of ${wanted}.`;
  const told = [...(blame === undefined ? [] : [blame.told]), ...words, where].join(" ");
  const stackKey = blame?.stackKey ?? /\b(connections|departments)\[\](\.\w+)*/u.exec(own ?? "")?.[0];
  return new Trouble(told, { stackKey, log: azure.appService.log(siteHost) });
}
