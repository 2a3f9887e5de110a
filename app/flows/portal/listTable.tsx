/** The table in which the portal shows every list. */
import type { ComponentChildren } from "preact";

interface ListTableProps {
  /** What is listed, for somebody who cannot see the page around it; a card around it may have the same name. */
  readonly label: string;
  readonly heads: readonly string[];
  /** The rows. */
  readonly children: ComponentChildren;
}

/** A list of the portal: where the window is narrow, it scrolls sideways within its frame, with the keyboard, too. */
export function ListTable(props: ListTableProps) {
  return <TableFrame {...props} />;
}

/** The frame with its table. `kind` is a class of the frame's, by which portal.css lays it out otherwise. */
export function TableFrame({ label, heads, children, kind }: ListTableProps & { readonly kind?: string }) {
  return (
    <div
      class={kind === undefined ? "table-frame" : "table-frame " + kind}
      role="region"
      aria-label={label + ", as a table"}
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
