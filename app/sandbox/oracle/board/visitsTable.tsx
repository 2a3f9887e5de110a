/** A chart's appointments, with the two links as PowerChart shows them, and what a scheduler may do with each. */
import type { WithId } from "@medplum/core";
import type { Appointment } from "@medplum/fhirtypes";
import { shownAt } from "../clinic/clock.ts";
import { day, participantName, roomLink, time, videoState } from "./words.ts";

export function VisitsTable({ visits }: { visits: readonly WithId<Appointment>[] }) {
  if (visits.length === 0) return <p class="empty">This chart has no appointments.</p>;
  return (
    <table class="dense">
      <caption class="unseen">Appointments by start time</caption>
      <thead>
        <tr>
          <th scope="col">Start</th>
          <th scope="col">Type</th>
          <th scope="col">Clinician</th>
          <th scope="col">Location</th>
          <th scope="col">Status</th>
          <th scope="col">Video</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {visits.map((visit) => (
          <tr key={visit.id}>
            <th scope="row" data-label="Start" class="clock">
              {day(visit.start)} {visit.start === undefined ? "" : `${time(visit.start)}–${time(visit.end)}`}
            </th>
            <td data-label="Type">{visit.serviceType?.[0]?.text}</td>
            <td data-label="Clinician">{participantName(visit, "Practitioner")}</td>
            <td data-label="Location">{participantName(visit, "Location")}</td>
            <td data-label="Status">
              <span class={`status ${visit.status}`}>{visit.status}</span>
            </td>
            <td data-label="Video">
              <Rooms visit={visit} />
            </td>
            <td data-label="Change">
              <Change visit={visit} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The links of both rooms: the clinician enters by the provider's, and the portal and letters show the patient's. */
function Rooms({ visit }: { visit: WithId<Appointment> }) {
  const [provider, patient] = [roomLink(visit, "provider"), roomLink(visit, "patient")];
  if (provider === undefined && patient === undefined) return <>{videoState(visit)}</>;
  return (
    <ul class="rooms">
      {provider === undefined ? null : <Room name="Provider room" link={provider} />}
      {patient === undefined ? null : <Room name="Patient room" link={patient} />}
    </ul>
  );
}

function Room({ name, link }: { name: string; link: string }) {
  return (
    <li>
      <a href={link} target="_blank" rel="noreferrer">
        {name}
      </a>
    </li>
  );
}

function Change({ visit }: { visit: WithId<Appointment> }) {
  const what = `the appointment at ${time(visit.start)}`;
  return (
    <form method="post" action={`/appointments/${visit.id}`} class="change">
      {visit.start === undefined ? null : (
        <span>
          <input
            type="number"
            name="minutes"
            value="15"
            min="-10080"
            max="10080"
            step="1"
            aria-label={`Minutes to move ${what} by; earlier with a minus`}
          />
          <button type="submit" name="do" value="move" aria-label={`Move ${what} by minutes`}>
            Move
          </button>
        </span>
      )}
      {visit.start === undefined ? null : (
        <span>
          <input
            type="datetime-local"
            name="to"
            value={shownAt(new Date(visit.start))}
            aria-label={`Day and time to move ${what} to`}
          />
          <button type="submit" name="do" value="moveTo" aria-label={`Move to another day or time: ${what}`}>
            Move to
          </button>
        </span>
      )}
      {ENDS.map(({ value, label }) => (
        <button
          key={value}
          type="submit"
          name="do"
          value={value}
          class="stop"
          aria-label={`${label}: ${what}`}
        >
          {label}
        </button>
      ))}
    </form>
  );
}

const ENDS = [
  { value: "cancel", label: "Cancel" },
  { value: "error", label: "Entered in error" },
  { value: "delete", label: "Delete" },
] as const;
