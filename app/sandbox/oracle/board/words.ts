/** How the board writes what FHIR says: times, names, ages, and the state of a visit's links. */
import type { Appointment, Patient } from "@medplum/fhirtypes";
import { DAY, HOUR, ISO_DAY, ZONE } from "../clinic/clock.ts";
import { timeZone } from "../clinic/locations.ts";
import { ROOM } from "../clinic/visitResources.ts";

export const time = (instant: string | undefined): string =>
  instant === undefined ? "–" : HOUR.format(new Date(instant));

export const day = (instant: string | undefined): string =>
  instant === undefined ? "No date yet" : DAY.format(new Date(instant));

export const zoneName = (now: Date): string =>
  ZONE.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value ?? timeZone;

/** Id of the first participant of a kind, from its reference. */
export function participantId(
  appointment: Appointment,
  type: "Patient" | "Practitioner" | "Location",
): string {
  return actor(appointment, type)?.reference?.slice(type.length + 1) ?? "";
}

export function participantName(
  appointment: Appointment,
  type: "Patient" | "Practitioner" | "Location",
): string {
  return actor(appointment, type)?.display ?? "–";
}

/** The link in a room; undefined where the rooms do not exist yet, which a first write makes. */
export function roomLink({ contained = [] }: Appointment, who: keyof typeof ROOM): string | undefined {
  const rooms = contained.filter((each) => each.resourceType === "HealthcareService");
  return rooms.find(({ type }) => type?.[0]?.text === ROOM[who])?.telecom?.[0]?.value;
}

/** What the chart says about the two links. */
export function videoState(appointment: Appointment): string {
  if (appointment.serviceType?.[0]?.text !== "Video Visit") return "–";
  const rooms = (appointment.contained ?? []).filter((each) => each.resourceType === "HealthcareService");
  if (rooms.length === 0) return "No place for a link";
  return rooms.some((room) => room.telecom !== undefined) ? "Link in the chart" : "No link yet";
}

export const nameOf = (patient: Patient): string => patient.name?.[0]?.text ?? "Unknown";
export const mrnOf = (patient: Patient): string => patient.identifier?.[0]?.value ?? "–";
export const languageOf = (patient: Patient): string => patient.communication?.[0]?.language.text ?? "–";

export function mobileOf(patient: Patient): string {
  return patient.telecom?.find(({ use }) => use === "mobile")?.value ?? "None on file";
}

/** By the clinic's clock: in its evening it is tomorrow by UTC. */
export function ageOf({ birthDate = "" }: Patient, now: Date): string {
  const [year = 0, month = 1, date = 1] = birthDate.split("-").map(Number);
  const [thisYear = 0, thisMonth = 1, today = 1] = ISO_DAY.format(now).split("-").map(Number);
  const had = thisMonth > month || (thisMonth === month && today >= date);
  return `${String(thisYear - year - (had ? 0 : 1))} years`;
}

function actor(appointment: Appointment, type: string) {
  return appointment.participant.find((each) => each.actor?.reference?.startsWith(`${type}/`) === true)
    ?.actor;
}
