import type { ChartPatient } from "../../ports/ehr.ts";
import { formatCalendarDay } from "../../web/time.ts";
import { hintWords } from "./hints.ts";
import type { ShownPatient } from "./shownPatient.ts";

/** Whose chart this is: read for this view, stored nowhere; absent when the EHR shows it itself. */
export function PatientBanner({ patient }: { readonly patient: ShownPatient }) {
  if (patient === undefined) return null;
  const hints =
    patient === "unreadable" ? [{ kind: "patient-unreadable", fields: ["record"] } as const] : patient.hints;
  return (
    <section class="banner" aria-label="Whose chart this is">
      {patient === "unreadable" ? <p class="banner-name">Patient not known here</p> : <Known {...patient} />}
      {hintWords(hints).map((sentence) => (
        <p key={sentence} class="banner-hint">
          {sentence}
        </p>
      ))}
    </section>
  );
}

function Known({ name, birthDate, hints }: ChartPatient) {
  const isHidden = hints.some((hint) => hint.kind === "patient-unreadable" && hint.fields.includes("name"));
  return (
    <>
      <p class="banner-name">{name ?? (isHidden ? "Name hidden in the chart" : "Name not in the chart")}</p>
      {birthDate !== undefined && <p class="banner-born">Born {spelled(birthDate)}</p>}
    </>
  );
}

/** FHIR dates may be a year or a month only; a whole one is spelled out. */
const spelled = (date: string) => formatCalendarDay(date) ?? date;
