import type { PortalSession } from "../../records/portalSessions.ts";
import { Card } from "../../web/components.tsx";
import type { PortalPages } from "./pages.tsx";

/** Until there are reports, the page says so. */
export function reportsPage(pages: PortalPages, session: PortalSession): string {
  const main = (
    <Card>
      <p>
        Reports about visits come with a later version. Your role is good for them: nothing has to be set up.
      </p>
    </Card>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}
