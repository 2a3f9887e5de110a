/** The page that says whether a second person is needed, and lists the changes that wait for one. */
import { PROPOSAL_DAYS, waitsUntil, type Proposal } from "../../../records/proposals.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { Setting } from "../../../records/settings.ts";
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { Button, Card, Notice, Unseen } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import { ListTable } from "../listTable.tsx";
import { Person } from "../people.tsx";
import { whichOf, type ProposalNames } from "./named.ts";
import { proposedWords } from "./proposedWords.ts";
import { PostForm } from "../postForm.tsx";
import { UnreadableNotice } from "../unreadableNotice.tsx";

export interface Refusal {
  readonly title: string;
  readonly says: string;
}

export function approvalsPage(
  pages: PortalPages,
  session: PortalSession,
  shown: {
    readonly isAsked: boolean;
    readonly waiting: readonly Setting<Proposal>[];
    /** The changes that wait and cannot be read. */
    readonly unreadable: readonly UnreadableSetting[];
    /** Whether a second person is needed, where that cannot be read. */
    readonly ownUnreadable: UnreadableSetting | undefined;
    readonly names: ProposalNames;
    /** The revision of the portal's own setting; 0 if nobody has set it yet. */
    readonly revision: number;
    /** The stack file, if that says whether a second person is needed. */
    readonly said: string | undefined;
    readonly stackFile: string;
    readonly refusal: Refusal | undefined;
  },
): string {
  const { waiting, unreadable, ownUnreadable, names, refusal } = shown;
  const main = (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      <UnreadableNotice unreadable={[...(ownUnreadable ? [ownUnreadable] : []), ...unreadable]} />
      {unreadable
        .filter(({ why }) => why === "damaged")
        .map((one) => (
          <Discard key={one.row} id={one.id} />
        ))}
      <Card title="Waiting changes">
        {waiting.length === 0 ? (
          <p>{unreadable.length === 0 ? "No change waits." : "No change that can be read waits."}</p>
        ) : (
          <ListTable
            label="Waiting changes"
            heads={["Change", "Of", "Proposed by", "Proposed at (UTC)", "Waits until (UTC)"]}
          >
            {waiting.map(({ id, value, changedAt }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={portalPath("proposal", id)}>
                    {proposedWords(value.action)}
                    <Unseen>: {whichOf(value, names)}</Unseen>
                  </a>
                </th>
                <td>{whichOf(value, names)}</td>
                <td>
                  <Person objectId={value.by} names={names.people} session={session} />
                </td>
                <td>{momentOf(changedAt)}</td>
                <td>{momentOf(waitsUntil({ changedAt }))}</td>
              </tr>
            ))}
          </ListTable>
        )}
      </Card>
      <SecondPerson session={session} {...shown} />
    </>
  );
  return pages({ session, at: "approvals", title: "Approvals", main });
}

/** The field by which a form says that it showed a change that cannot be read. */
export const AS_UNREADABLE = "unreadable";

/** Nobody has to wait for the platform team to propose something else: what nobody can read, nobody approves any more. */
function Discard({ id }: { readonly id: string }) {
  return (
    <PostForm action={portalPath("rejectProposal", id)}>
      <input type="hidden" name={AS_UNREADABLE} value="yes" />
      <p class="actions">
        <Button weight="danger">
          Take <code>{id}</code> away unread
        </Button>
      </p>
      <p class="quiet">
        What it would have changed stays as it is, and can be proposed anew. If the row is to be restored,
        leave it.
      </p>
    </PostForm>
  );
}

export const momentOf = (at: Date): string => at.toISOString().slice(0, 16).replace("T", " ");

function SecondPerson(props: {
  readonly session: PortalSession;
  readonly isAsked: boolean;
  readonly ownUnreadable: UnreadableSetting | undefined;
  readonly revision: number;
  readonly said: string | undefined;
  readonly stackFile: string;
}) {
  const { session, isAsked, ownUnreadable, revision, said, stackFile } = props;
  return (
    <Card title="Second person">
      <p>
        <Status tone={isAsked ? "good" : "calm"}>{isAsked ? "On" : "Off"}</Status>
      </p>
      <p>
        {isAsked
          ? `A change of the configuration waits until a second administrator has approved it, for ${String(PROPOSAL_DAYS)} days at most. What only a Global Administrator may do, another Global Administrator approves. What only stops something does not wait: to turn a connection off, to take the consents to texts back, to go back to a pilot, to remove a department manager or a linked account, and to delete what is held about an appointment.`
          : "Each administrator changes the configuration alone. The audit trail says who."}
      </p>
      {said !== undefined ? (
        <p>
          Locked: change it in <code>{said}</code>, under <code>approvals.secondPerson</code>, and run pulumi
          up.
        </p>
      ) : ownUnreadable !== undefined ? (
        <p>Until the row can be read, nobody can turn it on or off here.</p>
      ) : !isAsked ? (
        <PostForm action={portalPath("requireApproval")}>
          <input type="hidden" name="revision" value={String(revision)} />
          <p>
            <strong>Before you turn it on:</strong> it takes two administrators, and two Global Administrators
            for what only they may do: to agree to texts, to set them live, to list further staff in
            production, to turn a connection on without a test visit, to approve other sign-in addresses, and
            to turn this off again. With one Global Administrator nobody can approve these. Add a second one
            first, which Microsoft asks of every organization.
          </p>
          <p>
            <strong>The way out</strong> is the stack file, which goes first:{" "}
            <code>approvals.secondPerson: false</code> in <code>{stackFile}</code>, and pulumi up.
          </p>
          <p class="actions">
            <Button weight="secondary">Let changes wait for a second person</Button>
          </p>
        </PostForm>
      ) : session.rights.includes("decide") ? (
        <PostForm action={portalPath("loosenApproval")}>
          <input type="hidden" name="revision" value={String(revision)} />
          <p class="actions">
            <Button weight="danger">Let changes be made alone</Button>
          </p>
          <p class="quiet">
            This is a change, too, and waits for another Global Administrator. Where there is none, the stack
            file says it: <code>approvals.secondPerson: false</code> in <code>{stackFile}</code>, and pulumi
            up.
          </p>
        </PostForm>
      ) : (
        <GlobalAdministratorOnly
          says="Only a Global Administrator or the stack file can loosen it."
          session={session}
          page={portalPath("approvals")}
        />
      )}
    </Card>
  );
}
