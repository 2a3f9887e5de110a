import type { WithId } from "@medplum/core";
import type { Appointment, Patient } from "@medplum/fhirtypes";
import type { RegisteredClient } from "../options.ts";
import { Frame, type Around } from "./frame.tsx";
import {
  ageOf,
  day,
  languageOf,
  mobileOf,
  mrnOf,
  nameOf,
  participantName,
  time,
  videoState,
  zoneName,
} from "./words.ts";

export interface Chart {
  readonly patient: WithId<Patient>;
  readonly visits: readonly WithId<Appointment>[];
  /** The encounter the chart was opened with, if it was opened from the schedule. */
  readonly encounterId: string | undefined;
  readonly clients: readonly RegisteredClient[];
}

export function ChartPage(props: { around: Around; chart: Chart; now: Date }) {
  const { around, chart, now } = props;
  return (
    <Frame title={nameOf(chart.patient)} around={around} here="">
      <Banner patient={chart.patient} now={now} encounterId={chart.encounterId} />
      <div class="chart">
        <Menu chart={chart} />
        <main id="content">
          <div class="heading">
            <h1>Appointments</h1>
            <p>Times in {zoneName(now)}</p>
          </div>
          <Appointments visits={chart.visits} now={now} />
        </main>
      </div>
    </Frame>
  );
}

function Banner(props: { patient: Patient; now: Date; encounterId: string | undefined }) {
  const { patient } = props;
  return (
    <section class="banner" aria-label="Patient banner">
      <p class="name">{nameOf(patient)}</p>
      <dl>
        <Fact name="DOB" value={`${patient.birthDate ?? "–"} (${ageOf(patient, props.now)})`} />
        <Fact name="Sex" value={patient.gender ?? "–"} />
        <Fact name="MRN" value={mrnOf(patient)} />
        <Fact name="Language" value={languageOf(patient)} />
        <Fact name="Mobile" value={mobileOf(patient)} />
        <Fact name="Encounter" value={props.encounterId ?? "None selected"} />
      </dl>
    </section>
  );
}

/** The table of contents. The Teams entry starts a real EHR launch, in this window as PowerChart does. */
function Menu({ chart }: { chart: Chart }) {
  return (
    <nav class="contents" aria-label="Chart menu">
      <ul>
        <li>
          <a href="#content" aria-current="page">
            Appointments
          </a>
        </li>
        {chart.clients.map((client) => (
          <li key={client.clientId}>
            <form method="post" action={`/charts/${chart.patient.id}/launch`}>
              <input type="hidden" name="client" value={client.clientId} />
              {chart.encounterId === undefined ? null : (
                <input type="hidden" name="encounter" value={chart.encounterId} />
              )}
              <button type="submit" class="tile">
                <span class="icon" aria-hidden="true">
                  T
                </span>
                <span>Microsoft Teams</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
      {chart.clients.length === 0 ? <p>No application is enabled in this domain.</p> : null}
    </nav>
  );
}

function Appointments({ visits, now }: { visits: readonly WithId<Appointment>[]; now: Date }) {
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
            <td data-label="Video">{videoState(visit)}</td>
            <td data-label="Change">{isChangeable(visit, now) ? <Change visit={visit} /> : "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Change({ visit }: { visit: WithId<Appointment> }) {
  const what = `the appointment at ${time(visit.start)}`;
  return (
    <form method="post" action={`/appointments/${visit.id}`} class="change">
      {([15, 60, 1440] as const).map((minutes) => (
        <button
          key={minutes}
          type="submit"
          name="move"
          value={minutes}
          aria-label={`Move ${what} by ${LATER[minutes]}`}
        >
          +{LATER[minutes]}
        </button>
      ))}
      <button type="submit" name="cancel" value="yes" class="stop" aria-label={`Cancel ${what}`}>
        Cancel
      </button>
    </form>
  );
}

const LATER = { 15: "15 min", 60: "1 h", 1440: "1 day" } as const;

function isChangeable(visit: Appointment, now: Date): boolean {
  return visit.status === "booked" && visit.end !== undefined && Date.parse(visit.end) > now.getTime();
}

function Fact(props: { name: string; value: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}
