/** A hospital that has set up nothing: a newcomer sets it up in a real browser by keyboard alone, as far as a launch. */
import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { TEST_TENANT, type StackChange } from "../harness/stack.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { enter, pick, press, tabTo } from "./keyboard.ts";
import { looked, SHOTS } from "./looked.ts";

interface Look {
  readonly width: number;
  readonly forcedColors?: "active";
}

/** Sets up and launches in the first way, and looks at what came of it in the others. */
export function newcomersAt(first: Look, ...others: readonly Look[]): void {
  describeInBrowser("a newcomer in a real browser", () => {
    let deployment: Deployment;
    let browser: Browser;
    beforeAll(async () => {
      await mkdir(SHOTS, { recursive: true });
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    test(
      "set-up, connection, registration, department, launch, by keyboard alone",
      { timeout: 300_000 },
      async () => {
        deployment = await startDeployment({ charts: [], stack: empty });
        deployment.work();
        try {
          await walk(deployment, browser, first);
          for (const look of others) await lookAround(deployment, browser, look);
        } finally {
          await deployment.stop();
        }
      },
    );
  });
}

/** As `npm start -- empty`: the stack file names neither connections nor departments. */
const empty: StackChange = ({ connections: _none, departments: _neither, ...stack }) => stack;

/** Follows an entry of the navigation, which a narrow screen has behind a button. */
async function go(portal: Page, name: string): Promise<void> {
  const menu = portal.getByRole("button", { name: "Menu" });
  if (await menu.isVisible()) await press(menu);
  await press(portal.getByRole("navigation", { name: "Portal" }).getByRole("link", { name, exact: true }));
}

async function opened(browser: Browser, { width, forcedColors }: Look) {
  const context = await browser.newContext({
    viewport: { width, height: width === 320 ? 640 : 900 },
    ...(forcedColors && { forcedColors }),
  });
  const suffix = forcedColors === undefined ? "" : "-forced-colors";
  const see = (page: Page, name: string) => looked(page, "portal-" + name + suffix, width);
  return { context, see };
}

/** What was set up, page by page. */
async function lookAround({ url }: Deployment, browser: Browser, look: Look): Promise<void> {
  const { context, see } = await opened(browser, look);
  const page = await context.newPage();
  await page.goto(url + "/portal");
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /Sam Brenner/ }).click();
  await page.waitForURL(/\/portal$/);
  const pages = {
    home: "",
    "set-up": "/set-up",
    connections: "/connections",
    connection: "/connections/lakeside-test",
    form: "/connections/lakeside-test/edit",
    departments: "/departments",
    checks: "/checks",
    audit: "/audit",
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(url + "/portal" + path);
    await see(page, name);
  }
  await context.close();
}

/** A department by its location’s id and an account that is found in the directory. */
async function makeDepartment(portal: Page, see: (name: string) => Promise<void>): Promise<void> {
  await go(portal, "Departments");
  await press(portal.getByRole("link", { name: "Add department" }));
  await press(portal.getByRole("button", { name: "Done" }));
  await portal.getByText("Nothing was saved").waitFor();
  await see("department-refused");
  await enter(portal.getByLabel("Name", { exact: true }), "Lakeside Family Medicine");
  await enter(portal.getByLabel("Phone number"), "(202) 555-0142");
  await enter(portal.getByLabel("Time zone"), "America/Chicago");
  await enter(portal.getByLabel("Locations", { exact: true }), "21000101");
  await enter(portal.getByLabel("Find accounts in the directory"), "telehealth");
  await portal.keyboard.press("Enter");
  const account = portal.getByRole("checkbox", { name: /Telehealth Primary Care/ });
  await account.waitFor();
  await see("department-accounts");
  await tabTo(account);
  await portal.keyboard.press("Space");
  await press(portal.getByRole("button", { name: "Done" }));
  await portal.getByRole("heading", { name: "Lakeside Family Medicine" }).waitFor();
  await press(portal.getByRole("button", { name: "Try the accounts now" }));
  await portal.getByText("Teams gives meetings").waitFor();
  await see("department");
}

async function walk({ url, sandbox }: Deployment, browser: Browser, look: Look): Promise<void> {
  const { context, see } = await opened(browser, look);
  const portal = await context.newPage();

  // Whoever comes first is led by the hand.
  await portal.goto(url + "/portal");
  await see(portal, "signed-out");
  await press(portal.getByRole("link", { name: "Sign in" }));
  await press(portal.getByRole("button", { name: /Sam Brenner/ }));
  await portal.waitForURL(/\/portal\/set-up$/);
  await see(portal, "set-up");
  await press(portal.getByRole("link", { name: "Add connection" }));

  // A slip is told at its field, and what was typed stays.
  await see(portal, "form");
  await enter(portal.getByLabel("FHIR base URL"), "http://fhir.lamna.example");
  await press(portal.getByRole("button", { name: "Done" }));
  await portal.getByText("Nothing was saved").waitFor();
  await see(portal, "form-refused");
  await tabTo(portal.getByLabel("FHIR base URL"));
  await portal.keyboard.press("ControlOrMeta+A");
  await portal.keyboard.type(sandbox.oracle.backChannel + "/r4/" + TEST_TENANT);
  await enter(portal.getByLabel("Name", { exact: true }), "Lakeside test");
  await press(portal.getByRole("button", { name: "Done" }));
  await portal.locator(".panel .status").getByText("Awaiting registration").waitFor();
  await see(portal, "awaiting");

  // Oracle registers what the integration record of the connection says.
  await press(portal.getByRole("link", { name: "Integration records for Oracle" }));
  await portal.getByRole("heading", { name: "Given to Oracle" }).waitFor();
  await see(portal, "integration");
  const record = (entry: string) => portal.locator("#provider-" + entry).innerText();
  const oracle = await context.newPage();
  await oracle.goto(sandbox.oracle.pages + "/console");
  await see(oracle, "console");
  await press(oracle.getByRole("link", { name: "Register an application" }));
  await enter(oracle.getByLabel("Application name"), "Teams visits");
  await pick(oracle, "Application type", "Provider");
  await pick(oracle, "Type of access", "Online");
  await pick(oracle, "Application privacy", "Confidential");
  await pick(oracle, "SMART version", "SMART v1");
  await enter(oracle.getByLabel("SMART launch URI"), await record("smart-launch-uri"));
  await enter(oracle.getByLabel("Redirect URI"), await record("redirect-uri"));
  await pick(oracle, "Proof of the application", "Its published keys (JWKS)");
  await enter(oracle.getByLabel("JWKS URI"), await record("jwks-uri"));
  const scopes = [await record("standard-scopes"), await record("user-scopes")].join(" ");
  await enter(oracle.getByLabel("Scopes"), scopes);
  await tabTo(oracle.getByRole("checkbox", { name: /TEST/ }));
  await oracle.keyboard.press("Space");
  await see(oracle, "console-registration");
  await press(oracle.getByRole("button", { name: "Register" }));
  const clientId = await oracle.locator("dt:has-text('Client id') + dd").innerText();
  await see(oracle, "console-application");

  // The client id comes back, and the connection is on.
  await press(portal.getByRole("link", { name: "The connection" }));
  await press(portal.getByRole("link", { name: "Edit" }));
  await enter(portal.getByLabel("Provider client id"), clientId);
  await press(portal.getByRole("button", { name: "Done" }));
  await portal.getByRole("heading", { name: "Lakeside test" }).waitFor();
  await portal.locator(".panel .status.good").getByText("On").waitFor();
  await see(portal, "connection");
  await go(portal, "Home");
  await portal.getByText("1 FHIR connection is on").waitFor();
  await see(portal, "home");
  await go(portal, "FHIR connections");
  await portal.getByText("1 connection", { exact: true }).waitFor();
  await see(portal, "connections");
  await makeDepartment(portal, (name) => see(portal, name));
  await go(portal, "Checks");
  await see(portal, "checks");
  await go(portal, "Audit");
  await see(portal, "audit");

  // A clinician opens a visit of the department, and of one that nobody has set up.
  const chart = await context.newPage();
  await chart.goto(sandbox.oracle.pages);
  await press(
    chart
      .getByRole("region", { name: /TEST/ })
      .getByRole("button", { name: /Sample/ })
      .first(),
  );
  const { participant } = await sandbox.oracle.clinic(TEST_TENANT).visit("startsSoon");
  const patient = participant.find(({ actor }) => actor?.reference?.startsWith("Patient/"))?.actor?.display;
  await press(chart.getByRole("link", { name: String(patient) }).first());
  await press(chart.getByRole("button", { name: /Teams/ }));
  await chart.waitForURL(/\/visits\//);
  await see(chart, "visit");
  expect(await chart.getByLabel("The patient’s link").inputValue()).toContain("/j/");
  await context.close();
}
