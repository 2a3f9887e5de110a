/** The page that says what each number of the reports is, and how programs ask for them. */
import { METRICS } from "../../../domain/metrics.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Card, DefinitionList } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import type { ReportFilter } from "./asked.ts";
import { ReportTabs } from "./filter.tsx";

export function wordsPage(
  pages: PortalPages,
  session: PortalSession,
  { filter, publicUrl }: { readonly filter: ReportFilter; readonly publicUrl: string },
): string {
  const main = (
    <>
      <ReportTabs at="reportWords" filter={filter} configures={session.rights.includes("configure")} />
      <Card title="Each number, once">
        <p>
          Microsoft publishes two reports of visits, and they use the same words for different numbers. Both
          are here, each under its report’s name.
        </p>
        <DefinitionList entries={Object.values(METRICS).map(({ name, says }) => [name, says] as const)} />
      </Card>
      <Card title="For programs">
        <p>
          With the role of a report reader, or an administrator’s, a program gets the same visits as JSON.
          Parameters: days (7, 30 or 90), or from and to (whole days of the department’s time zone, or of most
          departments’); department (its id), standing (completed, no-show, not-known), order (newest,
          oldest). The member status is a word that programs may go by, statusWords says it for people. Each
          time is told in the audit trail. The member damaged says how many rows could not be read, and unread
          lists the settings that could not be (allocation, reports); a CSV file says so in last lines of its
          own.
        </p>
        <pre tabIndex={0} aria-label="Commands">
          <code>
            {[
              'TOKEN=$(az account get-access-token --resource "api://$CLIENT_ID" --query accessToken --output tsv)',
              `curl --header "Authorization: Bearer $TOKEN" "${publicUrl}${portalPath("reportJson")}?days=30"`,
            ].join("\n")}
          </code>
        </pre>
      </Card>
    </>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}
