/** Whether a page of charts and tables can be read on paper, in grey, and by people who see fewer colors. */
import type { Page } from "playwright-core";

/** The width that margins of a centimetre leave of A4, at 96 pixels an inch. */
const A4_WIDTH = 718;

/**
 * What is cut off on A4, by its label: a table or chart that would have to be scrolled sideways.
 * @param path of the picture that is taken of it
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

/** As Chromium shows them. https://chromedevtools.github.io/devtools-protocol/tot/Emulation/ */
export const VISIONS = ["achromatopsia", "deuteranopia", "protanopia", "tritanopia"] as const;
/** A difference in brightness, of 255, that can be seen beside each other. */
const SEEN = 40;

/**
 * For each legend, the smallest part of the pixels in which two of its fields differ in brightness, from 0 to 1, as somebody
 * with that vision sees them.
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

/** Runs in the page, which can decode pictures. */
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
