/** Shows whose chart this is: read for this view, stored nowhere; nothing is shown where the EHR shows it itself. */
import { yearsBetween } from "../../domain/age.ts";
import { dayIn } from "../../domain/day.ts";
import type { ChartPatient } from "../../ports/ehr.ts";
import type { Session } from "../../records/sessions.ts";
import { readableTelephone, telephone } from "../../web/telephone.ts";
import { formatCalendarDay } from "../../web/time.ts";
import { hintWords } from "./hints.ts";
import type { ShownPatient, UnknownPatient } from "./shownPatient.ts";

export function PatientBanner({ patient, session, now, zones }: Shown) {
  if (patient === undefined || !session.grant.needPatientBanner) return null;
  return (
    <section class="banner" aria-label="Patient">
      {typeof patient === "object" ? (
        <Known patient={patient} now={now} zones={zones} />
      ) : (
        <p class="banner-name">Patient not known here</p>
      )}
      {wordsOf(patient).map((sentence) => (
        <p key={sentence} class="banner-hint">
          {sentence}
        </p>
      ))}
    </section>
  );
}

interface Shown {
  readonly patient: ShownPatient;
  readonly session: { readonly grant: Pick<Session["grant"], "needPatientBanner"> };
  readonly now: Date;
  /** The time zones of the page's departments; empty where it has none. */
  readonly zones: readonly string[];
}

function wordsOf(patient: ChartPatient | UnknownPatient): readonly string[] {
  switch (patient) {
    case "not-read":
      return ["This page could not read the chart. Check in the chart itself whose it is."];
    case "not-shown":
      return hintWords([{ kind: "patient-unreadable", fields: ["record"] }]);
    default:
      return hintWords(patient.hints);
  }
}

function Known({ patient, now, zones }: Pick<Shown, "now" | "zones"> & { readonly patient: ChartPatient }) {
  const { name, birthDate, language, interpreter, phone, hints } = patient;
  const isHidden = hints.some((hint) => hint.kind === "patient-unreadable" && hint.fields.includes("name"));
  return (
    <>
      <p class="banner-name">{name ?? (isHidden ? "Name hidden in the chart" : "Name not in the chart")}</p>
      {birthDate !== undefined && <p class="banner-born">Born {born(birthDate, now, zones)}</p>}
      {language !== undefined && <p>{language.name + interpreterWords(language.code, interpreter)}</p>}
      {language === undefined && interpreter === true && <p>Needs an interpreter</p>}
      {phone !== undefined && (
        <p>
          <a href={telephone(phone)}>Call {readableTelephone(phone)}</a>
        </p>
      )}
    </>
  );
}

/**
 * Whether the patient needs an interpreter; asked as a question where the chart leaves it open and the patient's language is
 * another than the page's.
 */
function interpreterWords(code: string | undefined, interpreter: boolean | undefined): string {
  if (interpreter === true) return ", needs an interpreter";
  if (interpreter === false || code?.startsWith("en") === true) return "";
  return ", interpreter?";
}

/**
 * The date of birth. A FHIR date may be a year or a month only; a whole one is spelled out, with the age. A date that is still
 * to come is a slip in the chart: it gives no age. Neither does a birthday that is today in one of the zones and not in another.
 */
function born(date: string, now: Date, zones: readonly string[]): string {
  const spelled = formatCalendarDay(date);
  if (spelled === undefined) return date;
  const [age = -1, ...others] = new Set(
    (zones.length === 0 ? FURTHEST_ZONES : zones).map((zone) => yearsBetween(date, dayIn(zone, now))),
  );
  return age < 0 || others.length > 0 ? spelled : `${spelled} (${String(age)})`;
}

/** What is the same in both is the same everywhere. */
const FURTHEST_ZONES = ["Etc/GMT+12", "Pacific/Kiritimati"];
