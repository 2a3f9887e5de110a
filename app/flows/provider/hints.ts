/**
 * What could not be read in the chart as it is written there: the table of what clinicians are told about it, and a log line
 * for each.
 */
import type { Log } from "../../log.ts";
import type { PatientField, ReadHint } from "../../ports/ehr.ts";

type Kind = ReadHint["kind"];
type Of<K extends Kind> = Extract<ReadHint, { readonly kind: K }>;

/** What clinicians are told. Undefined where a clinician could do nothing about it; then it is in the log only. */
const WORDS: { readonly [K in Kind]: (hint: Of<K>) => string | undefined } = {
  "list-incomplete": () =>
    "The chart did not send the whole list of appointments, so a visit of today may be missing here. Compare with the schedule.",
  "entries-skipped": ({ count }) =>
    (count === 1
      ? "One appointment in this chart could not be read"
      : String(count) + " appointments in this chart could not be read") +
    ", and may be a video visit of today. Compare with the schedule, and tell your IT help desk.",
  "entries-kept-back": () =>
    "The chart keeps some appointments back on purpose, such as those with a security label, so a video visit of today may be missing here. Compare with the schedule. Whoever sets up rights in the chart can say why.",
  "foreign-dropped": () =>
    "The chart’s answer was not usable as it stood: it held appointments of another patient, which are not shown here. Tell your IT help desk.",
  "encounter-unreadable": () => undefined,
  "encounter-visit-unreadable": () =>
    "The appointment that this chart was opened from could not be read. Check with the schedule that this is the visit you mean.",
  "members-ignored": () => undefined,
  "type-unreadable": () =>
    "The chart gives the type of an appointment of today in a form that cannot be read, so a video visit may be missing here. Compare with the schedule, and tell your IT help desk.",
  "status-unreadable": () =>
    "The chart does not give this visit’s state, or gives it in a form that cannot be read, so the visit may be canceled. Check with the schedule, and tell your IT help desk.",
  "duration-assumed": () =>
    "The chart does not say how long this visit is, or says what cannot be. 30 minutes, or the length it gives, are assumed.",
  "zone-assumed": () =>
    "The chart gives this visit’s time without a time zone. It is taken as the department’s local time.",
  "department-unreadable": () =>
    "The chart did not show where every visit takes place, so a visit’s department may be missing here.",
  "patient-unreadable": ({ fields }) =>
    "The chart does not show, or hides, " + enumerated(fields.map((field) => FIELDS[field])) + ". " + COMPARE,
};

const COMPARE = "Check in the chart itself whose it is.";

const FIELDS: Readonly<Record<PatientField, string>> = {
  record: "this patient’s record",
  name: "the patient’s name",
  "name.current": "a name that the patient uses now",
  "name.family": "the patient’s family name",
  "name.given": "the patient’s given name",
  birthDate: "the date of birth",
  link: "which record replaced this one",
};

function enumerated(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(", "), parts.at(-1)].filter((part) => part !== "").join(" and ");
}

/** The sentences that the page says, each once. */
export function hintWords(hints: readonly ReadHint[]): readonly string[] {
  const said = distinctHints(hints).flatMap((hint) => wordsOf(hint) ?? []);
  return [...new Set(said)];
}

function wordsOf(hint: ReadHint): string | undefined {
  const say = WORDS[hint.kind] as (hint: ReadHint) => string | undefined;
  return say(hint);
}

/** One hint for each kind: counts are added, fields joined. */
export function distinctHints(hints: readonly ReadHint[]): readonly ReadHint[] {
  const byKind = new Map<Kind, ReadHint>();
  for (const hint of hints) {
    const known = byKind.get(hint.kind);
    byKind.set(hint.kind, known === undefined ? hint : joined(known, hint));
  }
  return [...byKind.values()];
}

function joined(one: ReadHint, other: ReadHint): ReadHint {
  const fields = [...new Set([...fieldsOf(one), ...fieldsOf(other)])];
  const count = countOf(one) + countOf(other);
  return { ...one, ...(fields.length > 0 && { fields }), ...("count" in one && { count }) } as ReadHint;
}

const fieldsOf = (hint: ReadHint): readonly string[] => ("fields" in hint ? hint.fields : []);
const countOf = (hint: ReadHint): number => ("count" in hint ? hint.count : 0);

/** Logs the hints. A hint's kind and the names of FHIR members are our own words; their values are not logged. */
export function logHints(log: Log, connection: string, hints: readonly ReadHint[]): void {
  for (const hint of distinctHints(hints)) {
    const fields = fieldsOf(hint);
    log.warn("chart.read-in-part", {
      connection,
      reason: hint.kind,
      ...("count" in hint && { count: hint.count }),
      ...(fields.length > 0 && { names: fields }),
    });
  }
}
