/** The page that asks before a department is removed. */
import type { PortalDepartment } from "../../../records/portalDepartments.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { Setting } from "../../../records/settings.ts";
import { Button, ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { aheadWords, type VisitsAhead } from "../visitsAhead.ts";
import { PostForm } from "../postForm.tsx";

export function removalPage(
  pages: PortalPages,
  session: PortalSession,
  { id, value, revision }: Setting<PortalDepartment>,
  /** Absent where nothing goes by what is kept here. */
  ahead: VisitsAhead | undefined,
): string {
  const main = (
    <Card>
      <p>
        The department with the id <code>{id}</code>.
      </p>
      {ahead !== undefined && (
        <p>
          <strong>
            {ahead.visits === 0
              ? `No visit that is under way or begins in the next ${String(ahead.days)} days is known that would lose its department.`
              : `${aheadWords(ahead, ["loses its", "lose their"])} department.`}
          </strong>
        </p>
      )}
      <p>
        From then on, clinicians can open only those visits at its locations that were opened before. None are
        found there, and those that were found are listed as at risk. Patients get no more texts or mails
        about its visits. Meetings and links that were made stay good; their pages name no department. The
        audit trail keeps what it was.
      </p>
      <PostForm action={portalPath("removeDepartment", id)} class="actions">
        <input type="hidden" name="revision" value={String(revision)} />
        <Button weight="danger">Remove it</Button>
        <ButtonLink href={portalPath("department", id)} weight="secondary">
          Keep it
        </ButtonLink>
      </PostForm>
    </Card>
  );
  return pages({ session, at: "departments", title: "Remove " + value.name + "?", main });
}
