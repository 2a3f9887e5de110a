/** The page that asks before a connection is removed. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { PortalConnection } from "../../../records/portalConnections.ts";
import type { Setting } from "../../../records/settings.ts";
import { Button, ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { aheadWords, type VisitsAhead } from "../visitsAhead.ts";
import { PostForm } from "../postForm.tsx";

export function removalPage(
  pages: PortalPages,
  session: PortalSession,
  { id, value, revision }: Setting<PortalConnection>,
  {
    ahead,
    on,
  }: {
    /** Absent where the stack file has taken it over. */ readonly ahead: VisitsAhead | undefined;
    readonly on: string;
  },
): string {
  const isTakenOver = ahead === undefined;
  const main = (
    <Card>
      <p>
        The connection with the id <code>{id}</code>.
      </p>
      {ahead !== undefined && ahead.visits > 0 && (
        <p>
          <strong>
            {aheadWords(ahead, ["is", "are"])} not looked after any more: nobody can open{" "}
            {ahead.visits === 1 ? "it" : "them"} from the chart, and patients are told nothing.
          </strong>
        </p>
      )}
      <p>
        {isTakenOver
          ? "The stack file has this connection, and clinicians go on opening visits by what it says. What was entered here, client secrets included, is gone. The audit trail keeps that it was removed."
          : "Clinicians can no longer open visits from this chart system, and what was entered here, client secrets and the consents to texts included, is gone. The audit trail keeps that it was removed. To stop launches for a while, turn it off instead."}
      </p>
      <PostForm action={portalPath("removeConnection", id) + on} class="actions">
        <input type="hidden" name="revision" value={String(revision)} />
        <Button weight="danger">Remove it</Button>
        <ButtonLink href={portalPath("connection", id) + on} weight="secondary">
          Keep it
        </ButtonLink>
      </PostForm>
    </Card>
  );
  return pages({ session, at: "connections", title: "Remove " + value.name + "?", main });
}
