import type { Page } from "playwright-core";
import { expect } from "vitest";
import { violationsOn } from "./axe.ts";

export const SHOTS = ".cache/screenshots";

/** Takes a screenshot for people to look at, and expects no accessibility violation. */
export async function looked(page: Page, name: string, width: number): Promise<void> {
  const taken = () =>
    page.screenshot({ path: SHOTS + "/" + name + "-" + String(width) + ".png", fullPage: true });
  // On a machine with much to do, Chromium says now and then that it is unable to, and does it a moment later.
  await taken().catch(taken);
  expect([name, await violationsOn(page)]).toEqual([name, []]);
  expect([name, await overflowing(page)]).toEqual([name, 0]);
  const burst = await page.evaluate(() =>
    [...document.querySelectorAll(".button")]
      .filter((button) => button.scrollWidth > button.clientWidth + 1)
      .map((button) => button.textContent),
  );
  expect([name, burst]).toEqual([name, []]);
}

/** How many pixels a page can be scrolled sideways. */
export const overflowing = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  );
