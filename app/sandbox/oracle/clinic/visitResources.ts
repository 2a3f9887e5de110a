/** An appointment and its encounter as Millennium writes them in FHIR, with the two virtual rooms. */
import type { Appointment, AppointmentParticipant, Encounter, HealthcareService } from "@medplum/fhirtypes";
import { clinicians } from "./people.ts";
import { locationId, locationName } from "./locations.ts";
import type { Scenario } from "./scenarios.ts";

/** Millennium's names of the two virtual rooms; nothing else distinguishes them. */
export const ROOM = {
  provider: "Provider Virtual Meeting Room",
  patient: "Patient Virtual Meeting Room",
} as const;

const EXTENSION = "https://fhir-ehr.cerner.com/r4/StructureDefinition";

export interface Booked {
  readonly tenant: string;
  readonly id: string;
  readonly planned: Scenario;
  readonly patientName: string;
  readonly start: Date;
}

export function appointmentResource({ tenant, id, planned, patientName, start }: Booked): Appointment {
  const period = { start: start.toISOString(), end: end(start, planned).toISOString() };
  const isProposed = planned.status === "proposed";
  const rooms = roomsOf(planned);
  const type = planned.type;
  return {
    resourceType: "Appointment",
    id,
    text: { status: "generated", div: narrative(planned) },
    ...(rooms.length === 0 ? {} : { contained: rooms }),
    extension: [
      { url: `${EXTENSION}/is-cancelable`, valueBoolean: planned.status === "booked" },
      { url: `${EXTENSION}/is-reschedulable`, valueBoolean: planned.status === "booked" },
    ],
    status: planned.status,
    ...(planned.status === "cancelled" ? { cancelationReason: PATIENT_CANCELLED } : {}),
    serviceType: [
      {
        coding: [
          {
            system: `https://fhir.cerner.com/${tenant}/codeSet/14249`,
            code: planned.type === "Video Visit" ? "700001" : "700002",
            display: type,
            userSelected: true,
          },
        ],
        text: type,
      },
    ],
    reasonCode: [{ text: "Follow-up" }],
    description: type,
    ...(isProposed ? {} : { ...period, minutesDuration: planned.minutes }),
    participant: participants(tenant, planned, patientName, rooms),
    requestedPeriod: [period],
  };
}

export const PATIENT_CANCELLED = {
  coding: [
    {
      system: "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
      code: "pat",
      display: "Patient",
    },
  ],
  text: "Patient",
};

/** The encounter with which a chart is opened. In Millennium not every encounter names its appointment. */
export function encounterResource({ id, planned, start }: Booked): Encounter {
  const period = { start: start.toISOString(), end: end(start, planned).toISOString() };
  const statuses = { arrived: "arrived", fulfilled: "finished", cancelled: "cancelled" } as const;
  return {
    resourceType: "Encounter",
    id: encounterIdOf(id),
    status:
      planned.status === "booked" || planned.status === "proposed" ? "planned" : statuses[planned.status],
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB", display: "ambulatory" },
    subject: { reference: `Patient/${planned.patientId}` },
    period,
    location: [
      {
        location: {
          reference: `Location/${locationId(planned.location)}`,
          display: locationName(planned.location),
        },
      },
    ],
    ...(planned.encounter === "linked" ? { appointment: [{ reference: `Appointment/${id}` }] } : {}),
  };
}

export function encounterIdOf(appointmentId: string): string {
  return `5${appointmentId.slice(1)}`;
}

/** A room before any link has been written into it. */
export function emptyRoom(who: keyof typeof ROOM): HealthcareService {
  return {
    resourceType: "HealthcareService",
    id: who === "patient" ? "41" : "44",
    type: [{ text: ROOM[who] }],
  };
}

export function roomParticipant(room: HealthcareService): AppointmentParticipant {
  return {
    type: [{ text: room.type?.[0]?.text ?? "" }],
    actor: { reference: `#${room.id ?? ""}` },
    status: "accepted",
  };
}

function roomsOf(planned: Scenario): HealthcareService[] {
  if (planned.rooms === "none") return [];
  const rooms = [emptyRoom("patient"), emptyRoom("provider")];
  return planned.rooms === "patientFirst" ? rooms : rooms.reverse();
}

function participants(
  tenant: string,
  planned: Scenario,
  patientName: string,
  rooms: readonly HealthcareService[],
): AppointmentParticipant[] {
  const status = planned.status === "proposed" ? "needs-action" : "accepted";
  const clinician = clinicians.find((each) => each.id === planned.practitionerId);
  const patientType = {
    coding: [
      {
        system: `https://fhir.cerner.com/${tenant}/codeSet/14250`,
        code: "4572",
        display: "Patient",
        userSelected: true,
      },
    ],
    text: "Patient",
  };
  const performer = {
    system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
    code: "PPRF",
    display: "primary performer",
  };
  return [
    {
      type: [patientType],
      actor: { reference: `Patient/${planned.patientId}`, display: patientName },
      required: "required",
      status,
    },
    {
      type: [{ text: "Resource" }, { coding: [performer] }],
      actor: { reference: `Practitioner/${planned.practitionerId}`, display: clinician?.display ?? "" },
      required: "required",
      status,
    },
    {
      actor: {
        reference: `Location/${locationId(planned.location)}`,
        display: locationName(planned.location),
      },
      required: "required",
      status,
    },
    ...(planned.alsoPresent === undefined
      ? []
      : [{ actor: { display: planned.alsoPresent }, required: "required", status } as const]),
    ...rooms.map(roomParticipant),
  ];
}

function narrative(planned: Scenario): string {
  const video = planned.type === "Video Visit" ? "Yes" : "No";
  return `<div xmlns="http://www.w3.org/1999/xhtml"><p><b>Appointment</b></p><p><b>Video Visit</b>: ${video}</p></div>`;
}

function end(start: Date, planned: Scenario): Date {
  return new Date(start.getTime() + planned.minutes * 60_000);
}
