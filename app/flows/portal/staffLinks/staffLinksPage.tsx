/** The list of staff links. The names are Microsoft's, asked for this page and stored nowhere. */
import type { StaffLink } from "../../../records/staffAccounts.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Unseen } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import { ListTable } from "../listTable.tsx";

export interface ShownLink extends StaffLink {
  readonly person?: { readonly displayName: string; readonly userName: string };
}

export function staffLinksPage(
  pages: PortalPages,
  session: PortalSession,
  links: readonly ShownLink[],
  next: string | undefined,
): string {
  const main = (
    <>
      <p class="quiet">
        A clinician links their Microsoft account once, so that visits open in Teams as themselves. Kept are
        the account’s object id and a hash of the chart user. A link goes by itself after Microsoft has not
        known the account on three days; taken away here, the clinician is asked once more at the next visit.
      </p>
      {links.length === 0 ? (
        <p>There are no staff links{next === undefined ? "" : " on this page"}.</p>
      ) : (
        <ListTable label="Staff links" heads={["Account", "Linked", "At Microsoft", "Remove"]}>
          {links.map((link) => (
            <Row key={link.id} link={link} />
          ))}
        </ListTable>
      )}
      {next !== undefined && (
        <p class="actions">
          <ButtonLink
            href={portalPath("staffLinks") + "?after=" + encodeURIComponent(next)}
            weight="secondary"
          >
            More
          </ButtonLink>
        </p>
      )}
    </>
  );
  return pages({ session, at: "staffLinks", title: "Staff links", main });
}

function Row({ link: { id, objectId, linkedAt, person, notFoundOn } }: { readonly link: ShownLink }) {
  const days = notFoundOn.length;
  return (
    <tr>
      <th scope="row">
        {person?.displayName ?? "Name not known"}
        <p class="quiet">{person?.userName ?? objectId}</p>
      </th>
      <td>{linkedAt.toISOString().slice(0, 10)}</td>
      <td>
        {days === 0 ? (
          <Status tone="calm">Not missed</Status>
        ) : (
          <Status tone="attention">{"Not found on " + notFoundOn.join(", ")}</Status>
        )}
      </td>
      <td>
        <form method="post" action={portalPath("removeStaffLink", id)}>
          <Button weight="secondary">
            Remove<Unseen> the link of {person?.displayName ?? objectId}</Unseen>
          </Button>
        </form>
      </td>
    </tr>
  );
}
