/** The page of what the connector keeps, field by field, with the form that asks what it holds about one appointment. */
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import { table } from "../../../records/table.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { FieldFaults } from "../fields.ts";
import { described, Frame } from "../inputs.tsx";
import type { PortalPages } from "../pages.tsx";
import type { Typed } from "./asked.ts";
import { PostForm } from "../postForm.tsx";

/** What was entered, and what is wrong with it. */
export interface Search {
  readonly typed: Typed;
  readonly faults: FieldFaults<keyof Typed>;
}

/** A connection that can be chosen. */
export type Known = Pick<ConfiguredConnection, "id" | "name">;

export function privacyPage(
  pages: PortalPages,
  session: PortalSession,
  search: Search,
  known: readonly Known[],
): string {
  const main = (
    <>
      <Card title="What is held about an appointment">
        <p>
          Patients are asked for, used and forgotten. What is kept of a video visit lies under a keyed hash of
          its chart system and appointment, so it is found by these two alone. Neither stands in an address, a
          log or the audit trail, which keeps the hash.
        </p>
        <PostForm action={portalPath("appointment")} class="fields">
          <Field name="connection" search={search} list="known-connections" />
          <datalist id="known-connections">
            {known.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </datalist>
          <Field name="appointment" search={search} />
          <p class="actions">
            <Button>Look</Button>
          </p>
        </PostForm>
      </Card>
      <Card title="What is kept, and for how long">
        <p class="quiet">
          Written from the very schemas by which rows are written and read. Sealed is what only keys of the
          hospital’s vault open.
        </p>
        {table.map(({ container, rows, marked, what, kept, fields }) => (
          <details key={[container, rows, marked].join(" ")}>
            <summary>
              <strong>{what.slice(0, 1).toUpperCase() + what.slice(1)}</strong>{" "}
              <span class="quiet">kept {kept}</span>
            </summary>
            <ul>
              {[...new Set(fields.map(({ holds }) => holds))].map((holds) => (
                <li key={holds}>{holds}</li>
              ))}
            </ul>
          </details>
        ))}
      </Card>
    </>
  );
  return pages({ session, at: "privacy", title: "Privacy", main });
}

function Field({ name, search, list }: { name: keyof Typed; search: Search; list?: string }) {
  const { label, hint } = FIELDS[name];
  const fault = search.faults[name];
  return (
    <Frame id={name} label={label} hint={hint} fault={fault}>
      <input
        id={name}
        name={name}
        type="text"
        value={search.typed[name]}
        maxLength={500}
        list={list}
        required
        autocomplete="off"
        spellcheck={false}
        {...described(name, fault)}
      />
    </Frame>
  );
}

const FIELDS = {
  connection: {
    label: "FHIR connection",
    hint: "Choose one, or enter its id from the list of FHIR connections; of one that was removed or had another base URL, that base URL.",
  },
  appointment: { label: "Appointment", hint: "The FHIR id of the Appointment in that chart system." },
} as const;
