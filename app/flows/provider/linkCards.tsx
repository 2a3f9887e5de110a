/** Links to hand out: the patient's, and one for each other person, by what they are here for. */
import { fullness, present, type GuestRole, type Person } from "../../domain/visit.ts";
import { Button, Card, CopyField } from "../../web/components.tsx";
import type { Language } from "../../web/language.ts";
import { formatNearDay, formatShortClock } from "../../web/time.ts";
import { FULL } from "./fullWords.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { isAbout } from "./visitCards.tsx";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

export function PatientLink(view: VisitView) {
  const patient = view.open.visit.people.find(({ role }) => role === "patient");
  if (patient === undefined) return null;
  const zone = view.open.department.timeZone;
  return (
    <Card title="Patient’s link">
      <CopyField
        id="link-patient"
        label="The patient’s link"
        value={view.links.get(patient.number) ?? ""}
        copy="Copy patient’s link"
        copied="The patient’s link is copied"
        notCopied="Could not copy. The link is selected: press Ctrl+C."
      />
      <p class="quiet">
        Opens the waiting room (Teams says lobby) from {formatShortClock(view.opensAt, zone)} to{" "}
        {formatShortClock(view.closesAt, zone)}. It stays the same, even if the visit is moved.
      </p>
      {patient.opened !== undefined && (
        <p>
          <strong>The patient opened it {openedWhen(patient.opened, zone, view.now)}.</strong>
        </p>
      )}
      {isAbout(view, "link-renewed") && view.said.person === patient.number && (
        <SaidNotice said={view.said} />
      )}
      <details class="fold-in">
        <summary>Message to copy (English, Spanish)</summary>
        <Message view={view} language="en" label="In English" />
        <Message view={view} language="es" label="In Spanish" />
      </details>
      <NewLink view={view} person={patient} who="The patient" />
    </Card>
  );
}

/** "at 3:46 AM", with the day where that was another. */
function openedWhen(opened: Date, zone: string, now: Date): string {
  const [day, today] = [opened, now].map((date) => formatNearDay(date, zone, now));
  return (day === today ? "" : "on " + String(day) + " ") + "at " + formatShortClock(opened, zone);
}

function Message(props: { readonly view: VisitView; readonly language: Language; readonly label: string }) {
  const { view, language, label } = props;
  return (
    <CopyField
      id={"message-" + language}
      label={label}
      value={view.messages[language]}
      copy={"Copy message " + label.toLowerCase()}
      copied="The message is copied"
      notCopied="Could not copy. The message is selected: press Ctrl+C."
    />
  );
}

/** A question, because it takes a link from somebody. It opens without script. */
function NewLink(props: { readonly view: VisitView; readonly person: Person; readonly who: string }) {
  const { view, person, who } = props;
  return (
    <details class="ask">
      <summary>New link</summary>
      <VisitForm view={view} to="/links">
        <p>Turn off the old link? {who} can no longer join with it: send the new one.</p>
        <input type="hidden" name="person" value={String(person.number)} />
        <input type="hidden" name="generation" value={String(person.generation)} />
        <Button weight="danger">Turn off and make a new link</Button>
      </VisitForm>
    </details>
  );
}

function Remove({ view, person }: { readonly view: VisitView; readonly person: Person }) {
  return (
    <details class="ask">
      <summary>Remove</summary>
      <VisitForm view={view} to="/removals">
        <p>
          Turn off this link for good? Whoever has it can no longer join. Whoever is in the meeting already
          stays until you remove them in Teams.
        </p>
        <input type="hidden" name="person" value={String(person.number)} />
        <Button weight="danger">Remove {called(person)}</Button>
      </VisitForm>
    </details>
  );
}

/** In the order in which they are listed. */
const NAMES: Readonly<Record<GuestRole, string>> = {
  colleague: "Colleague",
  interpreter: "Interpreter",
  relative: "Family or caregiver",
  guest: "Guest",
};
const GUESTS = Object.keys(NAMES) as GuestRole[];

/** Numbers tell two interpreters apart, and never move on to somebody else. */
const called = ({ role, number }: Person) =>
  role === "patient" ? "Patient" : NAMES[role] + " (guest " + String(number) + ")";

export function Invite(view: VisitView) {
  const { visit } = view.open;
  const full = fullness(visit);
  return (
    <Card title="Invite">
      {GUESTS.flatMap((role) => present(visit).filter((person) => person.role === role)).map((guest) => (
        <Guest key={guest.number} view={view} guest={guest} />
      ))}
      {isAbout(view, "guest-invited", "guest-removed") && <SaidNotice said={view.said} />}
      {full === undefined ? (
        <VisitForm view={view} to="/invitations" class="inline-form">
          <input type="hidden" name="invitation" value={view.invitation} />
          <label>
            Who else joins?
            <select name="role">
              {GUESTS.map((role) => (
                <option key={role} value={role}>
                  {NAMES[role]}
                </option>
              ))}
            </select>
          </label>
          <Button weight="secondary">Make a link</Button>
        </VisitForm>
      ) : (
        <p>{FULL[full]}</p>
      )}
      <p class="quiet">
        Everybody gets a link of their own. Colleagues sign in with their hospital account; everybody else
        waits in the waiting room (Teams says lobby) until staff admit them.
      </p>
    </Card>
  );
}

function Guest({ view, guest }: { readonly view: VisitView; readonly guest: Person }) {
  const who = called(guest);
  return (
    <div class="guest">
      <CopyField
        id={"link-" + String(guest.number)}
        label={who}
        value={view.links.get(guest.number) ?? ""}
        copy={"Copy link of guest " + String(guest.number)}
        copied={"The link of guest " + String(guest.number) + " is copied"}
        notCopied="Could not copy. The link is selected: press Ctrl+C."
      />
      {isAbout(view, "link-renewed") && view.said.person === guest.number && <SaidNotice said={view.said} />}
      <div class="asks">
        <NewLink view={view} person={guest} who={"Whoever has it"} />
        <Remove view={view} person={guest} />
      </div>
    </div>
  );
}
