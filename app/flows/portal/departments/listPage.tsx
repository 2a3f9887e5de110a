/** The page of all departments, as a table. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { organizersOf } from "../../../domain/hospital.ts";
import { ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { Icon } from "../icon.tsx";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import type { Noticed } from "./look.ts";
import type { DepartmentRow } from "./rows.ts";
import { ListTable } from "../listTable.tsx";
import { UnreadableNotice } from "../unreadableNotice.tsx";

export function listPage(
  pages: PortalPages,
  session: PortalSession,
  rows: readonly DepartmentRow[],
  /** What was noticed about each, in the order of the rows. */
  noticed: readonly Noticed[],
  /** Settings of any kind that cannot be read: those of departments are missing among the rows. */
  allUnreadable: readonly UnreadableSetting[],
): string {
  const unreadable = allUnreadable.filter(({ kind }) => kind === "department");
  const commands = (
    <ButtonLink href={portalPath("newDepartment")} weight="quiet">
      <Icon name="add" /> Add department
    </ButtonLink>
  );
  const list =
    rows.length === 0 && unreadable.length > 0 ? null : rows.length === 0 ? (
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
        {rows.map(({ department, connection, idle, setting }, index) => (
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
                <InUse {...noticed[index]} />
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
  const main = (
    <>
      <UnreadableNotice unreadable={unreadable} />
      {list}
    </>
  );
  return pages({ session, at: "departments", title: "Departments", commands, main });
}

function InUse({ changes = [], quietDays }: Partial<Noticed>) {
  if (changes.length === 0 && quietDays === undefined) return <Status tone="good">In use</Status>;
  return (
    <>
      <Status tone="attention">Take note</Status>
      {changes.length > 0 && <span class="quiet">Its locations have changed in the chart.</span>}
      {quietDays !== undefined && <span class="quiet">No visit for {String(quietDays)} days.</span>}
    </>
  );
}
