/**
 * `npm run screenshots`: takes the README's pictures from the running product. It walks through a visit at an `npm start`
 * that is already running, on the default PORT or the one that is set, and writes `.github/images/`.
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium as playwright, type Browser, type Page } from "playwright-core";
import { chromium } from "./chromium.js";
import { ExplainedError } from "./local/stackFile.ts";
import { portsFrom } from "./local/sandboxStack.ts";

const WINDOW = { width: 1120, height: 700 };
const PHONE = { width: 360, height: 700 };
const folder = fileURLToPath(new URL("../.github/images/", import.meta.url));

try {
  await takeAll();
} catch (fault) {
  if (!(fault instanceof ExplainedError)) throw fault;
  process.stderr.write(fault.message + "\n");
  process.exitCode = 1;
}

async function takeAll(): Promise<void> {
  const executablePath = chromium();
  if (executablePath === undefined)
    throw new ExplainedError("There is no Chromium here: install one, or name it in CHROMIUM_PATH.");
  const { connectorUrl, sandbox } = portsFrom(process.env["PORT"]);
  const isUp = await fetch(connectorUrl + "/healthz").then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isUp)
    throw new ExplainedError(
      "Nothing answers at " + connectorUrl + ". Run npm start in another window first.",
    );
  await mkdir(folder, { recursive: true });
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await playwright.launch({ executablePath, args: ["--disable-gpu", ...root] });
  try {
    const link = await clinician(browser, "http://localhost:" + String(sandbox.oracle.pages));
    await patient(browser, link);
    await administrator(browser, connectorUrl);
  } finally {
    await browser.close();
  }
}

/**
 * Goes from the board to the visit's page.
 * @returns the patient's link
 */
async function clinician(browser: Browser, powerChart: string): Promise<string> {
  const page = await (await browser.newContext({ viewport: WINDOW })).newPage();
  await page.goto(powerChart);
  await page
    .getByRole("button", { name: /Sample/ })
    .first()
    .click();
  await page.getByRole("link", { name: "Example, Pat" }).click();
  await taken(page, "1-chart");
  await page.getByRole("button", { name: /Teams/ }).click();
  await page.waitForURL(/\/visits\//);
  const signIn = page.getByRole("link", { name: "Sign in to join" });
  if (await signIn.isVisible()) {
    await signIn.click();
    await page.getByRole("button", { name: /Robin Sample/ }).click();
    await page.getByRole("button", { name: "Yes, link this account" }).click();
  }
  const link = await page.getByLabel("The patient’s link").inputValue();
  await taken(page, "2-visit");
  return link;
}

async function patient(browser: Browser, link: string): Promise<void> {
  const page = await (await browser.newContext({ viewport: PHONE })).newPage();
  await page.goto(link.replace("/j/", "/v/"));
  await taken(page, "3-patient");
  await page.goto(link);
  await page.getByRole("textbox").first().fill("Pat");
  await page.getByRole("button", { name: /guest/i }).click();
  await page.getByText(/let you in/i).waitFor();
  await taken(page, "4-lobby");
}

async function administrator(browser: Browser, connector: string): Promise<void> {
  const page = await (await browser.newContext({ viewport: WINDOW })).newPage();
  await page.goto(connector + "/portal/sign-in?account=other&page=/portal");
  await page.getByRole("button", { name: /Sam Brenner/ }).click();
  await page.waitForURL(/\/portal$/);
  await taken(page, "5-portal");
}

/** Takes a screenshot of the page's beginning as JPEG, which keeps a clone of the repository small. */
async function taken(page: Page, name: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => {
    scrollTo(0, 0);
  });
  await page.screenshot({ path: folder + name + ".jpg", type: "jpeg", quality: 72 });
}
