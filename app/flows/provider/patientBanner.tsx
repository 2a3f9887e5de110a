import type { ChartPatient } from "../../ports/ehr.ts";

/** Whose chart this is: read for this view, stored nowhere; absent when the EHR shows it itself. */
export function PatientBanner({ patient }: { readonly patient: ChartPatient | undefined }) {
  if (patient === undefined) return null;
  return (
    <section class="banner" aria-label="Whose chart this is">
      <p class="banner-name">{patient.name}</p>
      {patient.birthDate !== undefined && <p class="banner-born">Born {birthDate(patient.birthDate)}</p>}
    </section>
  );
}

/** FHIR dates may be a year or a month only; a whole one is spelled out, so that nobody mistakes day for month. */
function birthDate(date: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return date;
  return new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: "UTC" }).format(new Date(date));
}
