/** The page of one change that waits: what it changes from which value to which, and the answers to it. */
import type { Plain } from "../../../domain/auditChain.ts";
import type { PortalRight } from "../../../domain/portalRights.ts";
import { memberChanges } from "../../../domain/memberChanges.ts";
import { portalConnections } from "../../../records/portalConnections.ts";
import { waitsUntil, type Proposal } from "../../../records/proposals.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { Setting } from "../../../records/settings.ts";
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { Button, ButtonLink, Card, DefinitionList, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { memberWords } from "../auditWords.ts";
import { ComparisonTable } from "../comparisonTable.tsx";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import type { PortalPages } from "../pages.tsx";
import { Person } from "../people.tsx";
import { momentOf, type Refusal } from "./approvalsPage.tsx";
import { namedWords, titleOf, whichOf, type ProposalNames } from "./named.ts";
import { proposedWords } from "./proposedWords.ts";
import { PostForm } from "../postForm.tsx";
import { unreadableWords } from "../unreadable.ts";

export function proposalPage(
  pages: PortalPages,
  session: PortalSession,
  shown: {
    readonly proposal: Setting<Proposal>;
    /** The setting as it is now; undefined if there is none. */
    readonly now: Setting<unknown> | undefined;
    /** That setting, where its row cannot be read. */
    readonly unreadable: UnreadableSetting | undefined;
    readonly names: ProposalNames;
    /** The right that whoever approves it needs. */
    readonly needs: PortalRight;
    readonly refusal: Refusal | undefined;
  },
): string {
  const { proposal, now, unreadable, names, needs, refusal } = shown;
  const { of, action, by, reason } = proposal.value;
  const isStale = unreadable === undefined && now?.revision !== shownBy(of);
  const mayBeApproved = unreadable === undefined && !isStale;
  const main = (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      {unreadable !== undefined && <BeneathUnreadable unreadable={unreadable} />}
      {isStale && <Stale proposal={proposal} isThere={now !== undefined} />}
      <Card>
        <DefinitionList
          entries={[
            ["Change", proposedWords(action)],
            ["Of", whichOf(proposal.value, names)],
            ["Proposed by", <Person key="by" objectId={by} names={names.people} session={session} />],
            ["Proposed at", momentOf(proposal.changedAt) + " (UTC)"],
            ["Waits until", momentOf(waitsUntil(proposal)) + " (UTC); then it is taken away"],
            ...(reason === undefined ? [] : [["Reason", reason] as const]),
          ]}
        />
        <Difference of={of} now={isStale ? now?.value : undefined} {...{ isStale, names }} />
        <Answers
          {...{ proposal, mayBeApproved, needs, session }}
          isOwn={by === session.administrator.objectId}
        />
      </Card>
    </>
  );
  return pages({
    session,
    at: "approvals",
    title: titleOf(proposal.value, names) + ": a change waits",
    main,
  });
}

const BeneathUnreadable = ({ unreadable }: { readonly unreadable: UnreadableSetting }) => (
  <Notice kind="warning" title="What it changes cannot be read, so nobody can approve it now">
    <p>{unreadableWords(unreadable)}</p>
  </Notice>
);

/** The revision that it is based on. Sign-in addresses have none: the server is asked again on approval. */
const shownBy = (of: Proposal["of"]): number | undefined => ("shown" in of ? of.shown : undefined);

function Stale({ proposal, isThere }: { readonly proposal: Setting<Proposal>; readonly isThere: boolean }) {
  const { of } = proposal.value;
  return (
    <Notice kind="warning" title="It was changed by somebody else since this was proposed">
      {shownBy(of) === undefined ? (
        <p>This id has been taken since. Reject this change, and propose it with another id.</p>
      ) : !isThere ? (
        <p>It no longer exists. Reject this change.</p>
      ) : (of.kind === "connection" || of.kind === "department") && of.after !== undefined ? (
        <>
          <p>
            Nothing of the proposal is lost, and nothing that was changed is overwritten. The form of the{" "}
            {of.kind} holds both: look it over, and propose it anew.
          </p>
          <p>
            <a href={portalPath(FORM_OF[of.kind], of.id)}>Go on with it in the form</a>
          </p>
        </>
      ) : (
        <p>Reject this change, and propose it anew if it is still right.</p>
      )}
    </Notice>
  );
}

const FORM_OF = { connection: "connectionForm", department: "departmentForm" } as const;

function Difference(props: {
  readonly of: Proposal["of"];
  readonly now: unknown;
  readonly isStale: boolean;
  readonly names: ProposalNames;
}) {
  const { of, now, isStale, names } = props;
  const hidden = of.kind === "connection" ? portalConnections.hidden : [];
  const proposed = memberChanges(of.before, of.after, hidden);
  const since = isStale ? memberChanges(of.before, now as Plain | undefined, hidden) : [];
  const members = [...new Set([...proposed, ...since].map(({ member }) => member))];
  const heads = ["Field", "When it was proposed", "Proposed", ...(isStale ? ["Now"] : [])] as const;
  if (members.length === 0) return <p>It changes nothing that the setting has now.</p>;
  return (
    <ComparisonTable
      label="What it changes"
      heads={heads}
      rows={members.map((member) => {
        const own = proposed.find((each) => each.member === member);
        const other = since.find((each) => each.member === member);
        const words = (value: string | undefined) => namedWords(of, member, value, names);
        const told = (to: string | undefined) => (to === undefined ? "taken away" : words(to));
        return [
          memberWords(member),
          words((own ?? other)?.from),
          own === undefined ? "Not changed by it" : told(own.to),
          ...(isStale ? [other === undefined ? words(own?.from) : told(other.to)] : []),
        ];
      })}
    />
  );
}

function Answers(props: {
  readonly proposal: Setting<Proposal>;
  readonly isOwn: boolean;
  readonly mayBeApproved: boolean;
  readonly needs: PortalRight;
  readonly session: PortalSession;
}) {
  const { proposal, isOwn, mayBeApproved, needs, session } = props;
  const mayApprove = session.rights.includes(needs);
  const shown = <input type="hidden" name="revision" value={String(proposal.revision)} />;
  return (
    <>
      {isOwn && <p class="quiet">You proposed it: another administrator has to approve it.</p>}
      {!isOwn && !mayApprove && (
        <GlobalAdministratorOnly
          says="Only a Global Administrator may do this, so only a Global Administrator approves it. Every administrator may reject it."
          session={session}
          page={portalPath("proposal", proposal.id)}
        />
      )}
      <div class="actions">
        {!isOwn && mayBeApproved && mayApprove && (
          <PostForm action={portalPath("approveProposal", proposal.id)}>
            {shown}
            <Button>Approve it</Button>
          </PostForm>
        )}
        <PostForm action={portalPath("rejectProposal", proposal.id)}>
          {shown}
          <Button weight="danger">{isOwn ? "Take it back" : "Reject it"}</Button>
        </PostForm>
        <ButtonLink href={portalPath("approvals")} weight="secondary">
          Back to the list
        </ButtonLink>
      </div>
    </>
  );
}
