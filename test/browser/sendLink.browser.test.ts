/** From the clinician's page to the patient's phone and back: the link is sent, read, tapped; STOP is known on the page. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { looked } from "./looked.ts";

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

describeInBrowser("a link that is sent from the visit's page", () => {
  test.each([1280, 320])("is read and tapped on the phone, and STOP is known, at %i px", async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    await openChart(page);
    const visit = page.url();
    const patient = page.locator(".person").first();

    await openForm(page);
    await looked(page, "send-link", width);
    await page.getByLabel(/^Text to/).check();
    await patient.getByRole("button", { name: "Send link" }).click();
    await patient.getByText(/^Handed over/).waitFor();
    await deployment.sandbox.communication.desk.events?.settled();
    await page.goto(visit);
    await patient.getByText("reached").first().waitFor();

    const phone = await context.newPage();
    await phone.goto(deployment.sandbox.communication.pages + "/phones");
    await phone.locator("#list a").first().click();
    const link = phone.locator("#texts a[href*='/j/']").last();
    expect(await link.getAttribute("href")).toBe(await page.getByLabel("The patient’s link").inputValue());
    await link.evaluate((each) => each.removeAttribute("target"));
    await link.click();
    await phone.getByRole("button", { name: /Join/ }).first().waitFor();
    expect(new URL(phone.url()).origin).toBe(new URL(deployment.sandbox.microsoft.pages).origin);

    await phone.goto(deployment.sandbox.communication.pages + "/phones");
    await phone.locator("#list a").first().click();
    await phone.getByRole("button", { name: "STOP" }).click();
    await phone.locator("#texts").getByText("STOP", { exact: true }).first().waitFor();
    await deployment.sandbox.communication.desk.events?.settled();
    await page.goto(visit);
    await openForm(page);
    expect(await patient.innerText()).toMatch(/has ended texts \(STOP\), and gets none/);
    expect(await page.getByLabel(/^Text to/).count()).toBe(0);
    await looked(page, "send-link-stopped", width);
    await phone.getByRole("button", { name: "START" }).click();
    await phone.locator("#texts").getByText("START", { exact: true }).last().waitFor();
    await deployment.sandbox.communication.desk.events?.settled();
    await context.close();
  });
});

async function openChart(page: Page): Promise<void> {
  await page.goto(deployment.sandbox.oracle.pages);
  await page
    .getByRole("button", { name: /Sample/ })
    .first()
    .click();
  await page.getByRole("link", { name: "Example, Pat" }).click();
  await page.getByRole("button", { name: /Teams/ }).click();
  await page.locator(".person").first().waitFor();
}

const openForm = (page: Page) =>
  page.locator(".person").first().locator("summary", { hasText: "Send link" }).click();
