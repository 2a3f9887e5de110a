/** The clinician's open page in a real browser: who waits is shown at once, and is announced once to a screen reader. */
import { mkdir } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ScenarioName } from "../../app/sandbox/oracle/clinic/scenarios.ts";
import { Browser as Guest } from "../app/sandbox/microsoft/browser.ts";
import { launchOf } from "../harness/clinician.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { looked, SHOTS } from "./looked.ts";

let deployment: Deployment;
let browser: Browser;

/** Registers a file's tests. All of them share one browser and one deployment, which does background work. */
export function onTheOpenPage(...tests: readonly (() => void)[]): void {
  describeInBrowser("who is waiting, on the open page", () => {
    beforeAll(async () => {
      await mkdir(SHOTS, { recursive: true });
      deployment = await startDeployment();
      deployment.work();
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser.close();
      await deployment.stop();
    });
    for (const each of tests) each();
  });
}

/** The visit of the page, and the patient's link into it. */
async function visitOf(page: Page) {
  const link = await page.locator("#link-patient").inputValue();
  const token = link.split("/").at(-1) ?? "";
  const claims = deployment.parts.visits.claims(token);
  const visit = claims && (await deployment.parts.visits.byId(claims.visit));
  return { token, room: visit?.meeting.joinUrl ?? "" };
}

/** Opens a scenario's visit from the chart in a new tab, as the clinician with whom it is booked. */
async function chartOf(
  context: BrowserContext,
  name: ScenarioName,
  before: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<Page> {
  const launch = await launchOf(deployment, name);
  const form = { tenant: launch.tenant, practitioner: launch.practitionerId };
  await context.request.post(deployment.sandbox.oracle.pages + "/sign-in", { form });
  const page = await context.newPage();
  await before(page);
  await page.goto(deployment.sandbox.oracle.launchUrl(launch));
  return page;
}

/** The patient of the page's visit begins to wait in Teams' lobby. @returns a function by which they leave */
async function comes(page: Page): Promise<() => Promise<unknown>> {
  const { room } = await visitOf(page);
  const guest = new Guest();
  await guest.submit(room, { do: "join-guest", name: "Pat Example" });
  return () => guest.submit(room, { do: "leave" });
}

/** The patient's link is opened, and an employee who may be the patient is in the meeting. @returns as {@link comes} */
async function isThereSignedIn(page: Page): Promise<() => Promise<unknown>> {
  const { token, room } = await visitOf(page);
  await deployment.parts.visits.noteOpened(token);
  const employee = new Guest();
  const { origin, pathname, search } = new URL(room);
  const account = "avery.park@lamna.example";
  await employee.submit(`${origin}/teams/sign-in?to=${encodeURIComponent(pathname + search)}`, { account });
  await employee.submit(room, { do: "join-account" });
  return () => employee.submit(room, { do: "leave" });
}

const shows = (page: Page, words: string | RegExp) =>
  page.locator("[data-live]").getByText(words).first().waitFor();

/** Notes the notifications and sounds that a page asks for, because a headless browser allows none. */
function noteCalls(): void {
  const called: string[] = [];
  const tags: string[] = [];
  class Shown extends EventTarget {
    static permission = "default";
    static requestPermission(): Promise<string> {
      Shown.permission = "granted";
      return Promise.resolve(Shown.permission);
    }
    constructor(title: string, options: { readonly tag: string; readonly renotify?: boolean }) {
      super();
      called.push(title);
      tags.push(options.tag + (options.renotify === true ? " again" : ""));
    }
  }
  class Tone extends OscillatorNode {
    override start(when?: number): void {
      called.push("tone");
      super.start(when);
    }
  }
  class Told extends EventSource {
    constructor(address: string) {
      super(address);
      this.addEventListener("over", () => dispatchEvent(new Event("told-over")));
    }
  }
  Object.assign(globalThis, {
    ...{ called, tags },
    ...{ Notification: Shown, OscillatorNode: Tone, EventSource: Told },
  });
}

export const hearsAt = (width: number) => (): void => {
  test(`a screen reader hears once that somebody waits, at ${String(width)} px`, async () => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    await context.addInitScript(noteCalls);
    const page = await chartOf(context, "inRoomBelow");
    await shows(page, "Nobody is waiting");
    const title = await page.title();
    await page.getByLabel("Play a sound").check();
    await page.getByLabel("Show a notification").check();
    await page.evaluate(() => {
      const said = document.querySelector("[role=status][data-live-said]");
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      if (said === null) return;
      new MutationObserver(() => void heard.push(said.textContent)).observe(said, { childList: true });
    });
    await looked(page, "waiting-nobody", width);
    const first = await comes(page);
    await shows(page, "Somebody is waiting");
    expect(await page.title()).toBe("● Somebody is waiting · " + title);
    const second = await comes(page);
    await shows(page, "2 people are waiting");
    await looked(page, "waiting-somebody", width);
    expect(await page.evaluate("heard")).toEqual(["Somebody is waiting"]);
    const called = () => page.evaluate("called.toSorted()");
    const sample = "So you are told when somebody waits";
    await expect.poll(called).toEqual([sample, "Somebody is waiting", "tone", "tone", "tone", "tone"]);
    // A notification that replaces one with the same tag is silent, unless it asks to be announced again.
    const { pathname } = new URL(page.url());
    expect(await page.evaluate("tags")).toEqual([`${pathname}#sample again`, `${pathname} again`]);
    await Promise.all([first(), second()]);
    await shows(page, "Nobody is waiting");
    expect(await page.title()).toBe(title);
    // Whoever was called for one who is alone is called again for one who waits.
    const alone = await isThereSignedIn(page);
    await shows(page, "Somebody who may be the patient is in the meeting");
    expect(await page.title()).toBe("● Somebody who may be the patient is in the meeting · " + title);
    await looked(page, "waiting-alone", width);
    const third = await comes(page);
    await shows(page, "The patient is waiting");
    expect(await page.evaluate("heard.filter(Boolean)")).toEqual([
      "Somebody is waiting",
      "Somebody who may be the patient is in the meeting",
      "The patient is waiting",
    ]);
    await Promise.all([alone(), third()]);
    await shows(page, "Nobody is waiting");
    await signsOut(page);
    const left = await chartOf(context, "inRoomBelow");
    await shows(left, "Nobody is waiting");
    await signsOutUnanswered(left);
    await context.close();
  });
};

/** The answer to a sign-out comes after the open page was told that it is over, and still is what the person reads. */
async function signsOut(page: Page): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  await page.exposeFunction("tellOver", () => {
    resolve(undefined);
  });
  await page.evaluate("addEventListener('told-over', tellOver)");
  await page.route(/\/sign-out$/, async (route) => {
    // A fetch says by itself neither from where nor for what it is.
    const headers = { ...route.request().headers(), "sec-fetch-site": "same-origin" };
    const response = await route.fetch({ headers });
    await promise;
    await route.fulfill({ response });
  });
  await page.getByRole("button", { name: "Sign out of this page" }).click();
  await page.getByRole("heading", { name: "You are signed out of this page" }).waitFor();
}

/** A sign-out was done, and its answer never comes, as after Esc: the page does not keep showing the visit. */
async function signsOutUnanswered(page: Page): Promise<void> {
  await page.clock.install();
  await page.route(/\/sign-out$/, async (route) => {
    await route.fetch({ headers: { ...route.request().headers(), "sec-fetch-site": "same-origin" } });
    await route.fulfill({ status: 204 });
  });
  const told = page.evaluate("new Promise((over) => addEventListener('told-over', over)).then(() => 0)");
  await page.getByRole("button", { name: "Sign out of this page" }).click();
  await told;
  await page.getByRole("button", { name: "Sign out of this page" }).waitFor();
  await page.clock.runFor(10_000);
  await page.getByRole("button", { name: "Sign out of this page" }).waitFor({ state: "detached" });
}

export function asks(): void {
  test("where a stream is held back, or nobody sees the page, it asks; without script it is loaded again", async () => {
    const context = await browser.newContext();
    await context.route("**/waiting/stream", () => undefined);
    const page = await chartOf(context, "startsSoon");
    await shows(page, "Nobody is waiting");
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const other = await chartOf(plain, "startsSoon");
    const hidden = await browser.newContext();
    await hidden.addInitScript(() => {
      Object.defineProperty(Document.prototype, "hidden", { get: () => true });
    });
    const unseen = await chartOf(hidden, "startsSoon", (page) => page.clock.install());
    const leaves = await comes(page);
    await shows(page, "Somebody is waiting");
    await unseen.clock.runFor(15_000);
    await shows(unseen, "Somebody is waiting");
    await other.reload();
    await shows(other, "Somebody is waiting");
    await leaves();
    await Promise.all([context.close(), plain.close(), hidden.close()]);
  });
}

/** Lets a page's waits of some seconds end at once, and notes how long each would have been. */
function noteWaits(): void {
  const waits: (number | undefined)[] = [];
  const later = globalThis.setTimeout.bind(globalThis);
  const noted = (call: () => void, milliseconds?: number) => {
    waits.push(milliseconds);
    return later(call, milliseconds !== undefined && milliseconds >= 3_000 ? 10 : milliseconds);
  };
  Object.assign(globalThis, { waits, setTimeout: noted });
}

export function asksMoreSeldom(): void {
  test("while nothing answers the page asks more and more seldom, up to once a minute, and says that it may be out of date", async () => {
    const context = await browser.newContext();
    await context.addInitScript(noteWaits);
    await context.route("**/waiting/stream", (route) => route.fulfill({ status: 503 }));
    let status = 503;
    await context.route("**/waiting", (route) =>
      status === 503 ? route.fulfill({ status }) : route.continue(),
    );
    const page = await chartOf(context, "startsSoon");
    await page.getByText("This may be out of date").waitFor();
    const longest = "waits.filter((wait) => wait === 60_000).length";
    await expect.poll(() => page.evaluate(longest)).toBeGreaterThan(2);
    const doubled = "waits.filter((wait) => [6, 12, 24, 48].includes(wait / 1000))";
    expect(await page.evaluate(doubled)).toEqual([6_000, 12_000, 24_000, 48_000]);
    status = 200;
    await page.getByText("This may be out of date").waitFor({ state: "hidden" });
    await context.close();
  });
}

export function tellsOfAMove(): void {
  test("once the visit is moved the page says that what else it shows is from before, and loads again by a click", async () => {
    const context = await browser.newContext();
    await context.addInitScript(noteWaits);
    await context.route("**/waiting/stream", (route) => route.fulfill({ status: 503 }));
    const page = await chartOf(context, "startsSoon");
    await shows(page, "Nobody is waiting");
    const words = page.getByText("This visit was moved: what else this page says is from before.");
    expect(await words.isVisible()).toBe(false);
    const link = await page.locator("#link-patient").inputValue();
    const claims = deployment.parts.visits.claims(link.split("/").at(-1) ?? "");
    if (claims === undefined) throw new Error("no visit");
    const day = deployment.clock.now().getTime() - 24 * 3_600_000;
    const times = { start: new Date(day), end: new Date(day + 1_800_000) };
    await deployment.parts.visits.moveIntoPast(claims.visit, times);
    await words.waitFor();
    // The chart has it where it was.
    await page.getByRole("link", { name: "Load it again." }).click();
    await shows(page, "Nobody is waiting");
    expect(await words.isVisible()).toBe(false);
    await context.close();
  });
}

export function tellsOfAnotherVisit(): void {
  test("once another tab leads the launch to a consult the page says so in place of who waits, and leads there by a click", async () => {
    const context = await browser.newContext();
    await context.addInitScript(noteWaits);
    await context.route("**/waiting/stream", (route) => route.fulfill({ status: 503 }));
    const page = await chartOf(context, "startsSoon");
    await shows(page, "Nobody is waiting");
    const plain = await page.title();
    const leaves = await comes(page);
    await shows(page, "Somebody is waiting");
    const other = await context.newPage();
    await other.goto(page.url());
    await other.getByText("Consult without the patient").click();
    await other.getByRole("button", { name: "Start a consult" }).click();
    await other.getByRole("heading", { name: "Consult" }).first().waitFor();
    await page.getByText("This chart was led to another visit in another tab").waitFor();
    expect(await page.locator("[data-live]").isVisible()).toBe(false);
    expect(await page.title()).toBe(plain);
    await page.getByRole("link", { name: "Load it again", exact: true }).first().click();
    await shows(page, "Nobody is waiting");
    await leaves();
    await context.close();
  });
}

export function losesTheConnector(): void {
  test("once the connector is gone the page says that it may be out of date, however often the browser tries again", async () => {
    const context = await browser.newContext();
    let tries = 0;
    await context.route("**/waiting/stream", (route) => {
      tries += 1;
      // The stream is tried again before the page gives it up.
      return tries === 1
        ? route.fulfill({ contentType: "text/event-stream", body: "retry: 300\n\n" })
        : route.abort("connectionrefused");
    });
    await context.route("**/waiting", (route) => route.abort("connectionrefused"));
    const page = await chartOf(context, "startsSoon");
    await page.getByText("This may be out of date").waitFor();
    expect(tries).toBeGreaterThan(2);
    await context.close();
  });
}

/** Keeps the page from sounding, as browsers do at first, and counts the sounds that it asked for and those still open. */
function keepSilent(): void {
  const sounds = { asked: 0, open: 0 };
  class Silent extends EventTarget {
    readonly state = "suspended";
    constructor() {
      super();
      sounds.asked += 1;
      sounds.open += 1;
    }
    resume(): Promise<void> {
      return new Promise(() => undefined);
    }
    close(): Promise<void> {
      sounds.open -= 1;
      return Promise.resolve();
    }
  }
  localStorage.setItem("waiting-sound", "yes");
  Object.assign(globalThis, { sounds, AudioContext: Silent });
}

export function cannotSound(): void {
  test("a page on which nobody has clicked says that it cannot sound, and keeps no sound open", async () => {
    const context = await browser.newContext();
    await context.addInitScript(keepSilent);
    const page = await chartOf(context, "startsSoon");
    await shows(page, "Nobody is waiting");
    const leaves = await comes(page);
    const words = page.getByText("Click here once so that this page may sound.");
    await words.waitFor();
    expect(await page.evaluate("sounds")).toEqual({ asked: 1, open: 0 });
    await words.click();
    await words.waitFor({ state: "hidden" });
    await leaves();
    await context.close();
  });
}

/** Makes the page's own notifications fail as in Chrome on Android, where only a service worker may show one. */
function showNoNotification(): void {
  function Refusing(): never {
    throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.");
  }
  Object.assign(globalThis, { Notification: Object.assign(Refusing, { permission: "granted" }) });
}

export function cannotNotify(): void {
  test("a browser that shows no notification of a page says so, and the page goes on without", async () => {
    const context = await browser.newContext();
    await context.addInitScript(showNoNotification);
    const page = await chartOf(context, "startsSoon");
    const failed: Error[] = [];
    page.on("pageerror", (error) => void failed.push(error));
    const box = page.getByLabel("Show a notification");
    await box.click();
    const words = page.getByText("This browser cannot show notifications from a page");
    await words.waitFor();
    expect(await box.isChecked()).toBe(false);
    // The choice was made in another release, or when the browser could still show notifications.
    await page.evaluate(() => {
      localStorage.setItem("waiting-notification", "yes");
    });
    await page.reload();
    await shows(page, "Nobody is waiting");
    const leaves = await comes(page);
    await shows(page, "Somebody is waiting");
    await words.waitFor();
    expect(failed).toEqual([]);
    await leaves();
    await context.close();
  });
}

export function manyCharts(): void {
  test("six charts of one browser stay usable, and each sees somebody arrive", async () => {
    const context = await browser.newContext();
    const charts = ["startsSoon", "inProgress", "inProgressBehavioral", "inRoomBelow"] as const;
    const pages: Page[] = [];
    for (const name of charts) pages.push(await chartOf(context, name));
    const [first, second] = pages;
    if (first === undefined || second === undefined) throw new Error("no charts");
    pages.push(await chartOf(context, "startsSoon"), await chartOf(context, "inProgress"));
    for (const page of pages) await shows(page, "Nobody is waiting");
    for (const page of pages) {
      await page.reload();
      await shows(page, "Nobody is waiting");
    }
    const leave = await Promise.all(pages.slice(0, charts.length).map(comes));
    // Whose link was opened a moment ago, as in another test of this file, is taken for the patient.
    for (const page of pages) await shows(page, /(Somebody|The patient) is waiting/);
    expect(await first.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(4);
    await Promise.all(leave.map((leaves) => leaves()));
    for (const page of pages) await shows(page, "Nobody is waiting");
    await context.close();
  });
}
