import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TELEHEALTH_CARDIOLOGY as CARDIOLOGY } from "../../../../app/sandbox/microsoft/people.ts";
import type { MicrosoftStandIn } from "../../../../app/sandbox/microsoft/start.ts";
import { violationsOn } from "../../../browser/axe.ts";
import { describeInBrowser, launchChromium } from "../../../browser/chromium.ts";
import { field, graph, hospital } from "./hospital.ts";

const PHONE = { width: 320, height: 720 };
const DESK = { width: 1280, height: 720 };

describeInBrowser("Microsoft's pages in a browser", () => {
  let browser: Browser;
  let microsoft: MicrosoftStandIn;
  let link: string;
  beforeAll(async () => {
    browser = await launchChromium();
    microsoft = await hospital();
    const where = `/users/${CARDIOLOGY}/onlineMeetings`;
    const wish = { externalId: "visit", subject: "Video visit" };
    const made: unknown = await (await graph(microsoft, "POST", where + "/createOrGet", wish)).json();
    link = field(made, "joinWebUrl");
    await graph(microsoft, "PATCH", where + "/" + field(made, "id"), {
      lobbyBypassSettings: { scope: "organizationExcludingGuests" },
      allowedPresenters: "organization",
    });
  });
  afterAll(async () => {
    await browser.close();
    await microsoft.stop();
  });

  async function person(): Promise<Page> {
    const context = await browser.newContext({ viewport: PHONE });
    return context.newPage();
  }

  /** Expects that axe finds nothing and that the page does not scroll sideways, on a phone or a desk. */
  async function expectAccessible(page: Page): Promise<void> {
    expect(await violationsOn(page)).toEqual([]);
    for (const viewport of [DESK, PHONE]) {
      await page.setViewportSize(viewport);
      const tooWide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth");
      expect(tooWide).toBe(false);
    }
  }

  test("a patient waits and is let in while both pages stay open", async () => {
    const patient = await person();
    await patient.goto(link);
    await expectAccessible(patient);
    await patient.getByRole("button", { name: "Camera" }).click();
    await patient.getByLabel("Your name").fill("Pat Example");
    await patient.getByRole("button", { name: "Join as guest" }).click();
    await patient.getByRole("heading", { name: "Someone will let you in shortly" }).waitFor();
    await expectAccessible(patient);

    const clinician = await person();
    await clinician.goto(link);
    await clinician.getByRole("link", { name: "Sign in" }).click();
    await clinician.getByText("avery.park@lamna.example").waitFor();
    await expectAccessible(clinician);
    await clinician.getByRole("button", { name: /Avery Park/ }).click();
    await clinician.getByRole("button", { name: "Join now" }).click();
    await clinician.getByRole("heading", { name: "Waiting in the lobby (1)" }).waitFor();
    await expectAccessible(clinician);

    const interpreter = await person();
    await interpreter.goto(link);
    await interpreter.getByLabel("Your name").fill("Ines Interpreter");
    await interpreter.getByRole("button", { name: "Join as guest" }).click();
    // The open page learns of it without being reloaded.
    await clinician.getByRole("button", { name: "Admit Pat Example" }).click();
    await patient.getByRole("heading", { name: "In the meeting (2)" }).waitFor();
    await clinician.getByRole("button", { name: "Deny Ines Interpreter" }).click();
    await interpreter.getByRole("heading", { name: "Your request to join was declined" }).waitFor();
    await expectAccessible(patient);
    await expectAccessible(interpreter);

    await clinician.getByRole("button", { name: "End meeting for all" }).click();
    await patient.getByRole("heading", { name: "The meeting has ended" }).waitFor();
    for (const page of [patient, clinician, interpreter]) await page.context().close();
  });

  test("the faults page is operable at 320 px", async () => {
    const page = await person();
    await page.goto(microsoft.pages + "/faults");
    await page.getByLabel("Microsoft Graph").selectOption("503");
    await page.getByRole("button", { name: "Apply" }).click();
    await expect.poll(() => microsoft.faults.current().graph).toBe("down");
    await expectAccessible(page);
    microsoft.faults.clear();
    await page.context().close();
  });
});
