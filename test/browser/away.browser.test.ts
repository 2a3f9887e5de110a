/**
 * The patient's name is hidden from whoever passes by a page that nobody has touched, in a real browser whose clock is the
 * test's.
 */
import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { looked, SHOTS } from "./looked.ts";

const WIDTH = 1280;
const MINUTE_MS = 60_000;

describeInBrowser("a page that nobody touches", () => {
  let deployment: Deployment;
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    deployment = await startDeployment();
    browser = await launchChromium();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await deployment.stop();
  });

  /** A visit's page, opened from the chart in a browser whose clock stands still. */
  async function opened(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
    await page.clock.install({ time: deployment.clock.now() });
    await page.goto(deployment.sandbox.oracle.pages);
    await page
      .getByRole("button", { name: /Sample/ })
      .first()
      .click();
    await page.getByRole("link", { name: "Example, Pat" }).click();
    await page.getByRole("button", { name: /Teams/ }).click();
    await page.waitForURL(/\/visits\//);
    await page.clock.pauseAt(new Date(deployment.clock.now().getTime() + MINUTE_MS));
    await page.mouse.move(10, 10);
    return page;
  }
  const isNamed = async (page: Page) => [
    await page.locator(".banner").isVisible(),
    await page.locator("#away").isVisible(),
  ];
  const NAMED = [true, false];
  const HIDDEN = [false, true];

  test("for ten minutes hides the name, and shows it to whoever comes back", async () => {
    const page = await opened();
    await page.clock.fastForward(9 * MINUTE_MS);
    expect(await isNamed(page)).toEqual(NAMED);
    await page.mouse.move(20, 20);
    await page.clock.fastForward(9 * MINUTE_MS);
    expect(await isNamed(page)).toEqual(NAMED);
    await page.clock.fastForward(MINUTE_MS);
    expect(await isNamed(page)).toEqual(HIDDEN);
    // Whatever looks at the page waits by the page's own timers.
    await page.clock.resume();
    await looked(page, "visit-page-away", WIDTH);
    // Whoever passes by moves the mouse, too.
    await page.mouse.move(30, 30);
    expect(await isNamed(page)).toEqual(HIDDEN);
    await page.locator("#back-again").click();
    await page.waitForLoadState();
    expect(await isNamed(page)).toEqual(NAMED);
  });

  test.each(["pointermove", "keydown", "focus", "visibilitychange"])(
    "while the computer slept hides the name before a %s counts as use",
    async (event) => {
      const page = await opened();
      // No timer goes on while the computer sleeps.
      const wakesAfter = async (minutes: number) => {
        const now = await page.evaluate(() => Date.now());
        await page.clock.setSystemTime(now + minutes * MINUTE_MS);
        await page.evaluate((name) => {
          const on = name === "visibilitychange" ? document : window;
          on.dispatchEvent(new Event(name));
        }, event);
      };
      await wakesAfter(9);
      expect(await isNamed(page)).toEqual(NAMED);
      if (event === "visibilitychange") await page.mouse.move(40, 40);
      await wakesAfter(10);
      expect(await isNamed(page)).toEqual(HIDDEN);
    },
  );
});
