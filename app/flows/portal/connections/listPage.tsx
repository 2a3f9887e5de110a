/** The page of all connections: a table, one part at a time. */
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { Icon } from "../icon.tsx";
import { ListTable } from "../listTable.tsx";
import { MOVERS } from "../movers.ts";
import { Status } from "../status.tsx";
import { UnreadableNotice } from "../unreadableNotice.tsx";
import { lookingOn, type Looking } from "./looking.ts";
import { PagedList } from "./pagedList.tsx";
import type { ConnectionRow } from "./rows.ts";

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
  /** Settings of any kind that cannot be read: those of connections are missing among the rows. */
  readonly unreadable: readonly UnreadableSetting[];
  readonly looking: Looking;
  /** The id of the connection whose panel is open. */
  readonly open?: string;
}) {
  const { rows, looking, open } = props;
  const unreadable = props.unreadable.filter(({ kind }) => kind === "connection");
  if (rows.length === 0 && unreadable.length === 0)
    return (
      <Card>
        <p>
          No chart system is connected yet. Add the first one to let clinicians open their visits from it.
        </p>
      </Card>
    );
  return (
    <>
      <UnreadableNotice unreadable={unreadable} />
      <PagedList
        rows={rows}
        looking={looking}
        at="connections"
        list={(shown, where) => <Table rows={shown} open={open} looking={where} />}
      />
    </>
  );
}

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
