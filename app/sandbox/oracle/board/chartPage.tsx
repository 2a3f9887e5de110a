/** The page of a patient's chart: the banner, the table of contents with the Teams tile, and the visits. */
import type { WithId } from "@medplum/core";
import type { Appointment, Patient } from "@medplum/fhirtypes";
import type { RegisteredClient } from "../options.ts";
import { BookForm } from "./bookForm.tsx";
import { Frame, type Around } from "./frame.tsx";
import { VisitsTable } from "./visitsTable.tsx";
import { ageOf, languageOf, mobileOf, mrnOf, nameOf, zoneName } from "./words.ts";

export interface Chart {
  readonly patient: WithId<Patient>;
  readonly visits: readonly WithId<Appointment>[];
  /** The encounter with which the chart was opened, if it was opened from the schedule. */
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
          <VisitsTable visits={chart.visits} />
          <BookForm
            patientId={chart.patient.id}
            clinicians={around.domain.clinic.clinicians}
            chosen={around.practitionerId}
          />
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

function Fact(props: { name: string; value: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}
