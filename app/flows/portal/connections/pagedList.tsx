/** A list of all connections, one part at a time: searched by name, id or base URL. */
import type { ComponentChildren } from "preact";
import { Button } from "../../../web/components.tsx";
import { portalPath, type PortalPageName } from "../addresses.ts";
import { LONGEST_SEARCH, lookingOn, type Looking } from "./looking.ts";
import type { ConnectionRow } from "./rows.ts";

const A_PAGE = 50;

export function PagedList(props: {
  readonly rows: readonly ConnectionRow[];
  readonly looking: Looking;
  /** The page that has the list. */
  readonly at: PortalPageName;
  readonly list: (shown: readonly ConnectionRow[], looking: Looking) => ComponentChildren;
}) {
  const { rows, looking, at, list } = props;
  const wanted = looking.search.toLowerCase();
  const found = rows.filter((row) =>
    [row.name, row.id, row.fhirBaseUrl].some((text) => text.toLowerCase().includes(wanted)),
  );
  const pages = Math.max(1, Math.ceil(found.length / A_PAGE));
  const page = Math.min(looking.page, pages);
  const shown = found.slice((page - 1) * A_PAGE, page * A_PAGE);
  const pageAddress = (number: number) => portalPath(at) + lookingOn({ ...looking, page: number });
  return (
    <>
      <form method="get" action={portalPath(at)} class="search" role="search">
        <label for="search">Search by name, id or base URL</label>
        <div class="search-row">
          <input id="search" name="search" type="search" value={looking.search} maxLength={LONGEST_SEARCH} />
          <Button weight="secondary">Search</Button>
        </div>
      </form>
      <p class="quiet">
        {found.length === rows.length ? "" : `${String(found.length)} of `}
        {rows.length === 1 ? "1 connection" : `${String(rows.length)} connections`}
        {pages > 1 && `, page ${String(page)} of ${String(pages)}`}
      </p>
      {list(shown, { ...looking, page })}
      {pages > 1 && (
        <nav class="pager" aria-label="Pages of the list">
          {page > 1 && <a href={pageAddress(page - 1)}>Previous page</a>}
          {page < pages && <a href={pageAddress(page + 1)}>Next page</a>}
        </nav>
      )}
    </>
  );
}
