/**
 * The page of what is held about one appointment, row by row and field by field, until when, and the form that has it
 * deleted.
 */
import type { Holding } from "../../../records/holdings.ts";
import { tableOf } from "../../../records/table.ts";
import { tombstones } from "../../../records/tombstones.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { LONGEST_REASON } from "../fields.ts";
import { described, Frame } from "../inputs.tsx";
import type { PortalPages } from "../pages.tsx";
import type { Typed } from "./asked.ts";
import { heldWords } from "./heldWords.ts";
import { PostForm } from "../postForm.tsx";

interface Shown {
  readonly typed: Typed;
  readonly held: readonly Holding[];
  /** Whether it was deleted just now. */
  readonly isDeleted?: true;
  /** The reason that was given for a deletion that was not carried out. */
  readonly reason?: string;
  readonly faults?: DeletionFaults;
}

interface DeletionFaults {
  readonly reason?: string;
  readonly again?: string;
}

export function heldPage(
  pages: PortalPages,
  session: PortalSession,
  { typed, held, isDeleted, reason = "", faults = {} }: Shown,
): string {
  const isGone = held.length > 0 && held.every(({ kind }) => kind === tombstones);
  const main = (
    <>
      {isDeleted && (
        <Notice kind="info" title="It is deleted">
          <p>
            Below is all that is held now: a mark that it was deleted. The Teams meeting itself stays in the
            department’s account, under the rules that your organization has for meetings.
          </p>
        </Notice>
      )}
      <p>
        Appointment <code>{typed.appointment}</code> of the connection <code>{typed.connection}</code>.{" "}
        {held.length === 0 && "Nothing is held about it. It may never have been opened, or its time is over."}
      </p>
      {held.map((holding) => (
        <Row
          key={holding.kind.container + holding.row.id}
          holding={holding}
          title={titleAmong(held, holding)}
        />
      ))}
      {!isGone && <Deletion {...{ typed, reason, faults }} isHeld={held.length > 0} />}
      <p class="actions">
        <ButtonLink href={portalPath("privacy")} weight="secondary">
          Another appointment
        </ButtonLink>
      </p>
    </>
  );
  return pages({ session, at: "privacy", title: "What is held about this appointment", main });
}

/** What the row is, counted where several are the same, because each section of a page has a name of its own. */
function titleAmong(held: readonly Holding[], one: Holding): string {
  const { what } = tableOf(one.kind);
  const alike = held.filter(({ kind }) => tableOf(kind).what === what);
  const count = alike.length === 1 ? "" : ` (${String(alike.indexOf(one) + 1)} of ${String(alike.length)})`;
  return what.slice(0, 1).toUpperCase() + what.slice(1) + count;
}

function Row(props: { readonly holding: Holding; readonly title: string }) {
  const { title, holding } = props;
  const { kind, row } = holding;
  const { kept, fields } = tableOf(kind);
  const until =
    row.expiresAt === undefined
      ? ""
      : " Of this one: until " + row.expiresAt.toISOString().slice(0, 16).replace("T", " ") + " (UTC).";
  return (
    <Card title={title}>
      <p class="quiet">
        Kept {kept}.{until}
      </p>
      <dl class="facts">
        {fields.map((field) => {
          const value = heldWords(field, row.body);
          return (
            value !== undefined && (
              <div key={field.paths.join()}>
                <dt>{field.holds}</dt>
                {value.map((line, index) => (
                  <dd key={String(index)}>{line}</dd>
                ))}
              </div>
            )
          );
        })}
      </dl>
    </Card>
  );
}

const HELD = {
  title: "Delete it",
  says: "All of the above is removed, links into the visit stop working at once, and clinicians who have it open are signed out of it. No video visit is made and nothing is sent for this appointment again. It cannot be undone.",
} as const;
/** Words for when nothing is held: then nothing shows that the id is an appointment at all. */
const NOTHING_HELD = {
  title: "Forbid a video visit",
  says: "Nothing is held. Forbid a video visit for this appointment? Then no video visit is made and nothing is sent for it. Look the id up in the chart first: a mistyped one forbids another patient’s visit. It cannot be undone.",
} as const;

function Deletion(props: {
  readonly typed: Typed;
  readonly reason: string;
  readonly faults: DeletionFaults;
  readonly isHeld: boolean;
}) {
  const { typed, reason, faults, isHeld } = props;
  const { title, says } = isHeld ? HELD : NOTHING_HELD;
  return (
    <Card title={title}>
      <p>{says}</p>
      <PostForm action={portalPath("deleteAppointment")} class="fields">
        <input type="hidden" name="connection" value={typed.connection} />
        <input type="hidden" name="appointment" value={typed.appointment} />
        {!isHeld && (
          <Line
            id="again"
            label="The Appointment’s FHIR id once more"
            hint="As it stands in the chart, not copied from above."
            fault={faults.again}
          />
        )}
        <Line
          id="reason"
          label="Reason"
          hint="Kept in the audit trail for six years, so name no patient and no id."
          value={reason}
          fault={faults.reason}
        />
        <p class="actions">
          <Button weight="danger">{title}</Button>
        </p>
      </PostForm>
    </Card>
  );
}

function Line(props: {
  readonly id: "again" | "reason";
  readonly label: string;
  readonly hint: string;
  readonly value?: string;
  readonly fault: string | undefined;
}) {
  const { id, value, fault } = props;
  return (
    <Frame {...props}>
      <input
        id={id}
        name={id}
        type="text"
        value={value}
        maxLength={LONGEST_REASON}
        required
        autocomplete="off"
        {...described(id, fault)}
      />
    </Frame>
  );
}
