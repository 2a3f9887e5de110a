/** Shows what somebody else has changed in a setting while its form was open. */
import type { ComponentChildren } from "preact";
import { Notice } from "../../web/components.tsx";
import { ComparisonTable } from "./comparisonTable.tsx";

export function ChangedMeanwhile(props: {
  /** What was changed, such as "connection". */
  readonly what: string;
  /** What has happened, where it is not that somebody else has changed it. */
  readonly title?: string | undefined;
  /** The heads of the columns after the field's own. */
  readonly heads: readonly string[];
  /** For each field that differs: its label, then the value in each column. */
  readonly rows: readonly (readonly [string, ...string[]])[];
  readonly children: ComponentChildren;
}) {
  const { what, heads, rows, children } = props;
  const { title = `Somebody else has changed this ${what} meanwhile` } = props;
  return (
    <Notice kind="warning" title={title}>
      <p>{children}</p>
      {rows.length > 0 && (
        <ComparisonTable
          label="What was changed"
          heads={["Field", ...heads]}
          rows={rows.map(([label, ...texts]) => [label, ...texts.map((text) => (text === "" ? "–" : text))])}
        />
      )}
    </Notice>
  );
}

/** The label of a field, what was typed in it, and what is kept in it by now. */
export type TypedAndKept = readonly [label: string, typed: string, now: string];

/** For a form that has all that was typed, and is saved over what somebody else has kept meanwhile. */
export const TypedIsKept = ({
  what,
  title,
  rows,
}: {
  readonly what: string;
  /** What has happened, where it is not that somebody else has changed it. */
  readonly title?: string | undefined;
  readonly rows: readonly TypedAndKept[];
}) => (
  <ChangedMeanwhile what={what} title={title} heads={["You typed", "Kept now"]} rows={rows}>
    Nothing of yours was saved or lost: the form has what you typed. Where it differs from what is kept now,
    the table says so. If you send it again, what the form says is kept.
  </ChangedMeanwhile>
);
