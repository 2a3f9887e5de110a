/** The page of all departments, as a table. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { organizersOf } from "../../../domain/hospital.ts";
import { ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { Icon } from "../icon.tsx";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import type { DepartmentRow } from "./rows.ts";
import { ListTable } from "../listTable.tsx";

export function listPage(pages: PortalPages, session: PortalSession, rows: readonly DepartmentRow[]): string {
  const commands = (
    <ButtonLink href={portalPath("newDepartment")} weight="quiet">
      <Icon name="add" /> Add department
    </ButtonLink>
  );
  const main =
    rows.length === 0 ? (
      <Card>
        <p>
          There is no department yet. A department is a set of the chart’s locations, with a Teams account
          that owns its meetings, and a phone number and time zone that patients see. Without one no visit can
          be opened.
        </p>
      </Card>
    ) : (
      <ListTable
        label="Departments"
        heads={["Name", "FHIR connection", "Locations", "Accounts", "State", "Set in"]}
      >
        {rows.map(({ department, connection, idle, setting }) => (
          <tr key={department.id + (setting === undefined ? "" : " portal")}>
            <th scope="row">
              <a href={portalPath("department", department.id)}>{department.name}</a>
              <span class="quiet">{department.id}</span>
            </th>
            <td>{connection}</td>
            <td>{String(department.locations.length)}</td>
            <td>{String(organizersOf(department).length)}</td>
            <td>
              {idle === undefined ? (
                <Status tone="good">In use</Status>
              ) : (
                <>
                  <Status tone="attention">Not in use</Status>
                  <span class="quiet">{idle}</span>
                </>
              )}
            </td>
            <td>{setting === undefined ? "Stack file (locked)" : "Portal"}</td>
          </tr>
        ))}
      </ListTable>
    );
  return pages({ session, at: "departments", title: "Departments", commands, main });
}
