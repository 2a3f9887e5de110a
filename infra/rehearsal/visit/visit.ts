/**
 * A visit as outsiders make it: a clinician opens it from the chart and the patient taps the link; then the same again after
 * a restart.
 */
import { launchPath, PATHS } from "../../../app/domain/addresses.ts";
import type { Clinic } from "../../../app/sandbox/oracle/clinic/clinic.ts";
import type { StackSettings } from "../../stack.ts";
import { HOSTS } from "../planes/vendors/entra.ts";
import { booked } from "./appointment.ts";
import type { BrowserPage } from "./browser.ts";
import { canaries } from "./canary.ts";
import { elementOf, textOf } from "./html.ts";
import { jobDone } from "./job.ts";
import { openFromChart } from "./launch.ts";
import { signedIn, wayBack, type Opened } from "./microsoft.ts";
import { browserOf, unexpected, watchOf, type Outside } from "./outside.ts";
import { foundAndWritten, hasOwnRound, staffInTeams } from "./ownRound.ts";
import { linkSent } from "./messages.ts";
import { platform } from "./platform.ts";
import { portal } from "./portal.ts";
import { programs } from "./programs.ts";
import { ready } from "./readiness.ts";
import { rights } from "./rights.ts";
import { Trouble } from "./steps.ts";
import { isListed, targetsOf, type Target } from "./targets.ts";
import { hasPresence, letIn, seenWaiting } from "./waiting.ts";

export type { Outside } from "./outside.ts";

/** @throws Trouble at the first step that fails */
export async function visit(outside: Outside): Promise<void> {
  const { step, azure, siteHost } = outside;
  const first = await visitedFirst(outside);
  if (first === undefined) return;
  await step("The site is started again", async () => {
    azure.appService.restart(siteHost);
    await azure.appService.settled(siteHost);
    await ready(outside);
  });
  await step("The same patient's link still leads to Teams", () => tapped(outside, first.link));
  const second = await visitedOnce(outside, first.target, " (second visit)");
  if (second !== first.link)
    throw new Trouble("After the restart the patient has another link: the store did not keep the visit.");
}

/**
 * Everything up to the restart, for every connection that can be visited.
 * @throws Trouble at the first step that fails
 */
export async function visitedFirst(outside: Outside): Promise<Visited | undefined> {
  const { step } = outside;
  await step("The site is ready: it reaches its store and its keys", () => ready(outside));
  await step("A job goes through the queue and is done", () => jobDone(outside));
  await platform(outside);
  await rights(outside);
  await step("Microsoft's sign-in knows the way back to the connector", () => wayBack(outside));
  await portal(outside);
  await programs(outside);
  const [target, ...others] = targetsOf(outside.stack);
  if (target === undefined) {
    await step("Whoever launches is told what is missing", (tell) => unconnected(outside, tell));
    return undefined;
  }
  const link = await connected(outside, target, "");
  for (const other of others) await connected(outside, other, ` (${other.connection.id})`);
  // This comes after the visits, which say more exactly what is missing.
  await canaries(outside);
  return { target, link };
}

interface Visited {
  readonly target: Target;
  /** The patient's link. */
  readonly link: string;
}

async function connected(outside: Outside, target: Target, which: string): Promise<string> {
  const { step } = outside;
  await step("Oracle Health says where to sign in" + which, (tell) => discovered(outside, target, tell));
  await step(keysReadBy(outside.stack) + which, () => published(outside, target));
  return visitedOnce(outside, target, which);
}

/** Nobody knows here from which addresses Oracle reads keys, so a site that lets in some is asked from one of those. */
const keysReadBy = (stack: StackSettings): string =>
  isListed(stack)
    ? "The connector's keys can be read from network.allow"
    : "Oracle Health can read the connector's keys";

async function unconnected(outside: Outside, tell: (words: string) => void): Promise<void> {
  const { stack, publicUrl } = outside;
  const [connection] = stack.connections ?? [];
  const path =
    connection === undefined ? PATHS.launch : launchPath(stack.environment, connection.environment);
  const address = new URL(publicUrl + path);
  if (connection !== undefined) {
    address.searchParams.set("iss", connection.fhirBaseUrl);
    address.searchParams.set("launch", "rehearsal");
  }
  const page = await (await browserOf(outside)).open(address);
  const expected =
    connection?.provider === undefined ? /must be opened from the chart|not ready for this chart/u : /./u;
  if (page.status >= 500 && connection === undefined) throw unexpected(outside, page, "words");
  if (!expected.test(textOf(page.html))) throw unexpected(outside, page, "words about what is missing");
  tell(
    connection === undefined
      ? "The stack names no chart system yet, so a visit goes no further."
      : "No department of the stack has a registered connection yet, so a visit goes no further.",
  );
}

async function discovered(
  outside: Outside,
  { connection }: Target,
  tell: (words: string) => void,
): Promise<void> {
  const system = outside.oracle.systems.find((one) => one.connection.id === connection.id);
  const browser = await browserOf(outside);
  const page = await browser.open(`${system?.at.fhirBase ?? ""}/.well-known/smart-configuration`);
  if (page.status !== 200) throw unexpected(outside, page, "where to sign in");
  tell(new URL(system?.at.authorize ?? "").host);
}

async function published(outside: Outside, { connection }: Target): Promise<void> {
  const record = outside.records.find((one) => one.connection === connection.id);
  const seen = watchOf(outside);
  const page = await (await browserOf(outside)).open(record?.jwksUrl ?? "");
  if (page.status !== 200) throw unexpected(outside, page, "the connector's keys", seen);
}

/** Makes the visit once, and returns the patient's link. */
async function visitedOnce(outside: Outside, target: Target, again: string): Promise<string> {
  const { step, oracle } = outside;
  const { department } = target;
  const launch = await booked(oracle, target);
  const opened = await openFromChart(outside, launch, again);
  const link = await step("The visit's page names the department" + again, (tell) => {
    tell(department.name);
    return linkOn(outside, opened.page, department);
  });
  await step("The patient's link leads to Teams" + again, () => tapped(outside, link));
  await step("The clinician signs in at Microsoft, and the page says who joins" + again, (tell) =>
    signedIn(outside, opened, tell),
  );
  if (again === "") await linkSent(outside, opened, target, link);
  if (hasPresence(outside) && again === "") {
    await step("Microsoft Graph gets in with what it tells, whatever that looks like", () => letIn(outside));
    await step("A patient who waits in Teams is seen on the visit's page", (tell) =>
      seenWaiting(outside, opened, link, tell),
    );
  }
  if (hasOwnRound(outside, target))
    await openedFromRooms(outside, oracle.clinic(launch.tenant), opened, link, again);
  return link;
}

/** Opens the visit by the links that the connector itself has written into the chart's rooms. */
async function openedFromRooms(
  outside: Outside,
  clinic: Clinic,
  { browser }: Opened,
  link: string,
  again: string,
): Promise<void> {
  const { step } = outside;
  const rooms = await step("The connector's round has found it, and the chart has both links" + again, () =>
    foundAndWritten(outside, clinic),
  );
  await step("The links in the chart's two rooms lead to Teams" + again, async () => {
    if (rooms.patient !== link)
      throw new Trouble("The chart has another link for the patient than the visit's page.");
    await tapped(outside, rooms.patient);
    await staffInTeams(outside, browser, rooms.provider);
  });
}

function linkOn(outside: Outside, page: BrowserPage, { name }: Target["department"]): string {
  const link = elementOf(page.html, "#link-patient")?.getAttribute("value");
  if (!textOf(page.html).includes(name)) throw unexpected(outside, page, `a page that names ${name}`);
  if (link === undefined) throw unexpected(outside, page, "a page with the patient's link");
  return link;
}

async function tapped(outside: Outside, link: string): Promise<void> {
  const isTeams = (url: URL) => url.host === HOSTS.teams;
  const seen = watchOf(outside);
  const page = await (await browserOf(outside)).open(link, isTeams);
  if (page.status !== 302 || !isTeams(page.url)) throw unexpected(outside, page, "the way to Teams", seen);
}
