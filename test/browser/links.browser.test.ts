/** The clinician's list of links in a real browser: copied by one button, or shown and selected where that fails. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { violationsOn } from "./axe.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";

let deployment: Deployment;
let browser: Browser;
beforeAll(async () => {
  deployment = await startDeployment();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await deployment.stop();
});

describeInBrowser("the links of a visit", () => {
  test.each([1280, 320])("are copied by whose they are, at %i px", async (width) => {
    const context = await browser.newContext({
      viewport: { width, height: 700 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    await page.goto(deployment.sandbox.oracle.pages);
    await page
      .getByRole("button", { name: /Sample/ })
      .first()
      .click();
    await page.getByRole("link", { name: "Example, Pat" }).click();
    await page.getByRole("button", { name: /Teams/ }).click();
    await page.getByLabel("Who else joins?").selectOption("interpreter");
    await page.getByRole("button", { name: "Make a link" }).click();
    const row = page.locator(".person", { has: page.locator("#said") });
    const guest = (await row.locator("p .quiet").innerText()).toLowerCase();

    await page.getByRole("button", { name: "Copy patient’s link" }).click();
    await expectSaid(page, "The link of the patient is copied");
    expect(await clipboard(page)).toBe(await page.getByLabel("The patient’s link").inputValue());
    const link = page.getByLabel("The link of " + guest);
    expect(await link.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Copy link of " + guest }).click();
    await expectSaid(page, `The link of ${guest} is copied`);
    expect(await clipboard(page)).toBe(await link.inputValue());
    expect(await link.isVisible()).toBe(false);

    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
      Object.assign(document, { execCommand: () => false });
    });
    await page.getByRole("button", { name: "Copy link of " + guest }).click();
    await expectSaid(page, "Could not copy. The link is selected: press Ctrl+C.");
    expect(await link.isVisible()).toBe(true);
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(await link.inputValue());
    expect(await violationsOn(page)).toEqual([]);
    await context.close();
  });
});

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** One of all the places where it could be said. */
async function expectSaid(page: Page, text: string): Promise<void> {
  await page.getByText(text).waitFor({ state: "visible", timeout: 20_000 });
  expect((await page.locator(".copy-said").allInnerTexts()).filter((said) => said !== "")).toEqual([text]);
}
