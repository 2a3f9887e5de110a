/** The question before a department is removed. */
import type { PortalDepartment } from "../../../records/portalDepartments.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { Setting } from "../../../records/settings.ts";
import { Button, ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";

export function removalPage(
  pages: PortalPages,
  session: PortalSession,
  { id, value, revision }: Setting<PortalDepartment>,
): string {
  const main = (
    <Card>
      <p>
        Clinicians can open no new visits at its locations, and none are found there. Visits that were opened
        keep their meetings; their links and pages name no department from then on. The audit trail keeps what
        it was.
      </p>
      <form method="post" action={portalPath("removeDepartment", id)} class="actions">
        <input type="hidden" name="revision" value={String(revision)} />
        <Button weight="danger">Remove it</Button>
        <ButtonLink href={portalPath("department", id)} weight="secondary">
          Keep it
        </ButtonLink>
      </form>
    </Card>
  );
  return pages({ session, at: "departments", title: "Remove " + value.name + "?", main });
}
