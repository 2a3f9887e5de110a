/**
 * The links on the clinician's page, in a real browser. A button copies a link; where that fails, the link is shown and
 * selected. A colleague's link is tried before it opens.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invite, NAVIGATION } from "../app/flows/staff/colleague.ts";
import { launchEarly } from "../harness/clinician.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { Person } from "../harness/person.ts";
import { violationsOn } from "./axe.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { overflowing } from "./looked.ts";

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
    await openedFromChart(page);
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

    // The notice of what was just done is near the button that did it.
    await page.getByLabel("Who else joins?").selectOption("relative");
    await page.getByRole("button", { name: "Make a link" }).click();
    const made = page.locator(".person", { has: page.locator("#said") });
    expect((await made.getByRole("button").first().boundingBox())?.y).toBeGreaterThanOrEqual(0);

    await page.emulateMedia({ media: "print" });
    expect(await page.locator("button:visible, a.button:visible, input:visible").count()).toBe(0);
    expect(await page.getByText(await link.inputValue(), { exact: true }).isVisible()).toBe(true);
    await page.emulateMedia({ media: null });

    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
      Object.assign(document, { execCommand: () => false });
    });
    await page.getByRole("button", { name: "Copy link of " + guest }).click();
    await expectSaid(page, "Could not copy. The link is selected: press Ctrl+C.");
    expect(await link.isVisible()).toBe(true);
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(await link.inputValue());
    expect(await violationsOn(page)).toEqual([]);

    // In letters of twice the size, with all that is folded open, and a patient whose name is one long word.
    await page.evaluate((name) => {
      document.documentElement.style.fontSize = "200%";
      for (const folded of document.querySelectorAll("details")) folded.open = true;
      document.querySelector(".banner-name")?.replaceChildren(name);
    }, "Hohenstaufen-Lüdenscheidtschneidermeister, Wilhelmine");
    expect(await overflowing(page)).toBe(0);
    await context.close();
  });
});

describeInBrowser("a clinician who has just opened the visit", () => {
  test("sees who waits on a screen of 1024 by 600", async () => {
    const page = await (await browser.newContext({ viewport: { width: 1024, height: 600 } })).newPage();
    await openedFromChart(page);
    await page.getByRole("link", { name: "Sign in to join" }).click();
    await page.getByRole("button", { name: /Robin Sample/ }).click();
    await page.getByRole("button", { name: "Yes, link this account" }).click();
    await page.getByText("You join as").waitFor();
    // Somebody in a hurry clicks twice: one tab opens. The page says which clicks were let through, since a browser may
    // tell of a new tab, and of a second one, long after the click.
    await page.evaluate(() => {
      addEventListener("click", (event) => {
        document.body.dataset["clicks"] =
          `${document.body.dataset["clicks"] ?? ""}${event.defaultPrevented ? "held " : "opens "}`;
      });
    });
    const tab = page.context().waitForEvent("page");
    await page.getByRole("link", { name: "Join in Teams" }).dblclick();
    await tab;
    expect(await page.locator("body").getAttribute("data-clicks")).toBe("opens held ");
    await page.goto(page.url().split("?")[0] ?? "");
    const waits = await page.locator("[data-live]").boundingBox();
    expect((waits?.y ?? 999) + 51).toBeLessThanOrEqual(600);
    await page.context().close();
  });
});

describeInBrowser("a button while a slow chart works", () => {
  test("says so, and is pressed once", async () => {
    const page = await browser.newPage();
    await openedFromChart(page);
    await page.getByLabel("Who else joins?").selectOption("interpreter");
    const sent: string[] = [];
    const answered = Promise.withResolvers<undefined>();
    await page.route("**/invitations", async (route) => {
      sent.push(route.request().method());
      await answered.promise;
      await route.continue();
    });
    const make = page.getByRole("button", { name: "Make a link" });
    // While the chart is asked, the browser shows the page still, and Playwright waits: so the page looks at itself.
    await make.evaluate((button: HTMLButtonElement) => {
      button.form?.addEventListener("submit", () => {
        setTimeout(() => {
          sessionStorage.setItem("pressed", [button.disabled, button.hasAttribute("aria-busy")].join(" "));
          button.form?.requestSubmit();
        }, 50);
      });
    });
    await make.click({ noWaitAfter: true });
    await expect.poll(() => sent).toEqual(["POST"]);
    setTimeout(answered.resolve, 300);
    await page.locator("#said").waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem("pressed"))).toBe("true true");
    expect(sent).toEqual(["POST"]);
    expect(await make.isEnabled()).toBe(true);
    await page.close();
  });
});

describeInBrowser("a colleague with a link that is not open yet", () => {
  test("sees the minutes go by, and the button when it opens", async () => {
    const context = await browser.newContext({ userAgent: NAVIGATION["user-agent"] });
    const page = await context.newPage();
    const faults: Error[] = [];
    page.on("pageerror", (fault) => faults.push(fault));
    const clinician = new Person();
    const link = await invite(clinician, await launchEarly(deployment, clinician), "colleague");
    await page.clock.install();
    await page.goto(link);
    const early = page.locator("[data-opens-in]");
    const left = Number(await early.getAttribute("data-opens-in"));
    const join = page.getByRole("link", { name: "Sign in to join" });
    expect(await join.isVisible()).toBe(false);
    await page.clock.runFor(left - 90_000);
    await page.getByText("Opens in 2 minutes.").waitFor();
    await page.clock.runFor(90_000);
    expect(await join.isVisible()).toBe(true);
    expect(await page.getByRole("status").textContent()).toBe("You can join now.");
    expect(faults).toEqual([]);
    await context.close();
  });
});

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** One of the notices is the only one that says something. */
async function expectSaid(page: Page, text: string): Promise<void> {
  await page.getByText(text).waitFor({ state: "visible", timeout: 20_000 });
  expect((await page.locator(".copy-said").allInnerTexts()).filter((said) => said !== "")).toEqual([text]);
}

async function openedFromChart(page: Page): Promise<void> {
  await page.goto(deployment.sandbox.oracle.pages);
  await page
    .getByRole("button", { name: /Sample/ })
    .first()
    .click();
  await page.getByRole("link", { name: "Example, Pat" }).click();
  await page.getByRole("button", { name: /Teams/ }).click();
}
