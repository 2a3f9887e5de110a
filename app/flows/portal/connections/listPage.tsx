/** The page of all connections: a table, one part at a time. */
import { Button, ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { Icon } from "../icon.tsx";
import { ListTable } from "../listTable.tsx";
import { MOVERS } from "../movers.ts";
import { Status } from "../status.tsx";
import { lookingOn, type Looking } from "./looking.ts";
import type { ConnectionRow } from "./rows.ts";

const A_PAGE = 50;

export const COMMANDS = (
  <>
    <ButtonLink href={portalPath("newConnection")} weight="quiet">
      <Icon name="add" /> Add connection
    </ButtonLink>
    <ButtonLink href={portalPath("exportConnections")} weight="quiet">
      <Icon name="file" /> Export for the stack file
    </ButtonLink>
  </>
);

export function ConnectionList(props: {
  readonly rows: readonly ConnectionRow[];
  readonly looking: Looking;
  /** The id of the connection whose panel is open. */
  readonly open?: string;
}) {
  const { rows, looking, open } = props;
  if (rows.length === 0)
    return (
      <Card>
        <p>
          No chart system is connected yet. Add the first one to let clinicians open their visits from it.
        </p>
      </Card>
    );
  const wanted = looking.search.toLowerCase();
  const found = rows.filter((row) =>
    [row.name, row.id, row.fhirBaseUrl].some((text) => text.toLowerCase().includes(wanted)),
  );
  const pages = Math.max(1, Math.ceil(found.length / A_PAGE));
  const page = Math.min(looking.page, pages);
  const shown = found.slice((page - 1) * A_PAGE, page * A_PAGE);
  return (
    <>
      <form method="get" action={portalPath("connections")} class="search" role="search">
        <label for="search">Search by name, id or base URL</label>
        <div class="search-row">
          <input id="search" name="search" type="search" value={looking.search} />
          <Button weight="secondary">Search</Button>
        </div>
      </form>
      <p class="quiet">
        {found.length === rows.length ? "" : `${String(found.length)} of `}
        {rows.length === 1 ? "1 connection" : `${String(rows.length)} connections`}
        {pages > 1 && `, page ${String(page)} of ${String(pages)}`}
      </p>
      <Table rows={shown} open={open} looking={{ ...looking, page }} />
      {pages > 1 && (
        <nav class="pager" aria-label="Pages of the list">
          {page > 1 && <a href={pageAddress({ ...looking, page: page - 1 })}>Previous page</a>}
          {page < pages && <a href={pageAddress({ ...looking, page: page + 1 })}>Next page</a>}
        </nav>
      )}
    </>
  );
}

const pageAddress = (looking: Looking): string => portalPath("connections") + lookingOn(looking);

const HEADS = ["Name", "Status", "Environment", "FHIR base URL", "Set in"] as const;

function Table(props: {
  readonly rows: readonly ConnectionRow[];
  readonly open: string | undefined;
  readonly looking: Looking;
}) {
  const { rows, open, looking } = props;
  return (
    <ListTable label="Connections" heads={HEADS}>
      {rows.map((row) => (
        <tr key={row.id} class={row.id === open ? "open" : undefined}>
          <th scope="row">
            <a
              href={portalPath("connection", row.id) + lookingOn(looking)}
              aria-current={row.id === open ? "true" : undefined}
            >
              {row.name}
            </a>
            <span class="quiet">{row.id}</span>
          </th>
          <td>
            <ConnectionState {...row} />
          </td>
          <td>{ENVIRONMENTS[row.environment]}</td>
          <td class="address">{row.fhirBaseUrl}</td>
          <td>{row.owner.kind === "stack" ? "Stack file (locked)" : "Portal"}</td>
        </tr>
      ))}
    </ListTable>
  );
}

export const ENVIRONMENTS = { test: "Test", production: "Production" } as const;

/** Shows a connection's status, the reason, and whose move it is. */
export function ConnectionState({ status }: Pick<ConnectionRow, "status">) {
  const { word, tone, reason, move } = status;
  return (
    <>
      <Status tone={tone}>{word}</Status>
      {reason !== undefined && <span class="quiet">{reason}</span>}
      {move !== undefined && <span class="quiet">Whose move: {MOVERS[move]}</span>}
    </>
  );
}
