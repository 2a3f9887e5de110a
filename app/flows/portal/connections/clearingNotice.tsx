/**
 * The notice on a production connection's page: why it may be on, or what is still missing, and how a Global Administrator
 * may do without.
 */
import { Button, Notice } from "../../../web/components.tsx";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { portalPath } from "../addresses.ts";
import { LONGEST_REASON } from "../fields.ts";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import { Status } from "../status.tsx";
import type { PortalConnection } from "../../../records/portalConnections.ts";
import { dayOf, isCleared, nextOf, type Clearing } from "./clearing.ts";
import type { ConnectionRow } from "./rows.ts";
import { PostForm } from "../postForm.tsx";

export function ClearingNotice(props: {
  readonly row: ConnectionRow;
  readonly on: string;
  readonly session: PortalSession;
  readonly clearing: Clearing;
  readonly isOverrideAllowed: boolean;
  readonly reason: string;
}) {
  const { row, on, session, clearing, isOverrideAllowed, reason } = props;
  const { owner, id, environment } = row;
  if (owner.kind === "stack" || environment === "test") return null;
  const { value, revision } = owner.setting;
  if (value.cleared !== undefined) return <p class="quiet">{allowedBy(value.cleared)}</p>;
  if (isCleared(clearing))
    return (
      <Notice kind="info" title="It can be turned on">
        <p>
          {clearing.kind === "proved"
            ? `A visit on ${clearing.connectionId} has succeeded, ${dayOf(clearing.at)}: from the chart, with its meeting, to the patient’s tap.`
            : `The test deployment ${clearing.stack} has tested the package that runs here, and signed that. It was promoted on ${dayOf(clearing.at)}, as the promotion’s record says.`}
        </p>
        <PostForm action={portalPath("switchConnection", id) + on} class="actions">
          <input type="hidden" name="revision" value={String(revision)} />
          <Button name="turn" value="on">
            Turn on for production
          </Button>
        </PostForm>
      </Notice>
    );
  return (
    <Notice kind="warning" title="Not allowed for production yet">
      <p>A production connection is turned on after a visit on a test connection has succeeded.</p>
      <ul class="plain tight">
        {stepsOf(clearing).map(([says, isDone]) => (
          <li key={says}>
            <Status tone={isDone ? "good" : "attention"}>{isDone ? "Done" : "Missing"}</Status> {says}
          </li>
        ))}
      </ul>
      {clearing.notPromoted !== undefined && (
        <p>
          The promotion of a package that the test deployment vouches for would do, too.{" "}
          {clearing.notPromoted}
        </p>
      )}
      <p>
        <strong>Next step:</strong> {nextOf(clearing)}
      </p>
      {!isOverrideAllowed ? (
        <p class="quiet">
          A Global Administrator may do without only where the stack file says{" "}
          <code>approvals.testOverride: true</code>.
        </p>
      ) : session.rights.includes("decide") ? (
        <PostForm action={portalPath("overrideConnection", id) + on} class="fields">
          <input type="hidden" name="revision" value={String(revision)} />
          <label for="reason">Without such a visit: the reason, for the audit trail</label>
          <input
            id="reason"
            name="reason"
            type="text"
            value={reason}
            required
            maxLength={LONGEST_REASON}
            autocomplete="off"
          />
          <p class="actions">
            <Button weight="danger">Turn on without a visit</Button>
          </p>
        </PostForm>
      ) : (
        <GlobalAdministratorOnly
          says="A Global Administrator may turn it on without one, with a reason."
          session={session}
          page={portalPath("connection", id) + on}
        />
      )}
    </Notice>
  );
}

function allowedBy(cleared: NonNullable<PortalConnection["cleared"]>): string {
  if (cleared.by === "override") return `Allowed by a Global Administrator: ${cleared.reason}`;
  const day = dayOf(new Date(cleared.at));
  return cleared.by === "visit"
    ? `Allowed after a visit on ${cleared.connectionId}, ${day}.`
    : `Allowed by the promotion of ${day}, of a package for which the test deployment ${cleared.stack} vouches.`;
}

const stepsOf = ({ kind }: Clearing): readonly (readonly [says: string, isDone: boolean])[] => [
  ["a test connection that is on", kind !== "test-connection-missing"],
  ["a launch that opened a visit with its meeting", kind === "tap-missing"],
  ["a tap on its patient’s link", false],
];
