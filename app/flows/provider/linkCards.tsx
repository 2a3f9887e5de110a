/** Links to hand out: the patient's, a colleague's, and one for each other guest. */
import { hasRoomForGuests, MOST_GUESTS, type Person } from "../../domain/visit.ts";
import { Button, Card, CopyField } from "../../web/components.tsx";
import { formatShortClock } from "../../web/time.ts";
import type { VisitView } from "./visitView.ts";

const COPY = { copy: "Copy link", copied: "Copied" };

export function PatientLink(view: VisitView) {
  const patient = view.open.visit.people.find(({ role }) => role === "patient");
  if (patient === undefined) return null;
  const zone = view.open.department.timeZone;
  return (
    <Card title="Patient">
      <CopyField
        id="link-patient"
        label="The patient’s link"
        value={view.links.get(patient.number) ?? ""}
        {...COPY}
      />
      <p class="quiet">
        Opens the lobby from {formatShortClock(view.opensAt, zone)} to {formatShortClock(view.closesAt, zone)}
        . It stays the same, even if the visit is moved.
      </p>
      <NewLink base={view.base} person={patient} />
      <p class="quiet">A new link revokes this one at once: use it when it went to the wrong person.</p>
    </Card>
  );
}

function NewLink({ base, person }: { readonly base: string; readonly person: Person }) {
  return (
    <form method="post" action={base + "/links"}>
      <input type="hidden" name="person" value={String(person.number)} />
      <Button weight="quiet">New link</Button>
    </form>
  );
}

const ROLE: Record<Person["role"], string> = {
  patient: "Patient",
  interpreter: "Interpreter",
  relative: "Relative",
  guest: "Guest",
};
const GUESTS = ["interpreter", "relative", "guest"] as const;

export function Invite(view: VisitView) {
  const guests = view.open.visit.people.filter(({ role }) => role !== "patient");
  return (
    <Card title="Invite">
      <CopyField
        id="link-colleague"
        label="A colleague of this hospital"
        value={view.open.visit.meeting.joinUrl}
        {...COPY}
      />
      <p class="quiet">Staff sign in with their account and enter without waiting.</p>
      {guests.map((guest) => (
        <div class="guest" key={guest.number}>
          <CopyField
            id={"link-" + String(guest.number)}
            label={ROLE[guest.role] + " (guest " + String(guest.number) + ")"}
            value={view.links.get(guest.number) ?? ""}
            {...COPY}
          />
          <NewLink base={view.base} person={guest} />
        </div>
      ))}
      {hasRoomForGuests(view.open.visit) ? (
        <form method="post" action={view.base + "/invitations"} class="inline-form">
          <label>
            Somebody else
            <select name="role">
              {GUESTS.map((role) => (
                <option key={role} value={role}>
                  {ROLE[role]}
                </option>
              ))}
            </select>
          </label>
          <Button weight="secondary">Make a link</Button>
        </form>
      ) : (
        <p>This visit has {MOST_GUESTS} guests, the most there can be.</p>
      )}
      <p class="quiet">Guests have a link of their own and wait in the lobby until staff admit them.</p>
    </Card>
  );
}
