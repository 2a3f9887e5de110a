/**
 * The patient's pages in a real browser: on small screens and on paper, with large letters, few colors and a keyboard
 * alone.
 */
import { mkdir } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { minutesFromStart, servePatientPages, type PatientPages } from "../harness/patientPages.ts";
import { violationsOn } from "./axe.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";

const SHOTS = ".cache/screenshots";
const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
const SMALLEST = { width: 320, height: 568 };
const USUAL = { width: 390, height: 844 };

describeInBrowser("a patient's page in a real browser", () => {
  let browser: Browser;
  let open: PatientPages;
  let moved: PatientPages;
  let early: PatientPages;
  /** A visit whose day has the longest words in both languages: a Wednesday in September, read on the Monday before. */
  let longest: PatientPages;
  beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    browser = await launchChromium();
    open = await servePatientPages({ chart: "test" });
    moved = await servePatientPages({ chart: "test", visit: { movedFrom: minutesFromStart(-15) } });
    early = await servePatientPages({ now: minutesFromStart(-42) });
    longest = await servePatientPages({
      now: new Date("2026-09-28T20:50:00Z"),
      visit: {
        start: new Date("2026-09-30T20:50:00Z"),
        end: new Date("2026-09-30T21:40:00Z"),
        movedFrom: new Date("2026-09-23T20:50:00Z"),
        people: [
          { number: 0, role: "patient", generation: 0 },
          { number: 1, role: "interpreter", generation: 0 },
          { number: 2, role: "relative", generation: 0 },
        ],
      },
    });
  });
  afterAll(async () => {
    await browser.close();
    for (const pages of [open, moved, early, longest]) pages.stop();
  });

  async function opened(address: string, options: BrowserContextOptions & { text?: number } = {}) {
    const { text = 100, ...rest } = options;
    const context = await browser.newContext({ viewport: USUAL, userAgent: ANDROID, ...rest });
    const page = await context.newPage();
    // A person who wants larger letters sets another font size for the root element.
    await page.addInitScript(
      (size) => {
        addEventListener("DOMContentLoaded", () => (document.documentElement.style.fontSize = size));
      },
      String(text) + "%",
    );
    await page.goto(address);
    return page;
  }

  test.each([
    ["en", SMALLEST, 130],
    ["es", SMALLEST, 130],
    ["en", USUAL, 175],
    ["es", USUAL, 175],
    ["es", { width: 768, height: 1024 }, 200],
    ["en", SMALLEST, 200],
    ["es", SMALLEST, 200],
  ])(
    "in %s at %o with letters of %i percent stays on the screen, sideways",
    async (language, viewport, text) => {
      for (const [name, address, userAgent] of [
        ["visit", moved.page() + "?lang=" + language, ANDROID],
        ["early", early.page() + "?lang=" + language, ANDROID],
        ...(viewport === SMALLEST && text === 200
          ? ([
              ["longest", longest.page() + "?lang=" + language, ANDROID],
              ["interpreter", longest.page(1) + "?lang=" + language, FIREFOX],
              ["relative", longest.page(2) + "?lang=" + language, ANDROID],
            ] as const)
          : []),
        ["browser", open.link() + "?lang=" + language, FIREFOX],
        ["unknown", open.url + "/j/?lang=" + language, ANDROID],
      ] as const) {
        const page = await opened(address, { viewport, text, userAgent });
        const width = String(viewport.width);
        await page.screenshot({ path: `${SHOTS}/patient-${name}-${language}-${width}-${String(text)}.png` });
        const beyond = await page.evaluate(() =>
          [...document.querySelectorAll("body *")]
            .filter((element) => {
              const { left, right, width } = element.getBoundingClientRect();
              return width > 0 && (right > innerWidth + 0.5 || left < -0.5);
            })
            .map(({ outerHTML }) => outerHTML.slice(0, 80)),
        );
        expect([name, beyond]).toEqual([name, []]);
        await page.context().close();
      }
    },
  );

  test.each(["en", "es"])("in %s has Join on the first screen of the smallest phone", async (language) => {
    for (const pages of [open, moved]) {
      const page = await opened(pages.page() + "?lang=" + language, { viewport: SMALLEST });
      const join = await page.locator("[data-opened] .button").boundingBox();
      expect((join?.y ?? 999) + (join?.height ?? 0)).toBeLessThanOrEqual(SMALLEST.height);
      await page.context().close();
    }
  });

  test("is accessible, light, dark and with few colors", async () => {
    for (const look of [
      { colorScheme: "light" },
      { colorScheme: "dark" },
      { forcedColors: "active" },
    ] as const)
      for (const address of [moved.page(), early.page(), open.url + "/j/"]) {
        const page = await opened(address, look);
        expect([look, await violationsOn(page)]).toEqual([look, []]);
        await page.context().close();
      }
  });

  test("with few colors, Join alone is filled", async () => {
    const page = await opened(open.page(), { forcedColors: "active" });
    const background = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor);
    const [join, other, sheet] = [
      await background(".button.primary"),
      await background(".button.secondary"),
      await background(".card"),
    ];
    expect(join).not.toBe(sheet);
    expect(other).not.toBe(join);
    await page.context().close();
  });

  test("on paper has the link and the number, and nothing to press", async () => {
    const page = await opened(open.page());
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: SHOTS + "/patient-visit-print.png", fullPage: true });
    expect(await page.locator("button:visible, a.button:visible, a.language:visible").count()).toBe(0);
    expect(await page.getByText("https://visits.lamna.example/j/").isVisible()).toBe(true);
    expect(await page.locator(".on-paper").getByText("(202) 555-0142").isVisible()).toBe(true);
    await page.goto(open.url + "/j/");
    expect(await page.getByText("(202) 555-0100").isVisible()).toBe(true);
    await page.context().close();
  });

  test("counts down, opens without a reload, and says so, in the title, too", async () => {
    const page = await opened(early.page());
    const context = page.context();
    await page.close();
    const waiting = await context.newPage();
    await waiting.clock.install();
    await waiting.goto(early.page());
    await expectText(waiting, "Opens in 12 minutes.");
    expect(await waiting.getByRole("link", { name: "Join the visit" }).isVisible()).toBe(false);
    await waiting.clock.runFor(5 * 60_000);
    await expectText(waiting, "Opens in 7 minutes.");
    await waiting.clock.runFor(7 * 60_000);
    expect(await waiting.getByRole("link", { name: "Join the visit" }).isVisible()).toBe(true);
    expect(await waiting.locator("[data-left]").isVisible()).toBe(false);
    expect(await waiting.getByRole("status").first().textContent()).toBe("You can join now.");
    expect(await waiting.title()).toBe("You can join now. Your video visit · Lamna Healthcare");
    await context.close();
  });

  test("tests camera, microphone and sound, says that all is well, and keeps the keyboard's focus", async () => {
    const page = await opened(open.page(), { permissions: ["camera", "microphone"] });
    const start = page.getByRole("button", { name: "Start the test" });
    const stop = page.getByRole("button", { name: "Stop the test" });
    await start.focus();
    await page.keyboard.press("Enter");
    await expectText(page, "Camera and microphone work. You are ready.");
    await page.screenshot({ path: SHOTS + "/patient-check.png", fullPage: true });
    expect(await stop.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole("button", { name: "Play a sound" }).click();
    await expectText(page, "Did you hear three tones?");
    await stop.focus();
    await page.keyboard.press("Enter");
    await expectText(page, "The test has stopped.");
    expect(await start.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test.each([
    ["on Android", ANDROID, "then Permissions"],
    [
      "on Windows",
      ANDROID.replace("Linux; Android 10; K", "Windows NT 10.0; Win64; x64"),
      "Windows Settings",
    ],
    [
      "on an iPhone",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
      "Website Settings",
    ],
  ])("says where to allow the camera %s", async (_where, userAgent, step) => {
    const page = await opened(open.page(), { userAgent });
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("not allowed", "NotAllowedError"));
    });
    const start = page.getByRole("button", { name: "Start the test" });
    await start.focus();
    await page.keyboard.press("Enter");
    await expectText(page, step);
    expect(await start.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test("copies its link for another browser, or says how", async () => {
    const page = await opened(open.link(), { userAgent: FIREFOX, permissions: ["clipboard-write"] });
    const first = page.getByRole("listitem").first();
    await first.getByRole("button", { name: "Copy link" }).click();
    await expectText(page, "The link is copied.");
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
      Object.assign(document, { execCommand: () => false });
    });
    await first.getByRole("button", { name: "Copy link" }).click();
    await expectText(page, "press and hold it");
    expect(await page.evaluate(() => getSelection()?.toString())).toContain("/j/");
    await page.context().close();
  });
});

async function expectText(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor({ state: "visible", timeout: 20_000 });
}
