/** A table that sets values beside each other: what a setting was, what is proposed, and what it is now. */
import { TableFrame } from "./listTable.tsx";

interface ComparisonProps {
  /** What is compared, for somebody who cannot see the page around it. */
  readonly label: string;
  /** The heads of the columns, that of what the rows are about first. */
  readonly heads: readonly [string, ...string[]];
  /** For each row: what it is about, then the value in each column. */
  readonly rows: readonly (readonly [string, ...string[]])[];
}

/**
 * Where the window is narrow, the values stand below each other, each with its column's name, so that none is out of sight
 * of whoever decides on them.
 */
export function ComparisonTable({ label, heads, rows }: ComparisonProps) {
  const [, ...columns] = heads;
  return (
    <TableFrame label={label} heads={heads} kind="compared">
      {rows.map(([about, ...values], index) => (
        <tr key={index}>
          <th scope="row">{about}</th>
          {values.map((value, column) => (
            <td key={columns[column]} data-head={columns[column]}>
              {value}
            </td>
          ))}
        </tr>
      ))}
    </TableFrame>
  );
}
