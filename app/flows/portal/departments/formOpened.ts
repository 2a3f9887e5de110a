/** What the form of a department begins with: what is kept, or what waits for a second person. */
import type { PortalDepartment } from "../../../records/portalDepartments.ts";
import type { Proposal } from "../../../records/proposals.ts";
import type { Setting } from "../../../records/settings.ts";
import { inFormOf } from "../waitingInForm.tsx";
import { merged, typedFrom, type Typed } from "./form.ts";
import type { Form } from "./formPage.tsx";

type Opened = Omit<Form, "connections">;
type Waiting = Setting<Proposal> | undefined;

export const editingOf = ({ id, value, revision }: Setting<PortalDepartment>) => ({
  id,
  name: value.name,
  revision,
  was: typedFrom(id, value),
  instead: undefined as number | undefined,
});

/**
 * The form of a department. If a change waits for a second person, the form starts from that change, and saving replaces it.
 */
export function formOf(now: Setting<PortalDepartment>, waiting: Waiting): Opened {
  const [editing, of] = [{ ...editingOf(now), instead: waiting?.revision }, waiting?.value.of];
  const kept = typedFrom(now.id, now.value);
  const inForm = inFormOf(waiting, waiting?.revision);
  if (of?.kind !== "department" || of.after === undefined) return { typed: kept, editing, waiting: inForm };
  const typed = typedFrom(now.id, of.after);
  const { typed: both, differences } = merged(
    { typed, was: typedFrom(now.id, of.before ?? now.value) },
    kept,
  );
  return { typed: both, editing, waiting: inForm, ...(differences.length > 0 && { differences }) };
}

/** What was typed, merged with a change that waits and that the form did not show; or alone, where that change is gone. */
export function formBeside(now: Setting<PortalDepartment>, typed: Typed, waiting: Waiting): Opened {
  const editing = { ...editingOf(now), instead: waiting?.revision };
  const of = waiting?.value.of;
  if (of?.kind !== "department" || of.after === undefined)
    return { typed, editing, waiting: waiting === undefined ? "gone" : "removal" };
  const was = typedFrom(now.id, now.value);
  return { ...merged({ typed, was }, typedFrom(now.id, of.after)), editing, waiting: "merged" };
}
