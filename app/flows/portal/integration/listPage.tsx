/** The list of all connections, with whether Oracle has their present integration records. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { ENVIRONMENTS } from "../connections/listPage.tsx";
import type { Looking } from "../connections/looking.ts";
import { PagedList } from "../connections/pagedList.tsx";
import type { ConnectionRow } from "../connections/rows.ts";
import { ListTable } from "../listTable.tsx";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import type { IntegrationRecords } from "./records.ts";

export function listPage(
  pages: PortalPages,
  session: PortalSession,
  {
    rows,
    looking,
    recordsOf,
  }: {
    readonly rows: readonly ConnectionRow[];
    readonly looking: Looking;
    /** Of one connection; made for those that are shown. */
    readonly recordsOf: (row: ConnectionRow) => IntegrationRecords;
  },
): string {
  const main =
    rows.length === 0 ? (
      <Card>
        <p>There is no FHIR connection yet, so there is nothing to give to Oracle.</p>
        <p class="actions">
          <ButtonLink href={portalPath("newConnection")}>Add connection</ButtonLink>
        </p>
      </Card>
    ) : (
      <>
        <p>
          What Oracle Health needs to know of each connection, for provider and patient launch. Open one, give
          its values to Oracle, and mark them as given: from then on the portal says what has changed.
        </p>
        <PagedList
          rows={rows}
          looking={looking}
          at="integration"
          list={(shown) => <Table all={shown.map(recordsOf)} />}
        />
      </>
    );
  return pages({ session, at: "integration", title: "Integration records", main });
}

function Table({ all }: { readonly all: readonly IntegrationRecords[] }) {
  return (
    <ListTable label="Integration records" heads={["FHIR connection", "Environment", "Oracle has them"]}>
      {all.map((records) => (
        <tr key={records.id}>
          <th scope="row">
            <a href={portalPath("integrationRecords", records.id)}>{records.name}</a>
            <span class="quiet">{records.id}</span>
          </th>
          <td>{ENVIRONMENTS[records.environment]}</td>
          <td>
            <GivenState {...records} />
          </td>
        </tr>
      ))}
    </ListTable>
  );
}

export function GivenState({ given, differences }: Pick<IntegrationRecords, "differences" | "given">) {
  if (given === undefined) return <Status tone="attention">Not given yet</Status>;
  if (differences.length > 0) return <Status tone="attention">Changed since they were given</Status>;
  return <Status tone="good">Given, and unchanged</Status>;
}
