/** Shows what somebody else has changed in a setting while its form was open. */
import type { ComponentChildren } from "preact";
import { Notice } from "../../web/components.tsx";
import { ListTable } from "./listTable.tsx";
import type { Meanwhile } from "./waiting.ts";

export function ChangedMeanwhile(props: {
  /** What was changed, such as "connection". */
  readonly what: string;
  /** The heads of the columns after the field's own; without them, those of an edited form. */
  readonly heads?: readonly string[];
  /** "proposed" where the other's change waits for a second person. */
  readonly meanwhile?: Meanwhile;
  /** For each field that differs: its label, then the value in each column. */
  readonly rows: readonly (readonly [string, ...string[]])[];
  readonly children: ComponentChildren;
}) {
  const { what, meanwhile, rows, children } = props;
  const isProposed = meanwhile === "proposed";
  const heads = props.heads ?? [
    "When you opened it",
    isProposed ? "With the change that waits" : "Now",
    "You typed",
  ];
  const title = isProposed
    ? `Somebody else has proposed a change of this ${what} meanwhile`
    : `Somebody else has changed this ${what} meanwhile`;
  return (
    <Notice kind="warning" title={title}>
      <p>{children}</p>
      {rows.length > 0 && (
        <ListTable label="What was changed" heads={["Field", ...heads]}>
          {rows.map(([label, ...texts]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {texts.map((text, index) => (
                <td key={heads[index]}>{text === "" ? "–" : text}</td>
              ))}
            </tr>
          ))}
        </ListTable>
      )}
    </Notice>
  );
}
