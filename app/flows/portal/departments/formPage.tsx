/** The form for adding or editing a department. It keeps what was typed. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { ChangedMeanwhile } from "../changedMeanwhile.tsx";
import { described, fieldsOf, Frame, NothingSaved } from "../inputs.tsx";
import type { PortalPages } from "../pages.tsx";
import { WaitingInForm, type InForm } from "../waitingInForm.tsx";
import type { Found } from "./finder.ts";
import { FoundOf } from "./found.tsx";
import { FIELDS, type Difference, type Typed } from "./form.ts";
import type { DepartmentFaults } from "./judge.ts";
import { waitsAt } from "./waitsAt.ts";
import { PostForm } from "../postForm.tsx";

export interface Form {
  readonly typed: Typed;
  /** The connections that a department can belong to. */
  readonly connections: readonly { readonly id: string; readonly name: string }[];
  /** Absent for a new one. */
  readonly editing?: {
    readonly id: string;
    readonly name: string;
    readonly revision: number;
    /** What the form compares with: the values that were kept when it was opened. */
    readonly was: Partial<Typed>;
    /** The revision of the waiting change that this one replaces. */
    readonly instead: number | undefined;
  };
  readonly faults?: DepartmentFaults;
  readonly found?: Found;
  /** What somebody else has changed meanwhile, compared with what was typed. */
  readonly differences?: readonly Difference[];
  readonly waiting?: InForm | undefined;
}

const { Text, Lines, Choice } = fieldsOf(FIELDS);

export function formPage(pages: PortalPages, session: PortalSession, form: Form): string {
  const { typed, editing, faults = {}, differences, connections, found, waiting } = form;
  const title = editing === undefined ? "Add a department" : "Edit " + editing.name;
  const action =
    editing === undefined ? portalPath("addDepartment") : portalPath("editDepartment", editing.id);
  const back = editing === undefined ? portalPath("departments") : portalPath("department", editing.id);
  const main = (
    <>
      <WaitingInForm what="department" at={waitsAt(editing?.id ?? "")} inForm={waiting} />
      {differences !== undefined && (
        <Differences
          differences={differences}
          waitsAt={waiting === "merged" ? waitsAt(editing?.id ?? "") : undefined}
        />
      )}
      <NothingSaved count={Object.keys(faults).length} />
      <PostForm action={action} class="fields">
        {editing !== undefined && (
          <>
            <input type="hidden" name="revision" value={String(editing.revision)} />
            {editing.instead !== undefined && (
              <input type="hidden" name="instead" value={String(editing.instead)} />
            )}
            <input type="hidden" name="was" value={JSON.stringify(editing.was)} />
          </>
        )}
        {/* What Enter does in a field: the first button of a form, which would be one that finds. */}
        <button class="unseen" tabIndex={-1} aria-hidden="true">
          Done
        </button>
        <Card title="What patients see">
          <Text field="name" {...{ typed, faults }} hint="The department’s name." />
          <Text
            field="nameEs"
            {...{ typed, faults }}
            hint="For patients who read Spanish. Left empty, they see the other name."
          />
          <Text field="phone" {...{ typed, faults }} hint="Whom patients call when a link does not work." />
          <Frame
            id="timeZone"
            label={FIELDS.timeZone}
            hint="The zone in which its visits are shown, such as America/Chicago."
            fault={faults.timeZone}
          >
            <input
              id="timeZone"
              name="timeZone"
              type="text"
              list="time-zones"
              value={typed.timeZone}
              autocomplete="off"
              spellcheck={false}
              {...described("timeZone", faults.timeZone)}
            />
            <datalist id="time-zones">
              {TIME_ZONES.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </Frame>
          <Choice
            field="nameInTexts"
            {...{ typed, faults }}
            choices={[
              ["no", "No: texts name the hospital only"],
              ["yes", "Yes"],
            ]}
            hint="Whether texts name the department. They are read on locked screens, where its name can be a diagnosis."
          />
        </Card>
        <Card title="Which visits are its own">
          <Frame
            id="connection"
            label={FIELDS.connection}
            hint="The chart system whose locations these are."
            fault={faults.connection}
          >
            <select id="connection" name="connection" {...described("connection", faults.connection)}>
              {connections.length !== 1 && <option value="">Choose one</option>}
              {connections.map(({ id, name }) => (
                <option key={id} value={id} selected={id === typed.connection}>
                  {`${name} (${id})`}
                </option>
              ))}
            </select>
          </Frame>
          <Lines
            field="locations"
            {...{ typed, faults }}
            hint="FHIR ids of Locations, one a line. Locations that are part of them belong, too."
          />
          <Find
            of="locations"
            label="Find locations in the chart"
            hint="By a part of their name; left empty, all are shown."
          />
          <FoundOf of="locations" {...{ found, typed }} />
          <Text
            field="id"
            {...{ typed, faults }}
            fixed={editing !== undefined}
            hint={
              editing === undefined
                ? "A short name for reports and the stack file. Left empty, it is made from the name."
                : "Visits are kept under it, so it stays."
            }
          />
        </Card>
        <Card title="Its Teams meetings">
          <Lines
            field="organizers"
            {...{ typed, faults }}
            hint="Sign-in names or object ids, one a line, up to ten: accounts of the department, never a clinician’s. Each visit’s meeting is one’s; several share the 2,000 meetings that Teams gives an account in a month."
          />
          <Find
            of="accounts"
            label="Find accounts in the directory"
            hint="By the beginning of their name or sign-in name."
          />
          <FoundOf of="accounts" {...{ found, typed }} />
          <Choice
            field="lobby"
            {...{ typed, faults }}
            choices={[
              ["staff", "The hospital’s staff"],
              ["staffAndGuestAccounts", "Staff, and guest accounts of its directory"],
            ]}
            hint="Everybody else waits until somebody of the staff lets them in."
          />
        </Card>
        <p class="actions">
          <Button>Done</Button>
          <ButtonLink href={back} weight="secondary">
            Cancel
          </ButtonLink>
        </p>
      </PostForm>
    </>
  );
  return pages({ session, at: "departments", title, main });
}

function Find({ of, label, hint }: { of: "accounts" | "locations"; label: string; hint: string }) {
  const id = of === "accounts" ? "findAccounts" : "findLocations";
  return (
    <Frame id={id} label={label} hint={hint} fault={undefined}>
      <div class="copy-row">
        <input
          id={id}
          name={id}
          type="text"
          autocomplete="off"
          spellcheck={false}
          {...described(id, undefined)}
        />
        <Button weight="secondary" name="find" value={of}>
          Find {of}
        </Button>
      </div>
    </Frame>
  );
}

/** The time zones of the United States and Canada, where Communication Services sends texts; any other is typed. */
const TIME_ZONES = [
  "America/New_York",
  "America/Chicago",
  "America/Denver",
  "America/Phoenix",
  "America/Los_Angeles",
  "America/Anchorage",
  "Pacific/Honolulu",
  "America/Puerto_Rico",
  "America/Halifax",
  "America/Toronto",
  "America/Winnipeg",
  "America/Vancouver",
];

/** `waitsAt`: address of the other one's change, where that waits for a second person. */
function Differences({
  differences,
  waitsAt: at,
}: {
  readonly differences: readonly Difference[];
  readonly waitsAt: string | undefined;
}) {
  return (
    <ChangedMeanwhile
      what="department"
      title={at === undefined ? undefined : "Another change of this department waits for a second person"}
      heads={
        at === undefined ? ["When you opened it", "Now", "You typed"] : ["As kept", "That waits", "You typed"]
      }
      rows={differences.map(({ field, was, now, mine = NOT_MINE }) => [FIELDS[field], was, now, mine])}
    >
      Nothing of yours was saved or lost: what you typed is in the form, and what only the other one changed
      is in it, too. Where both changed locations or accounts, the form has what either added, and lacks what
      either took out. Look it over, and choose Done.
      {at !== undefined && (
        <>
          {" "}
          Done puts it in that change’s place. <a href={at}>Look at the change that waits</a>.
        </>
      )}
    </ChangedMeanwhile>
  );
}

const NOT_MINE = "Not changed by you";
