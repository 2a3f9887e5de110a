/**
 * The work that the connector does unasked: its own round finds the visit and writes both links into the chart, from where
 * they are opened.
 */
import { setTimeout as passed } from "node:timers/promises";
import { writeBackOf } from "../../../app/domain/defaults.ts";
import { roomLink } from "../../../app/sandbox/oracle/board/words.ts";
import type { Clinic } from "../../../app/sandbox/oracle/clinic/clinic.ts";
import { HOSTS } from "../planes/vendors/entra.ts";
import { UNDER_WAY } from "./appointment.ts";
import type { Browser } from "./browser.ts";
import { memberOf, refuse } from "./microsoft.ts";
import { blameIn, unexpected, watchOf, type Outside } from "./outside.ts";
import { Trouble } from "./steps.ts";
import type { Target } from "./targets.ts";

/** How often a minute passes: a round that has just ended begins again after one, one that failed begins again sooner. */
const MINUTES = 2;
/** How long a minute of the queue's clock is here: the site looks every five seconds whether something has come due. */
const MINUTE_MS = 7_000;
const LOOK_EVERY_MS = 200;

export interface ChartLinks {
  readonly provider: string;
  readonly patient: string;
}

/** Whether the connector is to write links into this connection's chart. */
export const hasOwnRound = ({ stack }: Pick<Outside, "stack">, { connection }: Target): boolean =>
  connection.system !== undefined && writeBackOf(stack.environment, connection).links;

/** @throws Trouble when the chart does not have the links in time */
export async function foundAndWritten(outside: Outside, clinic: Clinic): Promise<ChartLinks> {
  const { azure, siteHost, signal } = outside;
  const seen = watchOf(outside);
  try {
    for (let minutes = 0; minutes <= MINUTES; minutes++) {
      azure.queues.goAhead(minutes * 60);
      for (const began = performance.now(); performance.now() - began < MINUTE_MS;) {
        const appointment = await clinic.visit(UNDER_WAY);
        const [provider, patient] = [roomLink(appointment, "provider"), roomLink(appointment, "patient")];
        if (provider !== undefined && patient !== undefined) return { provider, patient };
        await passed(LOOK_EVERY_MS, undefined, { signal });
      }
    }
  } finally {
    azure.queues.goAhead(0);
  }
  const { told = "", stackKey } = blameIn(outside, seen) ?? {};
  throw new Trouble(
    `The chart has no links of the visit, which the connector finds and writes by itself. ${told}`.trim(),
    { stackKey, log: azure.appService.log(siteHost) },
  );
}

/**
 * Opens the link of the provider's room: whoever is signed in at Microsoft gets into Teams by it.
 * @throws Trouble
 */
export async function staffInTeams(outside: Outside, browser: Browser, link: string): Promise<void> {
  const seen = watchOf(outside);
  const isTeams = (url: URL) => url.host === HOSTS.teams;
  // The same request as a click on the page's own button makes.
  const picker = await browser.open(link + "?anyway=1&account=other");
  refuse(picker);
  const account = new URLSearchParams({ account: memberOf(outside.azure).oid });
  const page = await browser.send(picker.url, account, isTeams);
  if (!isTeams(page.url)) throw unexpected(outside, page, "the way to Teams", seen);
}
