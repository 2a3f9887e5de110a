/**
 * A change in the portal that waits for a second person, as decision 65 has it: whoever else may make it approves it.
 */
import { PATHS } from "../../../app/domain/addresses.ts";
import { approvalsOf } from "../../../app/domain/defaults.ts";
import { OF_PORTAL } from "../planes/oracle/chartSystems.ts";
import type { Browser, BrowserPage } from "./browser.ts";
import { elementOf } from "./html.ts";
import { unexpected, watchOf, type Outside } from "./outside.ts";

const APPROVALS = PATHS.portal + "/approvals";
/** The page of the portal's own connection's change, of which one waits at a time. */
const PROPOSAL = APPROVALS + "/connection." + OF_PORTAL.id;

export const isSecondPersonAsked = ({ stack }: Outside): boolean => approvalsOf(stack.approvals).secondPerson;

/**
 * @param second the browser of somebody else than who has made the change
 * @param page where whoever made the change was led
 * @throws Trouble
 */
export async function approved(outside: Outside, second: Browser, page: BrowserPage): Promise<void> {
  const seen = watchOf(outside);
  if (page.status !== 200 || page.url.pathname !== PROPOSAL)
    throw unexpected(outside, page, "the page of the change that waits for a second person", seen);
  const after = await answered(outside, second, "approve");
  if (after?.status !== 200 || after.url.pathname !== APPROVALS)
    throw unexpected(outside, after ?? page, "the list of changes, after the second person's approval", seen);
}

/**
 * Takes back what waits since a visit that ended before it was approved; without such a change it does nothing.
 * @throws Trouble
 */
export async function takenBack(outside: Outside, browser: Browser): Promise<void> {
  const seen = watchOf(outside);
  const after = await answered(outside, browser, "reject");
  if (after !== undefined && after.status !== 200)
    throw unexpected(outside, after, "the list of changes, without the one that was taken back", seen);
}

/** What the form of the change's page leads to; undefined where no change waits. The page itself, if it has no such form. */
async function answered(
  { publicUrl }: Outside,
  browser: Browser,
  answer: "approve" | "reject",
): Promise<BrowserPage | undefined> {
  const page = await browser.open(publicUrl + PROPOSAL);
  if (page.url.pathname === APPROVALS) return undefined;
  const action = `${PROPOSAL}/${answer}`;
  const form = elementOf(page.html, `form[action="${action}"]`);
  if (form === undefined) return page;
  const revision = form.querySelector("input[name=revision]")?.getAttribute("value") ?? "";
  return browser.send(publicUrl + action, new URLSearchParams({ revision }));
}
