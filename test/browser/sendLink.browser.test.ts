/** A link goes from the clinician's page to the patient's phone, where it is read and tapped; the page knows of a STOP. */
import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { searchedFor } from "../../app/flows/finding/knownBefore.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { ORACLE_TENANT, withSystemClients } from "../harness/stack.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { looked, SHOTS } from "./looked.ts";

let deployment: Deployment;
let browser: Browser;
beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  deployment = await startDeployment({ stack: withSystemClients });
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
    const shown = await page.getByLabel("The patient’s link").inputValue();
    expect(decodeURIComponent(String(await link.getAttribute("href")))).toBe(shown);
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

describeInBrowser("messages that go by themselves", () => {
  test.each([1280, 320])("are held back, and let go, by the keyboard too, at %i px", async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    await openChart(page);
    await page.locator("summary", { hasText: "Hold back messages" }).click();
    await looked(page, "messages-to-hold", width);
    await page.getByRole("button", { name: "Hold back the messages of this visit" }).click();
    const card = page.getByRole("region", { name: "Messages are held back" });
    await card.getByText("Call the patient about any change.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("said");
    await page.locator(".person").first().locator("summary", { hasText: "New link" }).click();
    await page.getByText(/until they are let go, none brings the new link by itself to/).waitFor();
    await looked(page, "messages-held", width);
    // From what was just said, the next stop is the button.
    await page.locator("#said").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText(/^Done\. The connector writes to the patient by itself again/).waitFor();
    expect(await card.count()).toBe(0);
    await context.close();
  });
});

/** A long time limit, because the test begins with a look at the whole chart. */
const WITHIN_MS = 360_000;

describeInBrowser("a visit that is booked on the board", () => {
  test(
    "is read on the phone, whose tap leads to the lobby; STOP, and the visit's page knows",
    async () => {
      const { sandbox } = deployment;
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const phone = await browser.newPage({ viewport: { width: 390, height: 780 } });
      deployment.work();
      await lookedAtOnce();
      const id = await somebodyNew();
      await phone.goto(sandbox.communication.pages + "/phones/" + [ORACLE_TENANT, id].join("-"));
      await phone.locator("#texts").getByText("No texts yet").waitFor();

      const chart = await context.newPage();
      await signedInAt(chart);
      await chart.goto(sandbox.oracle.pages + "/charts/" + id);
      await chart.getByLabel("Starts in minutes").fill("20");
      await chart.getByRole("button", { name: "Book" }).click();
      await chart.getByText("booked", { exact: true }).waitFor();
      await looked(chart, "booked-chart", 1280);

      await untilShown(phone, /Lamna Healthcare: Video visit .* Join: \S+ STOP to end\./);
      await looked(phone, "booked-text", 390);
      const link = phone.locator("#texts a[href*='/j/']");
      const tapped = phone.context().waitForEvent("page");
      await link.click();
      const patient = await tapped;
      await patient.getByRole("textbox").first().fill("Pat");
      await patient.getByRole("button", { name: /guest/i }).click();
      await patient
        .getByText(/let you in/i)
        .first()
        .waitFor();
      await looked(patient, "booked-lobby", 390);

      await chart.getByRole("button", { name: /Teams/ }).click();
      await chart.locator(".person").first().waitFor();
      const visit = chart.url();
      await sandbox.communication.desk.events?.settled();
      await chart.goto(visit);
      await chart.locator(".person").first().getByText("reached").first().waitFor();
      await phone.getByRole("button", { name: "STOP" }).click();
      await phone.locator("#texts").getByText("STOP", { exact: true }).first().waitFor();
      await sandbox.communication.desk.events?.settled();
      await chart.goto(visit);
      await openForm(chart);
      const person = chart.locator(".person").first();
      expect(await person.innerText()).toMatch(/has ended texts \(STOP\), and gets none/);
      await looked(chart, "booked-stopped", 1280);
      await Promise.all([context.close(), phone.context().close()]);
    },
    WITHIN_MS,
  );
});

/** Waits until the whole chart was looked at once: what is in it by then is not announced as new. */
async function lookedAtOnce(): Promise<void> {
  const { hospital, searched } = deployment.parts;
  const connection = await hospital.connection("lamna");
  if (connection === undefined) throw new Error("no connection");
  const size = async () => (await searched.of(searchedFor(connection))).size;
  await expect.poll(size, { timeout: 120_000, interval: 200 }).toBeGreaterThan(0);
}

/** The id of a patient who has a mobile phone, reads English and has no visit yet. */
async function somebodyNew(): Promise<string> {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  for (const { id, telecom, communication } of await clinic.patients()) {
    const isSpanish = communication?.[0]?.language.coding?.[0]?.code === "es";
    const has = telecom?.some(({ use, value }) => use === "mobile" && value !== undefined);
    if (has === true && !isSpanish && (await clinic.visitsOf(id)).length === 0) return id;
  }
  throw new Error("everybody has a visit");
}

/** Moves the clock on until the phone shows the words. */
async function untilShown(phone: Page, words: RegExp): Promise<void> {
  const shown = () => {
    deployment.clock.forward(1000);
    return phone.locator("#texts").innerText();
  };
  await expect.poll(shown, { timeout: 120_000, interval: 200 }).toMatch(words);
}

async function openChart(page: Page): Promise<void> {
  await signedInAt(page);
  await page.getByRole("link", { name: "Example, Pat" }).click();
  await page.getByRole("button", { name: /Teams/ }).click();
  await page.locator(".person").first().waitFor();
}

async function signedInAt(page: Page): Promise<void> {
  await page.goto(deployment.sandbox.oracle.pages);
  await page
    .getByRole("button", { name: /Sample/ })
    .first()
    .click();
}

const openForm = (page: Page) =>
  page.locator(".person").first().locator("summary", { hasText: "Send link" }).click();
