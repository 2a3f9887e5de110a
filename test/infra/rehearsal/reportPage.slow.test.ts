import AxeBuilder from "@axe-core/playwright";
import { mkdir } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { page as reportPage } from "../../../scripts/rehearse/page.tsx";
import { describeInBrowser, launchChromium } from "../../browser/chromium.ts";
import { failedInUp, failedInVisit, passed } from "./reportResults.ts";

const SHOTS = ".cache/screenshots";

let browser: Browser;

describeInBrowser("the rehearsal's page in a real browser", () => {
  beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test.each([
    { name: "passed", result: passed, width: 1280, colorScheme: "light" },
    { name: "passed", result: passed, width: 320, colorScheme: "dark" },
    { name: "failedInUp", result: failedInUp, width: 320, colorScheme: "light" },
    { name: "failedInVisit", result: failedInVisit, width: 1280, colorScheme: "dark" },
  ] as const)("$name at $width px, $colorScheme", async ({ name, result, width, colorScheme }) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    const refused: string[] = [];
    page.on("console", (message) => refused.push(message.text()));
    await page.setContent(reportPage(result));
    await page.screenshot({
      path: `${SHOTS}/rehearsal-${name}-${String(width)}-${colorScheme}.png`,
      fullPage: true,
    });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(Math.max(0, overflow)).toBe(0);
    expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe("0px");
    expect(refused).toEqual([]);
    await context.close();
  });

  test("what is copied from it is what is to be pasted, line by line", async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 900 } });
    await page.setContent(reportPage(passed));
    expect(await page.locator("ol.tasks pre").allInnerTexts()).toEqual(passed.byHand.map(({ text }) => text));
    await page.close();
  });
});
