/**
 * Walks through a visit in a real browser of a given width. Of each page a screenshot is taken, and none may scroll
 * sideways or break a rule of axe.
 */
import { mkdir } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { looked, SHOTS } from "./looked.ts";

let deployment: Deployment;
let browser: Browser;

/** Starts a deployment and a browser for the tests of a block. */
function withBrowser(): void {
  beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    deployment = await startDeployment();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await deployment.stop();
  });
}

export function walksAt(...widths: readonly number[]): void {
  describeInBrowser("a visit in a real browser", () => {
    withBrowser();
    test.each(widths)("board, launch, sign-in, Teams, phone, lobby, admitted, at %i px", async (width) => {
      const viewport = { width, height: width === 320 ? 640 : 900 };
      const powerChart = await browser.newContext({ viewport });
      const own = await browser.newContext({ viewport });
      const phone = await browser.newContext({
        viewport: { width: Math.min(width, 390), height: 780 },
        permissions: ["camera", "microphone"],
      });
      const leaving = await underCitrix(powerChart, own);

      // The clinician opens the visit from the chart.
      const chart = await powerChart.newPage();
      await chart.goto(deployment.sandbox.oracle.pages);
      await looked(chart, "powerchart-sign-in", width);
      await chart
        .getByRole("button", { name: /Sample/ })
        .first()
        .click();
      await looked(chart, "powerchart-schedule", width);
      await chart.getByRole("link", { name: "Example, Pat" }).click();
      await looked(chart, "powerchart-chart", width);
      await chart.getByRole("button", { name: /Teams/ }).click();
      await chart.waitForURL(/\/visits\//);
      await expectVisible(chart, "Example, Pat");
      await looked(chart, "visit-page", width);
      // WCAG 2.2, 2.5.8: a target is at least 24 pixels high.
      const call = await chart.locator(".banner a").boundingBox();
      expect(call?.height).toBeGreaterThanOrEqual(24);
      const link = await chart.getByLabel("The patient’s link").inputValue();

      // The clinician signs in at Microsoft in the same window, and is asked before the account is linked.
      if (await chart.getByRole("link", { name: "Sign in to join" }).isVisible()) {
        await chart.getByRole("link", { name: "Sign in to join" }).click();
        await looked(chart, "microsoft-sign-in", width);
        await chart.getByRole("button", { name: /Robin Sample/ }).click();
        await looked(chart, "account-question", width);
        await chart.getByRole("button", { name: "Yes, link this account" }).click();
      }
      await expectVisible(chart, "You join as");
      await looked(chart, "visit-page-linked", width);

      // The patient taps the link on a phone and waits.
      const patient = await phone.newPage();
      await patient.goto(link.replace("/j/", "/v/"));
      await looked(patient, "patient-visit", width);
      await patient.goto(link);
      await looked(patient, "teams-join", width);
      await patient.getByRole("textbox").first().fill("Pat");
      await patient.getByRole("button", { name: /guest/i }).click();
      await expectVisible(patient, /let you in/i);
      await looked(patient, "teams-lobby", width);

      // Join opens Teams in the clinician's own browser, and the visit's page stays open in PowerChart.
      await chart.getByRole("link", { name: "Join in Teams" }).click();
      const teams = await leaving.page;
      expect(chart.url()).toMatch(/\/visits\//);
      await joinAsStaff(teams);
      await looked(teams, "teams-room", width);
      await teams
        .getByRole("button", { name: /^Admit\b(?! all)/ })
        .first()
        .click();
      await expectVisible(patient, /In the meeting/i);
      await looked(patient, "teams-admitted", width);

      await Promise.all([powerChart.close(), own.close(), phone.close()]);
    });
  });
}

export function otherPages(): void {
  describeInBrowser("a clinician's other pages in a real browser", () => {
    withBrowser();
    test("a page that went wrong, and the choice between two visits, are readable too", async () => {
      const { oracle } = deployment.sandbox;
      const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
      const page = await context.newPage();
      await page.goto(
        deployment.url + "/launch/provider?iss=https%3A%2F%2Felsewhere.example%2Fr4%2Fx&launch=1",
      );
      await looked(page, "fault-unknown-chart-system", 320);
      await page.goto(deployment.url + "/j/" + "A".repeat(38));
      await looked(page, "patient-unknown-link", 320);
      await page.goto(oracle.pages + "/faults");
      await looked(page, "oracle-faults", 320);
      await page.goto(deployment.sandbox.microsoft.pages + "/faults");
      await looked(page, "microsoft-faults", 320);
      await context.close();
    });
  });
}

/** PowerChart offers its pages the function APPLINK, which opens an address in another browser with cookies of its own. */
async function underCitrix(
  powerChart: BrowserContext,
  own: BrowserContext,
): Promise<{ readonly page: Promise<Page> }> {
  const opened = Promise.withResolvers<Page>();
  await powerChart.exposeFunction("APPLINK", async (_kind: number, address: string) => {
    const page = await own.newPage();
    await page.goto(address);
    opened.resolve(page);
  });
  return { page: opened.promise };
}

async function joinAsStaff(teams: Page): Promise<void> {
  await teams.getByRole("link", { name: "Sign in" }).click();
  await teams.getByRole("button", { name: /Robin Sample/ }).click();
  await teams.getByRole("button", { name: "Join now" }).click();
}

async function expectVisible(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ state: "visible" });
}
