/** Who waits: a patient opens Teams' lobby, Graph tells the connector through the edge, and the clinician's page says so. */
import { setTimeout as passed } from "node:timers/promises";
import { PATHS } from "../../../app/domain/addresses.ts";
import { featuresOf } from "../../stack/choices.ts";
import { SOMEBODY } from "../front/hosts/caller.ts";
import { HOSTS } from "../planes/vendors/entra.ts";
import type { Watch } from "./blame.ts";
import type { Browser } from "./browser.ts";
import { textOf } from "./html.ts";
import type { Opened } from "./microsoft.ts";
import { blameIn, browserOf, fetchFrom, unexpected, watchOf, type Outside } from "./outside.ts";
import { Trouble } from "./steps.ts";

const SEEN_WITHIN_MS = 45_000;
/** How long to wait once somebody has refused the connector something. */
const PATIENCE_MS = 8_000;
const ASK_EVERY_MS = 200;

/** As the page says it, also where Graph could not tell at first. */
const NOBODY = /Nobody is (?:known to be )?waiting/u;

/** Whether Graph is to tell this deployment who waits. */
export const hasPresence = ({ stack }: Pick<Outside, "stack">): boolean => featuresOf(stack).presence;

/**
 * Notifications are encrypted and may look like anything; here the token of Graph's handshake looks like an attack. It comes
 * from somewhere in the Internet, since Graph calls from many addresses.
 * @throws Trouble when it does not reach the connector
 */
export async function letIn(outside: Outside): Promise<void> {
  const { publicUrl } = outside;
  const token = "Validation: ' or '1'='1";
  const address = publicUrl + PATHS.callEvents + "?validationToken=" + encodeURIComponent(token);
  const fetch = await fetchFrom(outside, SOMEBODY);
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "",
  });
  if (answer.status === 200 && (await answer.text()) === token) return;
  throw new Trouble(
    `Microsoft Graph does not get in with what it tells: ${publicUrl}${PATHS.callEvents} answered ${String(answer.status)} (the rule presence, which lets it pass, is in infra/components/firewall.ts).`,
  );
}

/** @throws Trouble when the clinician's page does not say who waits, and that nobody does any more */
export async function seenWaiting(
  outside: Outside,
  { browser, page }: Opened,
  link: string,
  tell: (words: string) => void,
): Promise<void> {
  const address = new URL(page.url.pathname + PATHS.waiting, page.url);
  const seen = watchOf(outside);
  const shows = (words: RegExp) => shown({ ...outside, browser, seen }, address, words);
  await shows(NOBODY);
  const patient = await browserOf(outside);
  const isTeams = (url: URL) => url.host === HOSTS.teams;
  const { url: room } = await patient.open(link, isTeams);
  const lobby = await patient.send(room, new URLSearchParams({ do: "join-guest", name: "Pat Example" }));
  if (!isTeams(lobby.url) || lobby.status !== 200)
    throw unexpected(outside, lobby, "the lobby in Teams", seen);
  try {
    tell(await shows(/(?:The patient|Somebody) is waiting/u));
  } finally {
    // Whoever is left in the lobby would wait at the next visit, too.
    await patient.send(room, new URLSearchParams({ do: "leave" }));
  }
  await shows(NOBODY);
}

/** Asks as an open page does. @returns the words @throws Trouble */
async function shown(
  outside: Outside & { readonly browser: Browser; readonly seen: Watch },
  address: URL,
  words: RegExp,
): Promise<string> {
  const { azure, browser, seen, siteHost, signal } = outside;
  const began = performance.now();
  for (;;) {
    const page = await browser.open(address);
    const said = textOf(page.html);
    const found = words.exec(said)?.[0];
    if (found !== undefined) return found;
    const waited = performance.now() - began;
    const blame = blameIn(outside, seen);
    if (waited > SEEN_WITHIN_MS || (waited > PATIENCE_MS && blame !== undefined))
      throw new Trouble(
        `The visit's page does not say who waits in Teams. ${blame?.told ?? `It says: ${said} (${address.pathname} answered ${String(page.status)}).`}`,
        { stackKey: blame?.stackKey ?? "features.presence", log: azure.appService.log(siteHost) },
      );
    await passed(ASK_EVERY_MS, undefined, { signal });
  }
}
