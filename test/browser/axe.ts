import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/**
 * What axe finds on a page, by rule, with the elements. It runs in the page alone, which has no frames: for those it would
 * open a second page each time, and take twice as long.
 */
export async function violationsOn(page: Page): Promise<[rule: string, elements: string[]][]> {
  if (page.frames().length > 1) throw new Error("axe does not look into frames here, and the page has some");
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
