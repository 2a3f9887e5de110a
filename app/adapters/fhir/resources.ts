/** What we read of FHIR resources, and nothing more: open shapes, because Millennium leaves out and adds. */
import { z } from "zod";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { ChartAppointment, ChartPatient } from "../../ports/ehr.ts";

const reference = z.object({ reference: z.string().optional() });
const concept = z.object({
  text: z.string().optional(),
  coding: z.array(z.object({ code: z.string().optional(), display: z.string().optional() })).optional(),
});

export const appointmentSchema = z.object({
  resourceType: z.literal("Appointment"),
  id: z.string(),
  status: z.string().default("unknown"),
  start: z.iso.datetime({ offset: true }).optional(),
  end: z.iso.datetime({ offset: true }).optional(),
  minutesDuration: z.number().optional(),
  serviceType: z.array(concept).default([]),
  description: z.string().optional(),
  contained: z.array(z.object({ resourceType: z.string(), type: z.array(concept).default([]) })).default([]),
  participant: z.array(z.object({ actor: reference.optional() })).default([]),
});

export const encounterSchema = z.object({
  resourceType: z.literal("Encounter"),
  appointment: z.array(reference).default([]),
});

export const locationSchema = z.object({ resourceType: z.literal("Location"), partOf: reference.optional() });

export const patientSchema = z.object({
  resourceType: z.literal("Patient"),
  id: z.string(),
  birthDate: z.string().optional(),
  name: z
    .array(
      z.object({
        use: z.string().optional(),
        text: z.string().optional(),
        family: z.string().optional(),
        given: z.array(z.string()).optional(),
        period: z.object({ end: z.string().optional() }).optional(),
      }),
    )
    .default([]),
  link: z.array(z.object({ type: z.string(), other: reference })).default([]),
});

/** Entries of an unknown kind (an OperationOutcome among the results) are skipped by whoever reads them. */
export const bundleSchema = z.object({
  resourceType: z.literal("Bundle"),
  link: z.array(z.object({ relation: z.string(), url: z.string() })).default([]),
  entry: z
    .array(
      z.object({
        resource: z.looseObject({ resourceType: z.string() }).optional(),
        search: z.object({ mode: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});

/** Undefined for one without times, such as a request that nobody has booked. */
export function chartAppointment(
  resource: z.output<typeof appointmentSchema>,
  { visitTypes, fhirBaseUrl }: Pick<ConfiguredConnection, "visitTypes" | "fhirBaseUrl">,
): ChartAppointment | undefined {
  if (resource.start === undefined) return undefined;
  const start = new Date(resource.start);
  const end =
    resource.end === undefined
      ? new Date(start.getTime() + (resource.minutesDuration ?? 30) * 60_000)
      : new Date(resource.end);
  const names = resource.serviceType.flatMap((type) => [
    ...(type.text === undefined ? [] : [type.text]),
    ...(type.coding ?? []).flatMap(({ code, display }) =>
      [code, display].filter((name) => name !== undefined),
    ),
  ]);
  return {
    id: resource.id,
    status: resource.status,
    start,
    end,
    patients: actors(resource, "Patient", fhirBaseUrl),
    locations: actors(resource, "Location", fhirBaseUrl),
    isVideo: hasRooms(resource) || names.some((name) => visitTypes.includes(name)),
    type: names[0] ?? resource.description ?? "Video visit",
  };
}

/** Rooms are told by their name, never by their place in the list, whose order Millennium does not promise. */
function hasRooms(resource: z.output<typeof appointmentSchema>): boolean {
  return resource.contained.some(
    (room) =>
      room.resourceType === "HealthcareService" &&
      room.type.some(({ text }) => /virtual meeting room/i.test(text ?? "")),
  );
}

function actors(resource: z.output<typeof appointmentSchema>, type: string, base: string): string[] {
  return resource.participant.flatMap(({ actor }) => idOf(actor?.reference, type, base) ?? []);
}

/** The id in a reference of a type: relative, or absolute below this base. The same id elsewhere is somebody else. */
export function idOf(text: string | undefined, type: string, base: string): string | undefined {
  const relative = text?.startsWith(base + "/") === true ? text.slice(base.length + 1) : text;
  return new RegExp("^" + type + "/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$").exec(
    relative ?? "",
  )?.[1];
}

export function chartPatient(resource: z.output<typeof patientSchema>): ChartPatient {
  const current = resource.name.filter(({ period, use }) => period?.end === undefined && use !== "old");
  const name = current.find(({ use }) => use === "official") ?? current[0] ?? resource.name[0];
  const written =
    name?.text ?? [name?.family, name?.given?.join(" ")].filter((part) => part !== undefined).join(", ");
  return {
    id: resource.id,
    name: written === "" ? "Name not in the chart" : written,
    ...(resource.birthDate !== undefined && { birthDate: resource.birthDate }),
  };
}
