/** The operators' page: they work by programs; it says by which, and that there is nothing else for them here. */
import { PATHS } from "../../domain/addresses.ts";
import { ADDRESSES } from "./addresses.ts";
import type { PortalPages } from "./pages.tsx";
import type { PortalSession } from "../../records/portalSessions.ts";
import { Card } from "../../web/components.tsx";

export function operatorsPage(pages: PortalPages, session: PortalSession, publicUrl: string): string {
  const main = (
    <Card>
      <p>
        The role for operators is for programs, and for people at a command line: it lets them ask how the
        connector stands. Settings are an administrator’s, and have pages of their own here.
      </p>
      <p>With the Azure CLI, where CLIENT_ID is the client id of this connector’s app registration:</p>
      <pre tabIndex={0} aria-label="Commands">
        <code>
          {[
            'TOKEN=$(az account get-access-token --resource "api://$CLIENT_ID" --query accessToken --output tsv)',
            `curl --header "Authorization: Bearer $TOKEN" ${publicUrl}${PATHS.portal}${ADDRESSES.standing.path}`,
          ].join("\n")}
        </code>
      </pre>
      <p class="quiet">An application asks Entra by client credentials for api://CLIENT_ID/.default.</p>
    </Card>
  );
  return pages({ session, at: "operators", title: "Operators", main });
}
