/** A form of the portal that is sent after somebody else has signed in, in a real browser. */
import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { looked, SHOTS } from "./looked.ts";

describeInBrowser("a form of the portal on a page that was shown to another account", () => {
  let deployment: Deployment;
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    deployment = await startDeployment();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await deployment.stop();
  });

  async function signIn(page: Page, name: RegExp): Promise<void> {
    await page.goto(deployment.url + "/portal");
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name }).click();
    await page.waitForURL(/\/portal/);
  }

  test.each([1280, 320])(
    "says whose it would be, and is done once that is wanted, at %i px",
    async (width) => {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      context.setDefaultTimeout(10_000);
      const form = await context.newPage();
      await signIn(form, /Sam Brenner/);
      await form.goto(deployment.url + "/portal/new-department");
      await form.getByLabel("Name").first().fill("Heart Clinic");
      const other = await context.newPage();
      // Whoever comes next signs out of everything, and takes another account.
      await context.clearCookies();
      await signIn(other, /Ines Falk/);
      await form.getByRole("button", { name: "Done" }).click();
      await form.getByText("Somebody else is signed in now").waitFor();
      await looked(form, "portal-signed-in-as-another", width);
      await form.getByRole("button", { name: "Send it in my name" }).click();
      await form.getByText("Nothing was saved").waitFor();
      expect(await form.getByLabel("Name").first().inputValue()).toBe("Heart Clinic");
      await context.close();
    },
  );
});
