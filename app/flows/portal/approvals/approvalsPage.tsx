/** The page that says whether a second person is needed, and lists the changes that wait for one. */
import { PROPOSAL_DAYS, waitsUntil, type Proposal } from "../../../records/proposals.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { Setting } from "../../../records/settings.ts";
import { Button, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { actionWords } from "../auditWords.ts";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import { ListTable } from "../listTable.tsx";
import { Person, type Names } from "../people.tsx";

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
    /** The names of those who proposed them. */
    readonly names: Names;
    /** The revision of the portal's own setting; 0 if nobody has set it yet. */
    readonly revision: number;
    /** The stack file, if that says whether a second person is needed. */
    readonly said: string | undefined;
    readonly refusal: Refusal | undefined;
  },
): string {
  const { waiting, names, refusal } = shown;
  const main = (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      <Card title="Waiting changes">
        {waiting.length === 0 ? (
          <p>No change waits.</p>
        ) : (
          <ListTable
            label="Waiting changes"
            heads={["Change", "Of", "Proposed by", "Proposed at (UTC)", "Waits until (UTC)"]}
          >
            {waiting.map(({ id, value, changedAt }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={portalPath("proposal", id)}>{actionWords(value.action)}</a>
                </th>
                <td>{titleOf(value)}</td>
                <td>
                  <Person objectId={value.by} names={names} session={session} />
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

/** What is changed, by the name that administrators use for it. */
export function titleOf({ of }: Proposal): string {
  if (of.kind === "approvals") return "Approvals";
  if (of.kind === "texting") return "Texts";
  if (of.kind === "allocation") return "Allocation of visits";
  if (of.kind === "reports") return "Reports";
  if (of.kind === "manager") return "Department manager " + of.id;
  return (of.before ?? of.after)?.name ?? of.id;
}

export const momentOf = (at: Date): string => at.toISOString().slice(0, 16).replace("T", " ");

function SecondPerson(props: {
  readonly session: PortalSession;
  readonly isAsked: boolean;
  readonly revision: number;
  readonly said: string | undefined;
}) {
  const { session, isAsked, revision, said } = props;
  return (
    <Card title="Second person">
      <p>
        <Status tone={isAsked ? "good" : "calm"}>{isAsked ? "On" : "Off"}</Status>
      </p>
      <p>
        {isAsked
          ? `A change of the configuration waits until a second administrator has approved it, for ${String(PROPOSAL_DAYS)} days at most. To approve other sign-in addresses, to delete what is held about an appointment and to remove a staff link does not wait.`
          : "Each administrator changes the configuration alone. The audit trail says who."}
      </p>
      {said !== undefined ? (
        <p>
          Locked: change it in <code>{said}</code>, under <code>approvals.secondPerson</code>, and run pulumi
          up.
        </p>
      ) : !isAsked ? (
        <form method="post" action={portalPath("requireApproval")} class="actions">
          <input type="hidden" name="revision" value={String(revision)} />
          <Button weight="secondary">Let changes wait for a second person</Button>
        </form>
      ) : session.rights.includes("decide") ? (
        <form method="post" action={portalPath("loosenApproval")}>
          <input type="hidden" name="revision" value={String(revision)} />
          <p class="actions">
            <Button weight="danger">Let changes be made alone</Button>
          </p>
          <p class="quiet">
            This is a change, too, and waits. Where nobody is left who could approve it, the stack file says
            it: <code>approvals.secondPerson: false</code>.
          </p>
        </form>
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
