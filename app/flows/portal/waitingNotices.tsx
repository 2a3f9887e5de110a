/** Says on the form of a setting which change of it waits for a second person, or that it does not wait any more. */
import { Notice } from "../../web/components.tsx";
import type { Meanwhile } from "./waiting.ts";

interface Editing {
  /** The revision of the waiting change that this one replaces. */
  readonly instead: number | undefined;
  /** Whether the change that waits removes the setting. */
  readonly isRemoval?: true;
  readonly meanwhile?: Meanwhile;
}

export function WaitingNotices(props: {
  /** What is edited, such as "connection". */
  readonly what: string;
  readonly editing: Editing;
  /** The address of the change that waits. */
  readonly waitsAt: string;
  /** The address of what is kept now. */
  readonly keptAt: string;
}) {
  const { what, editing, waitsAt, keptAt } = props;
  if (editing.instead !== undefined)
    return (
      <Notice kind="info" title={`A change of this ${what} waits for a second person`}>
        <p>
          <a href={waitsAt}>Look at the change that waits</a>.{" "}
          {editing.isRemoval ? `It removes the ${what}.` : "The form has it."} Done puts what is in the form
          in its place, and the new change waits as that one did.
        </p>
      </Notice>
    );
  if (editing.meanwhile !== "decided") return null;
  return (
    <Notice kind="warning" title={`No change of this ${what} waits any more`}>
      <p>
        The one that waited was approved, rejected or taken back meanwhile, or its time was over. Nothing of
        yours was saved or lost: what you typed is in the form, and so is what it had from that change.{" "}
        <a href={keptAt}>Look at the {what} as it is now</a>, take out of the form what should not be so, and
        choose Done.
      </p>
    </Notice>
  );
}
