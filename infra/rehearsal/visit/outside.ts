/** What the parts of a visit have in common: who calls from where, and what an unexpected answer means. */
import type { IntegrationRecord } from "../../../app/domain/integration.ts";
import type { DnsRecord } from "../../components/mailDomain.ts";
import type { StackSettings } from "../../stack.ts";
import { stoppedBy } from "../planes/access/traffic.ts";
import type { Caller } from "../front/hosts/caller.ts";
import type { EntryFetch } from "../front/hosts/fetch.ts";
import type { OracleHealth } from "../planes/oracle/oracle.ts";
import type { Azure } from "../startInMemoryAzure.ts";
import { runnersOf } from "../target.ts";
import { dropped, watch, type Blame, type Watch } from "./blame.ts";
import { AGENT, Browser, type BrowserPage } from "./browser.ts";
import { BLOCKED } from "../front/appService/webFirewall.ts";
import { textOf } from "./html.ts";
import { Trouble, type Step } from "./steps.ts";

/** The deployment's addresses, as the stack's outputs give them to people and vendors. */
export interface PublicAddresses {
  /** Origin that people open in a browser. */
  readonly publicUrl: string;
  /** The host name that Azure gave the site. */
  readonly siteHost: string;
  readonly records: readonly IntegrationRecord[];
  /** The records that the hospital's DNS is to have. */
  readonly dns: readonly DnsRecord[];
  /** Address of the container of packages. */
  readonly packagesUrl: string;
}

export interface Outside extends PublicAddresses {
  readonly stack: StackSettings;
  readonly azure: Azure;
  readonly oracle: OracleHealth;
  /** Where people and chart systems call from. */
  readonly caller: Caller;
  /** Watches who was refused what since the sites were started. */
  readonly since: Watch;
  readonly step: Step;
  readonly signal: AbortSignal;
}

export const browserOf = (outside: Outside): Promise<Browser> => browserFrom(outside, outside.caller);

export const browserFrom = async (outside: Outside, caller: Caller): Promise<Browser> =>
  new Browser({ fetch: await fetchFrom(outside, caller), headers: HEADERS });

/** Where somebody who deploys may stand: where this rehearsal does, and in the deployment's own network. */
export const deployingFrom = ({ azure: { deployFrom }, stack }: Outside): readonly Caller[] =>
  "subnetId" in deployFrom ? [deployFrom] : [deployFrom, { subnetId: runnersOf(stack) }];

const HEADERS = { accept: "text/html", "accept-language": "en", "user-agent": AGENT };

/** `fetch` from a caller's address; a call that nothing answers is thrown as a trouble. */
export async function fetchFrom({ azure }: Outside, caller: Caller): Promise<EntryFetch> {
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

/** Watches what vendors are asked from now on. */
export const watchOf = ({ azure }: Outside): Watch => watch(azure.front, () => azure.cloud);

/**
 * Who refused the connector something in a step, or else before it: an earlier refusal, such as at the site's start, may have
 * its effect only now.
 */
export const blameIn = ({ since }: Outside, seen?: Watch): Blame | undefined =>
  seen?.blame() ?? since.blame();

/** Why a page is not the wanted one: what the page says itself, or who refused the connector something. */
export function unexpected(outside: Outside, page: BrowserPage, wanted: string, seen?: Watch): Trouble {
  const { azure, siteHost } = outside;
  const blame = blameIn(outside, seen);
  const own = textOf(page.html, "p.for-it");
  const stopped =
    page.html === BLOCKED ? "Front Door's firewall stopped it (infra/components/firewall.ts)." : "";
  const words = [textOf(page.html, "h1"), own, stopped].filter((text) => text !== "");
  const where = `${page.url.origin}${page.url.pathname} answered ${String(page.status)} instead of ${wanted}.`;
  const told = [...(blame === undefined ? [] : [blame.told]), ...words, where].join(" ");
  const stackKey = blame?.stackKey ?? /\b(connections|departments)\[\](\.\w+)*/u.exec(own)?.[0];
  return new Trouble(told, { stackKey, log: azure.appService.log(siteHost) });
}
