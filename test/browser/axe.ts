import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/**
 * What axe finds on a page: each rule that is broken, with the elements that break it. Frames are not looked at: no page
 * has any, and axe would need twice as long for them.
 */
export async function violationsOn(page: Page): Promise<[rule: string, elements: string[]][]> {
  if (page.frames().length > 1) throw new Error("axe does not look into frames here, and the page has some");
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
