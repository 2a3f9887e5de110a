import type { VNode } from "preact";
import { closes, opens, type Person, type Visit } from "../domain/visit.ts";
import { CopyField, Notice } from "../web/components.tsx";
import { formatDay, formatShortClock } from "../web/time.ts";
import { ConsultForm } from "./consultForm.tsx";
import type { LaunchDeps } from "./deps.ts";
import type { OpenVisit } from "./openVisit.ts";
import type { Pages } from "./pages.ts";
import { PatientBanner } from "./patientBanner.tsx";
import type { Session } from "./sessions.ts";
import { linkedAccount } from "./staffLinks.ts";

interface View {
  readonly base: string;
  readonly open: OpenVisit;
  /** Undefined before the one-time sign-in; without a name when the directory does not tell. */
  readonly account: { readonly name: string | undefined; readonly userName: string | undefined } | undefined;
  /** Each person's link, whole. */
  readonly links: ReadonlyMap<number, string>;
  readonly opensAt: Date;
  readonly closesAt: Date;
}

/** Everything about one visit, for as long as the session lives. */
export async function visitPage(
  deps: LaunchDeps,
  pages: Pages,
  session: Session,
  open: OpenVisit,
): Promise<string> {
  const { visit } = open;
  const link = (person: Person) => deps.publicUrl + "/j/" + deps.visits.token(visit, person);
  const rules = deps.hospital.visitRules;
  const view: View = {
    base: "/visits/" + session.launchId,
    open,
    account: await accountOf(deps, session),
    links: new Map(visit.people.map((person) => [person.number, link(person)])),
    opensAt: opens(visit, rules),
    closesAt: closes(visit, rules),
  };
  const departments = await deps.hospital.departments(session.connection.id);
  const body = (
    <>
      <PatientBanner patient={open.patient} />
      <Heading {...view} />
      {visit.state === "ended" ? <Ended {...view} /> : <Join {...view} />}
      {visit.kind === "appointment" && <PatientLink {...view} />}
      <Invite {...view} />
      <details>
        <summary>Consult a colleague without the patient</summary>
        <p>Opens a separate video visit that the patient’s link does not lead to.</p>
        <ConsultForm launchId={session.launchId} departments={departments} />
      </details>
      <ChatNotice />
    </>
  );
  return pages.clinician({ title: "Video visit", body, scripts: ["copy.js", "join.js"] });
}

async function accountOf(deps: LaunchDeps, session: Session): Promise<View["account"]> {
  const objectId = await linkedAccount(deps, session);
  if (objectId === undefined) return undefined;
  const person = await deps.directory.person(objectId);
  return { name: person?.displayName, userName: person?.userName };
}

const STATUS: Readonly<Record<string, string>> = {
  booked: "Booked",
  arrived: "Patient arrived",
  "checked-in": "Checked in",
  fulfilled: "Completed in the chart",
  pending: "Not yet confirmed",
};

function Heading({ open }: View): VNode {
  const { visit, appointment, department } = open;
  const zone = department.timeZone;
  return (
    <header class="visit-head">
      <h1>{visit.kind === "consult" ? "Consult" : (appointment?.type ?? "Video visit")}</h1>
      <p class="visit-when">
        {formatDay(visit.start, zone)}, {formatShortClock(visit.start, zone)} –{" "}
        {formatShortClock(visit.end, zone)}
      </p>
      <p class="visit-where">
        {department.name}
        {appointment !== undefined && (
          <span class="tag">{STATUS[appointment.status] ?? appointment.status}</span>
        )}
      </p>
      {visit.movedFrom !== undefined && (
        <Notice kind="info">
          This visit was moved; before, it was to start at {formatShortClock(visit.movedFrom, zone)}. The
          patient’s link is still good.
        </Notice>
      )}
    </header>
  );
}

function Join({ base, open, account }: View): VNode {
  return (
    <section aria-label="Join">
      {account === undefined ? (
        <>
          <a class="button primary" href={base + "/sign-in"}>
            Sign in to join
          </a>
          <p class="hint">Once only: the connector asks which Microsoft account is yours.</p>
        </>
      ) : (
        <>
          <a
            class="button primary"
            href={open.visit.meeting.joinUrl}
            target="_blank"
            rel="noreferrer noopener"
            data-join
          >
            Join in Teams
          </a>
          <p class="hint">
            Teams opens in your own browser or app; this page stays. You join as{" "}
            <strong>{account.name ?? "the Microsoft account that you linked"}</strong>
            {account.userName !== undefined && <> ({account.userName})</>}.
          </p>
          <form method="post" action={base + "/unlink"}>
            <button class="button quiet" type="submit">
              Not you?
            </button>
          </form>
        </>
      )}
      <form method="post" action={base + "/end"}>
        <button class="button secondary" type="submit">
          End visit
        </button>
        <p class="hint">
          Ending the visit closes every link into it. People already in Teams stay until you end the meeting
          there.
        </p>
      </form>
    </section>
  );
}

function Ended({ base }: View): VNode {
  return (
    <Notice kind="info">
      <p>This visit has been ended. Its links no longer work.</p>
      <form method="post" action={base + "/reopening"}>
        <button class="button secondary" type="submit">
          Open it again
        </button>
      </form>
    </Notice>
  );
}

function PatientLink(view: View): VNode | null {
  const patient = view.open.visit.people.find(({ role }) => role === "patient");
  if (patient === undefined) return null;
  const zone = view.open.department.timeZone;
  return (
    <section aria-labelledby="patient-link">
      <h2 id="patient-link">The patient’s link</h2>
      <CopyField
        id="link-patient"
        label="Link for the patient"
        value={view.links.get(patient.number) ?? ""}
        copy="Copy link"
        copied="Copied"
      />
      <p class="hint">
        Opens the lobby from {formatShortClock(view.opensAt, zone)} until{" "}
        {formatShortClock(view.closesAt, zone)}. It is the patient’s alone and stays the same, even if the
        visit is moved.
      </p>
      <NewLink
        base={view.base}
        person={patient}
        words="New link"
        hint="Use it when the link went to the wrong person: the old one stops working at once."
      />
    </section>
  );
}

function NewLink(props: {
  readonly base: string;
  readonly person: Person;
  readonly words: string;
  readonly hint: string;
}): VNode {
  return (
    <form method="post" action={props.base + "/links"} class="row">
      <input type="hidden" name="person" value={String(props.person.number)} />
      <button class="button quiet" type="submit">
        {props.words}
      </button>
      <p class="hint">{props.hint}</p>
    </form>
  );
}

const ROLE: Record<Exclude<Person["role"], "patient">, string> = {
  interpreter: "Interpreter",
  relative: "Relative",
  guest: "Guest",
};

function Invite(view: View): VNode {
  const { visit } = view.open;
  const guests = visit.people.filter(
    (person): person is Person & { role: keyof typeof ROLE } => person.role !== "patient",
  );
  return (
    <section aria-labelledby="invite">
      <h2 id="invite">Invite</h2>
      <h3>A colleague</h3>
      <CopyField
        id="link-colleague"
        label="Link for staff"
        value={visit.meeting.joinUrl}
        copy="Copy link"
        copied="Copied"
      />
      <p class="hint">For people with an account of this hospital: they enter without waiting.</p>
      <h3>An interpreter, a relative, another guest</h3>
      {guests.map((guest, index) => (
        <div class="guest" key={guest.number}>
          <CopyField
            id={"link-" + String(guest.number)}
            label={ROLE[guest.role] + " " + String(index + 1)}
            value={view.links.get(guest.number) ?? ""}
            copy="Copy link"
            copied="Copied"
          />
          <NewLink base={view.base} person={guest} words="New link" hint="" />
        </div>
      ))}
      <form method="post" action={view.base + "/invitations"} class="row">
        <label>
          Who
          <select name="role">
            {Object.entries(ROLE).map(([role, words]) => (
              <option key={role} value={role}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button class="button secondary" type="submit">
          Make a link
        </button>
      </form>
      <p class="hint">Guests get a link of their own and wait in the lobby until staff admit them.</p>
    </section>
  );
}

/** The product's own words, from the customer's document. */
function ChatNotice(): VNode {
  return (
    <p class="fine">
      The meeting chat is not part of the medical record. Copy what belongs in the record into the chart; chat
      messages are kept as your Teams administrator has set.
    </p>
  );
}
