/**
 * The page of texts while what is set of them, or the number, cannot be read: what that means, that the number is kept, and
 * who mends it.
 */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Notice } from "../../../web/components.tsx";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody } from "../access.ts";
import { CHECK_WORDS } from "../checkWords.ts";
import { unreadableOf } from "../ownChecks.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";

/** Answers with the page; `notDone` says that what a form asked for was not done. */
export const unreadableAnswer =
  (picks: Pick<PortalPicks, "numberPurchases" | "textingNow">, pages: PortalPages) =>
  ({ response, session }: AskedBySomebody, notDone?: string): Promise<void> => {
    const { number } = picks.numberPurchases.current();
    const why = unreadableOf(picks);
    sendHtml(response, 503, unreadablePage(pages, session, { number, why, notDone }));
    return Promise.resolve();
  };

/**
 * `number` is the hospital's number, which was bought in the portal; `why` says for each row that cannot be read what is
 * wrong with it.
 */
function unreadablePage(
  pages: PortalPages,
  session: PortalSession,
  {
    number,
    why,
    notDone,
  }: {
    readonly number: string | undefined;
    readonly why: readonly string[];
    readonly notDone: string | undefined;
  },
): string {
  const { wrong, next } = CHECK_WORDS["texts-set"];
  const main = (
    <Notice kind="warning" title="What is set of texts cannot be read">
      {notDone !== undefined && <p>{notDone}</p>}
      {why.map((each) => (
        <p key={each}>{each}</p>
      ))}
      <p>{wrong}</p>
      {number !== undefined && (
        <p>
          The hospital’s number is <strong>{number}</strong>. It is recorded, and stays.
        </p>
      )}
      <p>{next}</p>
    </Notice>
  );
  return pages({ session, at: "texts", title: "Texts", main });
}
