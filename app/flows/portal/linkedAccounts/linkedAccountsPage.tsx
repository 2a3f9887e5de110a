/** The list of linked Microsoft accounts. Their names are Microsoft's, asked for this page and stored nowhere. */
import type { LinkedAccount } from "../../../records/staffAccounts.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Unseen } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import { ListTable } from "../listTable.tsx";
import { PostForm } from "../postForm.tsx";

export interface ShownLinkedAccount extends LinkedAccount {
  readonly person?: { readonly displayName: string; readonly userName: string };
}

/** Which slice of the list a page shows: where it and the next one begin, where there are others before and after it. */
export interface Slice {
  readonly after: string | undefined;
  readonly next: string | undefined;
}

/** An address of the list, or of a form in it, that tells the slice. */
export const sliceAt = (address: string, after: string | undefined): string =>
  address + (after === undefined ? "" : "?after=" + encodeURIComponent(after));

export function linkedAccountsPage(
  pages: PortalPages,
  session: PortalSession,
  accounts: readonly ShownLinkedAccount[],
  { after, next }: Slice,
): string {
  const main = (
    <>
      <p class="quiet">
        A clinician links their Microsoft account once, and then joins visits in Teams as themselves. The
        connector keeps the account’s object id and a hash of the chart user. A linked account that Microsoft
        has not known on three days is removed by itself. If you remove one here, the clinician is asked again
        at the next visit.
      </p>
      {accounts.length === 0 ? (
        <p>There are no linked accounts{next === undefined && after === undefined ? "" : " on this page"}.</p>
      ) : (
        <ListTable label="Linked accounts" heads={["Account", "Linked (UTC)", "At Microsoft", "Remove"]}>
          {accounts.map((account) => (
            <Row key={account.id} account={account} after={after} />
          ))}
        </ListTable>
      )}
      {(next ?? after) !== undefined && (
        <p class="actions">
          {after !== undefined && (
            <ButtonLink href={portalPath("linkedAccounts")} weight="secondary">
              From the beginning
            </ButtonLink>
          )}
          {next !== undefined && (
            <ButtonLink href={sliceAt(portalPath("linkedAccounts"), next)} weight="secondary">
              More
            </ButtonLink>
          )}
        </p>
      )}
    </>
  );
  return pages({ session, at: "linkedAccounts", title: "Linked accounts", main });
}

function Row({
  account: { id, objectId, linkedAt, person, notFoundOn },
  after,
}: {
  readonly account: ShownLinkedAccount;
  readonly after: string | undefined;
}) {
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
          <Status tone="calm">Not missing</Status>
        ) : (
          <Status tone="attention">{"Not found on " + notFoundOn.join(", ")}</Status>
        )}
      </td>
      <td>
        <PostForm action={sliceAt(portalPath("removeLinkedAccount", id), after)}>
          <Button weight="secondary">
            Remove<Unseen> the account {person?.userName ?? objectId}</Unseen>
          </Button>
        </PostForm>
      </td>
    </tr>
  );
}
