/**
 * An appointment as we read it: only the members that are used and whose meaning is clear, in whatever form a server sends
 * them.
 */
import * as z from "zod";
import {
  appointmentStatus,
  isUnsaid,
  standingOf,
  type AppointmentStatus,
  type Standing,
} from "../../domain/appointmentStatus.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { ChartAppointment, ChartClinician, ReadHint, UntimedAppointment } from "../../ports/ehr.ts";
import { amount, listOf, orListOfOne, text, words, type Reading } from "../wire/members.ts";
import { shown } from "../wire/shown.ts";
import { coming, hasDeclined } from "./coming.ts";
import { asRead, codeRead, concept, namesOf, reference } from "./concepts.ts";
import { idOf, referred, type Referred } from "./references.ts";
import { hidesRoom, isRoom } from "./rooms.ts";
import { readTime } from "./times.ts";

/** `contained` holds resources of every kind, and a member's type differs by kind. So only the rooms' members are read. */
export const appointmentSchema = z.object({
  resourceType: z.literal("Appointment"),
  id: text,
  meta: z.object({ versionId: text.optional(), lastUpdated: text.optional() }).optional(),
  status: orListOfOne(text),
  start: text.optional(),
  end: text.optional(),
  minutesDuration: amount.optional(),
  serviceType: listOf(concept).default([]),
  description: words.optional(),
  contained: listOf(z.object({ resourceType: text.optional(), type: z.unknown().optional() })).default([]),
  participant: listOf(
    z.object({
      actor: reference.optional(),
      type: listOf(concept).default([]),
      status: orListOfOne(text),
    }),
  ).default([]),
});

export type Appointment = z.output<typeof appointmentSchema>;
type At = Pick<ConfiguredConnection, "visitTypes" | "fhirBaseUrl">;

/** Undefined for an appointment that needs a start by its status, and has none that can be read. */
export function chartAppointment(
  { value, ignored }: Reading<Appointment>,
  at: At,
): ChartAppointment | UntimedAppointment | undefined {
  const status = appointmentStatus(value.status);
  const times = timesOf(value);
  if (times === undefined && !UNTIMED.has(standingOf(status))) return undefined;
  const patients = patientsOf({ value, ignored }, at);
  const hints: ReadHint[] = [];
  if (ignored.length > 0) hints.push({ kind: "members-ignored", fields: ignored });
  if (times?.isLengthAssumed === true) hints.push({ kind: "duration-assumed" });
  const isVideoVisit = isVideo(value, at);
  if (!isVideoVisit) hints.push(...hiddenKinds({ value, ignored }));
  hints.push(...statusHints(status));
  const stated = {
    id: value.id,
    status,
    patients: patients.ids,
    patientElsewhere: patients.isElsewhere,
    ...(patients.declined.length > 0 && { declined: patients.declined }),
    ...(patients.isDeclined && { isDeclined: true as const }),
    locations: locationsOf(value, at),
    clinicians: cliniciansOf(value, at),
    isVideo: isVideoVisit,
    type: shown(kindsOf(value)[0] ?? value.description ?? "Video visit"),
    hints,
  };
  if (times === undefined) return stated;
  return { ...stated, start: times.start, end: times.end, clock: times.clock };
}

/** How a visit stands that needs no time. */
const UNTIMED: ReadonlySet<Standing> = new Set(["off", "not-booked"]);

/**
 * Whether the appointment has virtual rooms or is of a type that the hospital names as video. It works for an appointment
 * without a time too.
 */
export function isVideo(appointment: Appointment, { visitTypes }: Pick<At, "visitTypes">): boolean {
  if (appointment.contained.some(isRoom)) return true;
  const types = visitTypes.map(asRead);
  return kindsOf(appointment).some((name) => types.includes(asRead(name)));
}

/**
 * Says that the appointment may be a video visit although nothing that can be read says so: its type, or a room's, is there
 * in a form that cannot be read.
 */
export const kindHints = (read: Reading<Appointment>, at: Pick<At, "visitTypes">): ReadHint[] =>
  isVideo(read.value, at) ? [] : hiddenKinds(read);

function hiddenKinds({ value, ignored }: Reading<Appointment>): ReadHint[] {
  const types = kindsOf(value).length > 0 ? [] : hiddenTypes({ value, ignored });
  const rooms = [
    ...ignored.filter((path) => /^contained\b/.test(path)),
    ...(value.contained.some(hidesRoom) ? ["contained[].type"] : []),
  ];
  const fields = [...types, ...rooms];
  return fields.length === 0 ? [] : [{ kind: "type-unreadable", fields }];
}

/** A type that has no name may be masked. */
function hiddenTypes({ value, ignored }: Reading<Appointment>): readonly string[] {
  const wrong = ignored.filter((path) => /^serviceType\b/.test(path));
  return wrong.length === 0 && value.serviceType.length > 0 ? ["serviceType[]"] : wrong;
}

/** Says that a visit may be cancelled although nothing that can be read says so. */
export const statusHints = (status: AppointmentStatus): readonly ReadHint[] =>
  isUnsaid(status) ? [{ kind: "status-unreadable" }] : [];

interface NamedPatients {
  readonly ids: readonly string[];
  readonly isElsewhere: boolean;
  /** Who has declined while another one comes; they are not among the ids. */
  readonly declined: readonly string[];
  /** Whether all whom it names have declined. */
  readonly isDeclined: boolean;
}

/**
 * The patients whom it names and who come, each once, however often it names them. Where it names none of this server's,
 * somebody in a form that cannot be read may be a patient, so it is not one that names its patient in words only.
 */
export function patientsOf(
  { value: { participant }, ignored }: Reading<Appointment>,
  { fhirBaseUrl }: Pick<At, "fhirBaseUrl">,
): NamedPatients {
  const all = participant.map(({ actor, status }) => ({
    status,
    actor: referred(actor, "Patient", fhirBaseUrl),
  }));
  const named = all.filter(({ actor: { kind } }) => kind === "here" || kind === "elsewhere");
  const come = coming(named);
  const ids = idsOf(come);
  const isUnclear = all.some(({ actor: { kind } }) => kind === "unclear") || ignored.some(hidesSomebody);
  return {
    ids,
    isElsewhere: come.some(({ actor: { kind } }) => kind === "elsewhere") || (ids.length === 0 && isUnclear),
    declined: idsOf(named.filter((one) => !come.includes(one))).filter((id) => !ids.includes(id)),
    isDeclined: come.length > 0 && come.every(hasDeclined),
  };
}

const idsOf = (some: readonly { readonly actor: Referred }[]): readonly string[] => [
  ...new Set(some.flatMap(({ actor }) => (actor.kind === "here" ? actor.id : []))),
];

const hidesSomebody = (path: string) => /^participant(\[\])?(\.actor(\.reference)?)?$/.test(path);

/** Ids of the locations where it takes place: one that has declined gives way to another. */
export function locationsOf(
  { participant }: Appointment,
  { fhirBaseUrl }: Pick<At, "fhirBaseUrl">,
): string[] {
  const named = participant.map(({ actor, status }) => ({
    status,
    location: referred(actor, "Location", fhirBaseUrl),
  }));
  const here = coming(named.filter(({ location }) => location.kind === "here"));
  return here.flatMap(({ location }) => (location.kind === "here" ? location.id : []));
}

function kindsOf({ serviceType }: Appointment): string[] {
  return serviceType.flatMap(namesOf);
}

/**
 * The primary performer is the clinician whom the patient comes to see. Who has declined is not there.
 * https://terminology.hl7.org/CodeSystem-v3-ParticipationType.html
 */
function cliniciansOf(
  { participant }: Appointment,
  { fhirBaseUrl }: Pick<At, "fhirBaseUrl">,
): ChartClinician[] {
  const named = participant.flatMap(({ actor, type, status }) => {
    if (hasDeclined({ status })) return [];
    const isClinician = /(^|\/)Practitioner(Role)?\//.test(actor?.reference ?? "");
    if (!isClinician || actor?.display === undefined) return [];
    const isPrimary = type.some(({ coding }) => coding.some(({ code }) => codeRead(code) === "pprf"));
    const resources = ["Practitioner", "PractitionerRole"].flatMap((kind) => {
      const id = idOf(actor, kind, fhirBaseUrl);
      return id === undefined ? [] : [[fhirBaseUrl, kind, id].join("/")];
    });
    return [{ name: shown(actor.display), resources, isPrimary }];
  });
  const inOrder = [
    ...named.filter(({ isPrimary }) => isPrimary),
    ...named.filter(({ isPrimary }) => !isPrimary),
  ];
  return [...new Set(inOrder.map(({ name }) => name))].map((name) => ({
    name,
    resources: [...new Set(inOrder.filter((one) => one.name === name).flatMap(({ resources }) => resources))],
  }));
}

const USUAL_MINUTES = 30;
/** Longer than any visit, and short enough that no date overflows. */
const MOST_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;
/**
 * Years in which there are visits. A time outside them stands for none, as 9999 does; and what is kept of one that ends in
 * the year 10000 could not be read again.
 */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2999;

function startIn(text: string | undefined) {
  const start = readTime(text);
  const year = start?.at.getUTCFullYear() ?? 0;
  return year >= FIRST_YEAR && year <= LAST_YEAR ? start : undefined;
}

/**
 * The end is the chart's where it comes a minute to a day after the start; else it follows from the length in minutes where
 * that is possible; else it is half an hour after the start. FHIR's length is a whole number from 1 on
 * (https://hl7.org/fhir/R4/appointment-definitions.html#Appointment.minutesDuration): a part of a minute more is rounded, and
 * less than a minute is no length.
 */
export function timesOf({ start: startText, end: endText, minutesDuration }: Appointment) {
  const start = startIn(startText);
  if (start === undefined) return undefined;
  const end = readTime(endText);
  const span = end?.clock === start.clock ? end.at.getTime() - start.at.getTime() : 0;
  if (end !== undefined && span >= MINUTE_MS && span <= MOST_MINUTES * MINUTE_MS)
    return { start: start.at, end: end.at, clock: start.clock, isLengthAssumed: false };
  const isLength = minutesDuration !== undefined && minutesDuration >= 1 && minutesDuration <= MOST_MINUTES;
  const minutes = isLength ? Math.round(minutesDuration) : USUAL_MINUTES;
  return {
    start: start.at,
    end: new Date(start.at.getTime() + minutes * MINUTE_MS),
    clock: start.clock,
    isLengthAssumed: !isLength || endText !== undefined,
  };
}

/**
 * Whether one copy of an appointment is newer than the other: by its date, else by its version's numbers, else the copy that
 * was read later.
 */
export function isNewer(one: Appointment["meta"], other: Appointment["meta"]): boolean {
  const [date, otherDate] = [readTime(one?.lastUpdated), readTime(other?.lastUpdated)];
  if (date !== undefined && otherDate !== undefined && date.at.getTime() !== otherDate.at.getTime())
    return date.at > otherDate.at;
  const [version, otherVersion] = [numbersOf(one?.versionId), numbersOf(other?.versionId)];
  if (version === undefined || otherVersion === undefined) return true;
  const length = Math.max(version.length, otherVersion.length);
  for (let index = 0; index < length; index++) {
    const difference = (version[index] ?? 0) - (otherVersion[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The numbers of a version, so that `10-1` comes after `9-2`. A version in any other form tells no order. */
function numbersOf(version: string | undefined): readonly number[] | undefined {
  return version !== undefined && /^\d{1,9}(-\d{1,9})*$/.test(version)
    ? version.split("-").map(Number)
    : undefined;
}
