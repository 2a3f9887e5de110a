/**
 * The page of texts: both consents, the number with its verification, whether patients get texts, and what the texts say.
 */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Notice } from "../../../web/components.tsx";
import { proposalId } from "../../../records/proposals.ts";
import { TEXTING_ID } from "../../../records/portalTexting.ts";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { UnreadableNotice } from "../unreadableNotice.tsx";
import type { TextsShown } from "./asSet.ts";
import { ConfigurationCard } from "./configurationCard.tsx";
import { Consents } from "./consents.tsx";
import { MailCard } from "./mailCard.tsx";
import { NumberCard } from "./numberCard.tsx";
import { RulesCard } from "./rulesCard.tsx";
import { StaffCard, StaffTyped } from "./staffCard.tsx";
import { TextsTyped } from "./textsTyped.tsx";
import { LiveCard, Words } from "./wordsAndLive.tsx";

export function textsPage(pages: PortalPages, session: PortalSession, shown: TextsShown): string {
  const { isWaiting, refusal, typed, typedStaff } = shown;
  const main = (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      {typed !== undefined && <TextsTyped shown={shown} typed={typed} />}
      {typedStaff !== undefined && <StaffTyped {...shown} typedStaff={typedStaff} />}
      {isWaiting && (
        <Notice kind="info" title="A change of texts waits for a second person">
          <p>
            <a href={portalPath("proposal", proposalId({ kind: "texting", id: TEXTING_ID }))}>
              Look at the change that waits
            </a>
            . Until it is answered, texts stay as they are, and nothing else can be saved here but what only
            stops texts.
          </p>
        </Notice>
      )}
      <Consents session={session} {...shown} />
      <NumberCard {...shown} />
      <ConfigurationCard session={session} {...shown} />
      <MailCard {...shown} />
      <StaffCard {...shown} />
      <LiveCard session={session} {...shown} />
      <UnreadableNotice unreadable={shown.rulesUnreadable === undefined ? [] : [shown.rulesUnreadable]} />
      <RulesCard {...shown} />
      <Words {...shown} />
    </>
  );
  return pages({
    session,
    at: "texts",
    title: "Texts",
    main,
    scripts: ["copy.js", "progress.js"],
  });
}
