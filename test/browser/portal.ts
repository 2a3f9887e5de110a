/**
 * A newcomer sets up a hospital that has set up nothing: in a real browser, by keyboard alone, in the steps of the
 * published document, up to a launch and a text on the patient's phone.
 */
import { mkdir } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leadsTo } from "../../app/domain/texts.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { ORACLE_TEST_TENANT, type StackChange } from "../harness/stack.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { enter, go, pick, press, tabTo } from "./keyboard.ts";
import { addDepartment, sendText, setUpTexts } from "./portalTexts.ts";
import { looked, SHOTS } from "./looked.ts";

interface Look {
  readonly width: number;
  readonly forcedColors?: "active";
}

/** Sets up and launches in the first look (a width, perhaps forced colors), and views the result in the others. */
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
      "set-up, connection, registration, department, texts, launch, by keyboard alone",
      { timeout: 600_000 },
      async () => {
        deployment = await startDeployment({ charts: [], stack: withNothing });
        deployment.work();
        try {
          const signedIn = await walk(deployment, browser, first);
          for (const look of others) await lookAround(deployment, browser, look, signedIn);
        } finally {
          await deployment.stop();
        }
      },
    );
  });
}

const withNothing: StackChange = ({ connections: _connections, departments: _departments, ...stack }) => ({
  ...stack,
  numbers: "portal",
});

async function opened(browser: Browser, { width, forcedColors }: Look, signedIn?: SignedIn) {
  const context = await browser.newContext({
    ...(signedIn && { storageState: signedIn }),
    viewport: { width, height: width === 320 ? 640 : 900 },
    ...(forcedColors && { forcedColors }),
  });
  const suffix = forcedColors === undefined ? "" : "-forced-colors";
  const see = (page: Page, name: string) => looked(page, "portal-" + name + suffix, width);
  return { context, see };
}

/** The cookies of the administrator who has set up the hospital. */
type SignedIn = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Opens each page of what was set up. */
async function lookAround(
  { url }: Deployment,
  browser: Browser,
  look: Look,
  signedIn: SignedIn,
): Promise<void> {
  const { context, see } = await opened(browser, look, signedIn);
  const page = await context.newPage();
  const pages = {
    home: "",
    "set-up": "/set-up",
    connections: "/connections",
    connection: "/connections/lakeside-test",
    form: "/connections/lakeside-test/edit",
    departments: "/departments",
    checks: "/checks",
    texts: "/texts",
    rules: "/texts/rules",
    words: "/texts/words",
    consent: "/consent",
    audit: "/audit",
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(url + "/portal" + path);
    await see(page, name);
  }
  await context.close();
}

async function walk(deployment: Deployment, browser: Browser, look: Look): Promise<SignedIn> {
  const { url, sandbox } = deployment;
  const { context, see } = await opened(browser, look);
  const portal = await context.newPage();

  // A newcomer is led from step to step.
  await portal.goto(url + "/portal");
  await see(portal, "signed-out");
  await press(portal.getByRole("link", { name: "Sign in" }));
  await press(portal.getByRole("button", { name: /Sam Brenner/ }));
  await portal.waitForURL(/\/portal\/set-up$/);
  await see(portal, "set-up");
  await press(portal.getByRole("link", { name: "Add connection" }));

  // A mistake is shown at its field, and what was typed stays.
  await see(portal, "form");
  await enter(portal.getByLabel("FHIR base URL"), "http://fhir.lamna.example");
  await press(portal.getByRole("button", { name: "Done" }));
  await portal.getByText("Nothing was saved").waitFor();
  await see(portal, "form-refused");
  await tabTo(portal.getByLabel("FHIR base URL"));
  await portal.keyboard.press("ControlOrMeta+A");
  await portal.keyboard.type(sandbox.oracle.backChannel + "/r4/" + ORACLE_TEST_TENANT);
  await enter(portal.getByLabel("Name", { exact: true }), "Lakeside test");
  await press(portal.getByRole("button", { name: "Done" }));
  await portal.locator(".panel .status").getByText("Awaiting registration").waitFor();
  await see(portal, "awaiting");

  // Somebody at Oracle registers what the connection's integration record says.
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

  // The client id that Oracle gave is entered, and the connection is turned on.
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
  await go(portal, "Checks");
  await see(portal, "checks");
  await go(portal, "Audit");
  await see(portal, "audit");

  await addDepartment(portal, see);
  const number = await setUpTexts(portal, see, deployment);

  // A clinician opens a visit of the department.
  const chart = await context.newPage();
  await chart.goto(sandbox.oracle.pages);
  await press(
    chart
      .getByRole("region", { name: /TEST/ })
      .getByRole("button", { name: /Sample/ })
      .first(),
  );
  const { participant } = await sandbox.oracle.clinic(ORACLE_TEST_TENANT).visit("startsSoon");
  const patient = participant.find(({ actor }) => actor?.reference?.startsWith("Patient/"))?.actor?.display;
  await press(chart.getByRole("link", { name: String(patient) }).first());
  await press(chart.getByRole("button", { name: /Teams/ }));
  await chart.waitForURL(/\/visits\//);
  await see(chart, "visit");
  const link = await chart.getByLabel("The patient’s link").inputValue();
  expect(link).toContain("/j/");

  // The text arrives at the patient's phone from the generated number, in the hospital's own words.
  const text = await sendText(chart, await context.newPage(), see, deployment);
  expect(leadsTo(text, link), text).toBe(true);
  expect(sandbox.communication.desk.texts.map((one) => one.kind === "text" && one.from)).toEqual([number]);
  const signedIn = await context.storageState();
  await context.close();
  return signedIn;
}
