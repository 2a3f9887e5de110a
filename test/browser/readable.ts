/** Checks that a page of charts and tables can be read on paper, without colors, and by people who see fewer colors. */
import type { Page } from "playwright-core";

/** The width of A4 paper in pixels, less margins of a centimetre, at 96 pixels an inch. */
const A4_WIDTH = 718;

/**
 * The labels of tables and charts that A4 paper cuts off, because they are scrolled sideways.
 * @param path where a screenshot of the page is written
 */
export async function cutOffOnPaper(page: Page, path: string): Promise<readonly string[]> {
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: A4_WIDTH, height: 1000 });
  const cut = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll(".table-frame, .chart")]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.getAttribute("aria-label") ?? one.tagName),
  );
  await page.screenshot({ path, fullPage: true });
  await page.emulateMedia({ media: null });
  return cut;
}

/** The statuses that paper leaves out: they are the portal's answers, and printed pages are kept as a proof. */
export async function leftOutOnPaper(page: Page): Promise<readonly string[]> {
  await page.emulateMedia({ media: "print" });
  const left = await page.evaluate(() =>
    [...document.querySelectorAll(".status")]
      .filter((one) => getComputedStyle(one).display === "none")
      .map((one) => one.textContent),
  );
  await page.emulateMedia({ media: null });
  return left;
}

/** The kinds of vision that Chromium emulates: https://chromedevtools.github.io/devtools-protocol/tot/Emulation/ */
export const VISIONS = ["achromatopsia", "deuteranopia", "protanopia", "tritanopia"] as const;
/** The difference in brightness, on a scale of 255, from which two areas beside each other can be told apart. */
const SEEN = 40;

/**
 * For each legend on the page, how far its two most similar fields differ as seen with that kind of vision: the share of
 * pixels, from 0 to 1, in which they differ in brightness.
 */
export async function apart(page: Page, vision: (typeof VISIONS)[number]): Promise<readonly number[]> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setEmulatedVisionDeficiency", { type: vision });
  const legends = await page.locator(".legend").all();
  const smallest: number[] = [];
  for (const legend of legends) {
    const fields = await legend.locator("svg").all();
    const pictures = [];
    for (const field of fields) pictures.push((await field.screenshot()).toString("base64"));
    smallest.push(await page.evaluate(leastDifference, { pictures, seen: SEEN }));
  }
  await devtools.send("Emulation.setEmulatedVisionDeficiency", { type: "none" });
  await devtools.detach();
  return smallest;
}

/** Compares pictures. This function runs in the page, because a browser can decode them. */
async function leastDifference({
  pictures,
  seen,
}: {
  readonly pictures: readonly string[];
  readonly seen: number;
}): Promise<number> {
  const greys = await Promise.all(
    pictures.map(async (picture) => {
      const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      if (context === null) throw new Error("no canvas");
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      return Array.from({ length: data.length / 4 }, (_, at) => {
        const [red = 0, green = 0, blue = 0] = data.slice(at * 4, at * 4 + 3);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      });
    }),
  );
  const parts = greys.flatMap((one, index) =>
    greys.slice(index + 1).map((other) => {
      const differing = one.filter((grey, at) => Math.abs(grey - (other[at] ?? 0)) > seen).length;
      return differing / one.length;
    }),
  );
  return Math.min(1, ...parts);
}
