/** From the chart's tile to the visit's page: the sign-in at Oracle, the code, the chart and the meeting. */
import { setTimeout as passed } from "node:timers/promises";
import { PATHS } from "../../../app/domain/addresses.ts";
import type { Launch } from "../../../app/sandbox/oracle/smart/grants.ts";
import type { Watch } from "./blame.ts";
import type { Browser, BrowserPage } from "./browser.ts";
import type { Opened } from "./microsoft.ts";
import { browserOf, unexpected, watchOf, type Outside } from "./outside.ts";

/**
 * @param again appended to each step's name
 * @throws Trouble
 */
export async function openFromChart(outside: Outside, launch: Launch, again: string): Promise<Opened> {
  const { browser, back } = await signedInAtOracle(outside, launch, again);
  const isVisit = below(outside, PATHS.visits);
  const watched = watchedIn(outside, again);
  const begun = await watched("The connector proves itself and gets a token", async (seen) => {
    const page = await browser.open(back.url, isVisit);
    if (!isVisit(page.url)) throw unexpected(outside, page, "the visit", seen);
    return page;
  });
  return watched("The chart is read, the Teams meeting is opened", async (seen) => {
    const page = await browser.open(begun.url);
    if (page.status !== 200) throw unexpected(outside, page, "the visit's page", seen);
    return { browser, page };
  });
}

/**
 * Until Oracle has redirected the browser back, but before the connector is called.
 * @throws Trouble
 */
export async function signedInAtOracle(
  outside: Outside,
  launch: Launch,
  again: string,
): Promise<{ readonly browser: Browser; readonly back: BrowserPage }> {
  const { oracle, publicUrl } = outside;
  const browser = await browserOf(outside);
  const isBack = below(outside, PATHS.launchCallback);
  const watched = watchedIn(outside, again);

  const form = await watched("A clinician opens the visit from the chart", async (seen) => {
    const page = await opened(outside, () => browser.open(oracle.launchUrl(launch)));
    if (page.url.origin === publicUrl || page.status !== 200 || !page.html.includes('name="practitioner"'))
      throw unexpected(outside, page, "Oracle's sign-in", seen);
    return page;
  });
  const back = await watched("They sign in at Oracle Health", async (seen) => {
    const fields = new URLSearchParams(form.url.searchParams);
    fields.set("practitioner", launch.practitionerId);
    const page = await browser.send(form.url, fields, isBack);
    if (!isBack(page.url) || page.url.searchParams.has("error"))
      throw unexpected(outside, page, "the way back to the connector", seen);
    return page;
  });
  return { browser, back };
}

/** A connection that lacked its secret is looked at again after fifteen seconds (app/records/standings.ts). */
const SECRET_READ_WITHIN_MS = 20_000;
const ASK_EVERY_MS = 500;

/** Opens a page, and again while the connector has not yet seen the secrets that a person has put into the vault. */
async function opened({ oracle, signal }: Outside, open: () => Promise<BrowserPage>): Promise<BrowserPage> {
  const until = performance.now() + (oracle.secrets.size > 0 ? SECRET_READ_WITHIN_MS : 0);
  for (;;) {
    const page = await open();
    if (page.status !== 503 || performance.now() > until) return page;
    await passed(ASK_EVERY_MS, undefined, { signal });
  }
}

const below =
  ({ publicUrl }: Outside, path: string) =>
  (url: URL): boolean =>
    url.origin === publicUrl && url.pathname.startsWith(path + "/");

const watchedIn =
  (outside: Outside, again: string) =>
  <T>(name: string, work: (seen: Watch) => Promise<T>): Promise<T> =>
    outside.step(name + again, () => work(watchOf(outside)));
