/** Somebody who has a keyboard and nothing else. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** More stops of the Tab key than any page has. */
const MOST_TABS = 150;

/** Presses Tab until the target has the focus, and checks that the focus can be seen. */
export async function tabTo(target: Locator): Promise<void> {
  const page = target.page();
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press("Tab");
    if (!(await target.evaluate((element) => element === document.activeElement))) continue;
    const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect([await target.evaluate(({ outerHTML }) => outerHTML), outline]).not.toEqual([
      expect.anything(),
      "none",
    ]);
    return;
  }
  throw new Error("no Tab leads to " + String(target));
}

/** Goes to a link or a button and presses it. */
export async function press(target: Locator): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press("Enter");
}

export async function enter(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.type(text);
}

/** Chooses one of a group of radio buttons by the arrow keys. */
export async function pick(page: Page, group: string, choice: string): Promise<void> {
  const radios = page.getByRole("group", { name: group }).getByRole("radio");
  const wanted = page.getByRole("group", { name: group }).getByLabel(choice, { exact: true });
  await tabTo(radios.first());
  await page.keyboard.press("Space");
  for (let arrows = 0; !(await wanted.isChecked()); arrows++) {
    if (arrows > (await radios.count())) throw new Error("no arrow leads to " + choice);
    await page.keyboard.press("ArrowDown");
  }
}

/** Follows an entry of the navigation, which on a narrow screen is opened by a button first. */
export async function go(portal: Page, name: string): Promise<void> {
  const menu = portal.getByRole("button", { name: "Menu" });
  if (await menu.isVisible()) await press(menu);
  await press(portal.getByRole("navigation", { name: "Portal" }).getByRole("link", { name, exact: true }));
}
