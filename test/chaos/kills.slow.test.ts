/**
 * Two connectors on one store are killed at any moment while visits are opened in thirty tabs, links are renewed, guests
 * are invited, visits ended and opened again. Whoever's connection was cut tries again, as a person does; nobody else is to
 * notice. CHAOS_SECONDS says for how long (20 without it); 200 kills take some five minutes.
 */
import { setTimeout as passed } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ScenarioName } from "../../app/sandbox/oracle/clinic/scenarios.ts";
import { launchFrom, launchOf, signInToPowerChart } from "../harness/clinician.ts";
import { Person, type Page } from "../harness/person.ts";
import { KILLED, startTwoProcesses, type TwoProcesses } from "./twoProcesses.ts";

const SECONDS = Number(process.env["CHAOS_SECONDS"] ?? 20);
const TABS = 30;
const GUESTS = 4;
const SCENARIOS: readonly ScenarioName[] = ["startsSoon", "inProgress", "withoutMobile"];

let two: TwoProcesses;
let kills = 0;
/** Every answer that is an error and not merely a cut connection. */
const wrong: string[] = [];
beforeAll(async () => {
  two = await startTwoProcesses();
  await two.calm();
});
afterAll(() => two.stop());

/** The page; undefined when the connection was cut. */
async function tried(what: string, act: () => Promise<Page>): Promise<Page | undefined> {
  const page = await act().catch(() => undefined);
  if (page === undefined || page.status === KILLED) return undefined;
  if (page.status !== 200)
    wrong.push(`${what}: ${String(page.status)} ${/<h1>([^<]+)/.exec(page.html)?.[1] ?? ""}`);
  return page;
}

async function untilPage(what: string, act: () => Promise<Page>): Promise<Page> {
  for (;;) {
    const page = await tried(what, act);
    if (page !== undefined) return page;
  }
}

const inTabs = async (count: number, what: string, act: () => Promise<Page>) =>
  (await Promise.all(Array.from({ length: count }, () => tried(what, act)))).filter(
    (page) => page !== undefined,
  );

const linkIn = ({ html }: Page) => /id="link-patient"[^>]*value="([^"]+)"/.exec(html)?.[1];
const guestsIn = ({ html }: Page) =>
  [...html.matchAll(/id="link-\d+"[^>]*value="([^"]+)"/g)].map(([, link = ""]) => link);

/**
 * The fields of the page's form for a new link of the patient. They are read there, because the patient's number may
 * change.
 */
function newLinkForm({ html }: Page): Record<string, string> {
  const [, form = ""] = /action="[^"]*\/links">(.*?)<\/form>/s.exec(html) ?? [];
  return Object.fromEntries(
    [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

async function tap(link: string): Promise<number> {
  for (;;) {
    const answer = await fetch(link, { redirect: "manual", headers: { "user-agent": EDGE } }).catch(
      () => undefined,
    );
    if (answer !== undefined && answer.status !== KILLED) return answer.status;
  }
}
const EDGE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";

/** A clinician who is about to load a visit's page for the first time. A launch that is cut off is begun anew. */
async function beforeTheVisit(
  scenario: ScenarioName,
): Promise<{ readonly person: Person; readonly address: URL }> {
  for (;;) {
    const person = new Person();
    const launch = await launchOf(two, scenario);
    await signInToPowerChart(two, person, launch);
    const there = await person
      .open(two.sandbox.oracle.launchUrl(launch), ({ pathname }) => pathname.startsWith("/visits/"))
      .catch(() => undefined);
    if (there?.url.pathname.startsWith("/visits/") === true) return { person, address: there.url };
  }
}

/** What one clinician does with one visit, again and again. @returns the links that were replaced */
async function shift(scenario: ScenarioName, isOver: () => boolean): Promise<readonly string[]> {
  const seen = new Set<string>();
  let good = "";
  do {
    const { person, address } = await beforeTheVisit(scenario);
    const act = (path: string, fields: Record<string, string> = {}) =>
      person.send(address.href + "/" + path, fields);
    const settled = async () => {
      const page = await untilPage("page", () => person.open(address));
      for (const link of [linkIn(page)]) if (link !== undefined) seen.add(link);
      good = linkIn(page) ?? good;
      return page;
    };

    const first = await inTabs(TABS, "first load", () => person.open(address));
    expect(new Set(first.map(linkIn)).size).toBeLessThanOrEqual(1);
    const newLink = newLinkForm(await settled());

    const renewed = await inTabs(TABS, "new link", () => act("links", newLink));
    expect(new Set(renewed.map(linkIn)).size).toBeLessThanOrEqual(1);
    for (const link of renewed.map(linkIn)) if (link !== undefined) seen.add(link);
    await settled();
    for (const link of [...seen].slice(-3))
      expect([link === good, await tap(link)]).toEqual([link === good, link === good ? 302 : 410]);

    const before = guestsIn(await settled()).length;
    if (before + GUESTS <= 20) {
      const invited = await inTabs(GUESTS, "invitation", () => act("invitations", { role: "guest" }));
      const after = guestsIn(await settled()).length;
      expect(after - before).toBeGreaterThanOrEqual(invited.length);
      expect(after - before).toBeLessThanOrEqual(GUESTS);
    }

    await untilPage("end", () => act("end"));
    expect(await tap(good)).toBe(410);
    await untilPage("reopening", () => act("reopening"));
    expect(await tap(good)).toBe(302);
  } while (!isOver());
  return [...seen].filter((link) => link !== good);
}

test(
  "nobody but who was cut off notices, nothing is lost, and what was revoked stays revoked",
  { timeout: (SECONDS + 100) * 1000 },
  async () => {
    let isOver = false;
    const killing = (async () => {
      const until = performance.now() + SECONDS * 1000;
      while (performance.now() < until) {
        await passed(200 + Math.random() * 1_500);
        two.kill(Math.floor(Math.random() * 2));
        kills++;
      }
      isOver = true;
    })();
    const revoked = (await Promise.all(SCENARIOS.map((scenario) => shift(scenario, () => isOver)))).flat();
    await killing;
    await two.calm();

    expect(wrong).toEqual([]);
    for (const link of revoked) expect(await tap(link)).toBe(410);
    // The meetings of canary visits do not count.
    const meetings = two.sandbox.microsoft
      .meetings()
      .filter(({ externalId }) => externalId?.startsWith("canary-") !== true);
    expect(meetings).toHaveLength(SCENARIOS.length);
    expect(new Set(meetings.map(({ externalId }) => externalId)).size).toBe(SCENARIOS.length);
    expect(two.logged.filter((line) => line.includes('"reason":"unexpected"'))).toEqual([]);
    const visit = await launchFrom(two, new Person(), await launchOf(two, "startsSoon"));
    expect(visit.status).toBe(200);
    process.stdout.write(`${String(kills)} kills, ${String(revoked.length)} links revoked\n`);
  },
);
