import type { ChartPatient } from "../../ports/ehr.ts";
import { formatCalendarDay } from "../../web/time.ts";

/** Whose chart this is: read for this view, stored nowhere; absent when the EHR shows it itself. */
export function PatientBanner({ patient }: { readonly patient: ChartPatient | undefined }) {
  if (patient === undefined) return null;
  return (
    <section class="banner" aria-label="Whose chart this is">
      <p class="banner-name">{patient.name}</p>
      {patient.birthDate !== undefined && <p class="banner-born">Born {spelled(patient.birthDate)}</p>}
    </section>
  );
}

/** FHIR dates may be a year or a month only; a whole one is spelled out. */
const spelled = (date: string) => formatCalendarDay(date) ?? date;
