/** The page of a day's visits, and the page on which a patient is found. */
import type { Appointment, Patient } from "@medplum/fhirtypes";
import type { WithId } from "@medplum/core";
import { locationId, locationName, visitLocations } from "../clinic/locations.ts";
import { Frame, type Around } from "./frame.tsx";
import {
  day,
  languageOf,
  mobileOf,
  mrnOf,
  nameOf,
  participantId,
  participantName,
  time,
  videoState,
  zoneName,
} from "./words.ts";

/** Whose or which location's visits are shown, and of which day. */
export interface Shown {
  readonly of: string;
  readonly when: "today" | "tomorrow";
}

export function SchedulePage(props: {
  around: Around;
  shown: Shown;
  now: Date;
  instant: Date;
  visits: readonly WithId<Appointment>[];
}) {
  const { around, shown, visits, now } = props;
  const scheduleAddress = (of: string, when: string) =>
    `/schedule?${new URLSearchParams({ of, when }).toString()}`;
  return (
    <Frame title="Schedule" around={around} here="/schedule">
      <main id="content">
        <div class="heading">
          <h1>Schedule</h1>
          <p>
            {day(props.instant.toISOString())}, times in {zoneName(now)}, now {time(now.toISOString())}
          </p>
        </div>
        <form method="get" action="/schedule" class="filters">
          <label>
            Visits of{" "}
            <select name="of">
              <Option value="me" chosen={shown.of} label="Me" />
              <Option value="all" chosen={shown.of} label="Everybody" />
              {visitLocations.map((location) => (
                <Option
                  key={location}
                  value={locationId(location)}
                  chosen={shown.of}
                  label={locationName(location)}
                />
              ))}
            </select>
          </label>
          <input type="hidden" name="when" value={shown.when} />
          <button type="submit">Show</button>
          <span class="days">
            {(["today", "tomorrow"] as const).map((when) => (
              <a
                key={when}
                href={scheduleAddress(shown.of, when)}
                {...(when === shown.when ? { "aria-current": "true" as const } : {})}
              >
                {when === "today" ? "Today" : "Tomorrow"}
              </a>
            ))}
          </span>
        </form>
        {visits.length === 0 ? (
          <p class="empty">No visits. Choose Everybody, or another day.</p>
        ) : (
          <Visits visits={visits} now={now} shownDay={day(props.instant.toISOString())} />
        )}
      </main>
    </Frame>
  );
}

function Visits(props: { visits: readonly WithId<Appointment>[]; now: Date; shownDay: string }) {
  const { visits, now, shownDay } = props;
  return (
    <table class="dense">
      <caption class="unseen">Visits by start time</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Patient</th>
          <th scope="col">Type</th>
          <th scope="col">Clinician</th>
          <th scope="col">Location</th>
          <th scope="col">Status</th>
          <th scope="col">Video</th>
        </tr>
      </thead>
      <tbody>
        {visits.map((visit) => (
          <tr key={visit.id} {...(isNow(visit, now) ? { class: "now" } : {})}>
            <td data-label="Time" class="clock">
              {day(visit.start) === shownDay ? "" : `${day(visit.start)}, `}
              {time(visit.start)}–{time(visit.end)}
            </td>
            <th scope="row" data-label="Patient">
              <a href={`/charts/${participantId(visit, "Patient")}?visit=${visit.id}`}>
                {participantName(visit, "Patient")}
              </a>
            </th>
            <td data-label="Type">{visit.serviceType?.[0]?.text}</td>
            <td data-label="Clinician">{participantName(visit, "Practitioner")}</td>
            <td data-label="Location">{participantName(visit, "Location")}</td>
            <td data-label="Status">
              <span class={`status ${visit.status}`}>{visit.status}</span>
            </td>
            <td data-label="Video">{videoState(visit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function PatientsPage(props: { around: Around; patients: readonly WithId<Patient>[] }) {
  return (
    <Frame title="Patients" around={props.around} here="/patients">
      <main id="content">
        <div class="heading">
          <h1>Patients</h1>
          <p>All {String(props.patients.length)} charts of this domain</p>
        </div>
        <table class="dense">
          <caption class="unseen">Patients by name</caption>
          <thead>
            <tr>
              <th scope="col">Patient</th>
              <th scope="col">MRN</th>
              <th scope="col">Born</th>
              <th scope="col">Language</th>
              <th scope="col">Mobile</th>
              <th scope="col">Chart</th>
            </tr>
          </thead>
          <tbody>
            {props.patients.map((patient) => (
              <tr key={patient.id}>
                <th scope="row" data-label="Patient">
                  <a href={`/charts/${patient.id}`}>{nameOf(patient)}</a>
                </th>
                <td data-label="MRN">{mrnOf(patient)}</td>
                <td data-label="Born">{patient.birthDate}</td>
                <td data-label="Language">{languageOf(patient)}</td>
                <td data-label="Mobile">{mobileOf(patient)}</td>
                <td data-label="Chart">{patient.active === true ? "Active" : "Combined into another"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </main>
    </Frame>
  );
}

function Option(props: { value: string; chosen: string; label: string }) {
  return (
    <option value={props.value} selected={props.value === props.chosen}>
      {props.label}
    </option>
  );
}

function isNow({ start, end }: Appointment, now: Date): boolean {
  return (
    start !== undefined &&
    end !== undefined &&
    Date.parse(start) <= now.getTime() &&
    now.getTime() < Date.parse(end)
  );
}
