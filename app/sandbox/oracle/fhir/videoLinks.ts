/** A PATCH that writes the links of a video visit into the appointment's two rooms. */
import type { WithId } from "@medplum/core";
import type { Appointment, HealthcareService } from "@medplum/fhirtypes";
import { emptyRoom, ROOM, roomParticipant } from "../clinic/visitResources.ts";
import { outcome } from "./outcomes.ts";
import type { PatchOperation } from "./patchOperations.ts";

/** In a PATCH, room 0 is the provider's and room 1 the patient's, whatever the order when reading. */
const PATHS = {
  provider: "/contained/0/telecom/0/value",
  patient: "/contained/1/telecom/0/value",
  start: "/contained/0/telecom/0/period/start",
  end: "/contained/0/telecom/0/period/end",
} as const;

const LINK_AT_MOST = 255;

export function isAboutLinks(operations: readonly PatchOperation[]): boolean {
  return operations.some(({ path }) => path.startsWith("/contained"));
}

/** The appointment with both links written. All four operations come together, either all `add` or all `replace`. */
export function withLinks(
  appointment: WithId<Appointment>,
  operations: readonly PatchOperation[],
): WithId<Appointment> {
  if (!isVideoVisit(appointment))
    throw outcome(422, "business-rule", "Links can be added to Video Visits only");
  const [first] = operations;
  const paths = operations.map(({ path }) => path).sort();
  const needed: string[] = Object.values(PATHS).sort();
  if (
    first === undefined ||
    paths.length !== needed.length ||
    paths.some((path, index) => path !== needed[index])
  )
    throw outcome(
      422,
      "business-rule",
      "Both links and both ends of their period must be given together, alone",
    );
  if ((first.op !== "add" && first.op !== "replace") || operations.some(({ op }) => op !== first.op))
    throw outcome(422, "business-rule", "The operations must be all add or all replace");
  const hasLinks = (appointment.contained ?? []).some((each) => isRoom(each) && each.telecom !== undefined);
  if (first.op === "add" && hasLinks) throw outcome(409, "conflict", "The video links were added already");
  if (first.op === "replace" && !hasLinks)
    throw outcome(422, "business-rule", "There are no video links to replace");

  const period = { start: instant(operations, PATHS.start), end: instant(operations, PATHS.end) };
  if (Date.parse(period.end) <= Date.parse(period.start))
    throw outcome(422, "business-rule", "The period ends before it starts");
  const rooms = roomsOf(appointment);
  const withLinks = rooms.map((room) => {
    const path = room.type?.[0]?.text === ROOM.provider ? PATHS.provider : PATHS.patient;
    return { ...room, telecom: [{ system: "url" as const, value: link(operations, path), period }] };
  });
  const isNew = !(appointment.contained ?? []).some(isRoom);
  return {
    ...appointment,
    contained: [...(appointment.contained ?? []).filter((each) => !isRoom(each)), ...withLinks],
    participant: [...appointment.participant, ...(isNew ? rooms.map(roomParticipant) : [])],
  };
}

function isVideoVisit(appointment: Appointment): boolean {
  return (appointment.serviceType ?? []).some(({ text }) => text === "Video Visit");
}

/** The rooms in the order in which they are kept. A visit without rooms gets them. */
function roomsOf(appointment: Appointment): HealthcareService[] {
  const rooms = (appointment.contained ?? []).filter(isRoom);
  return rooms.length > 0 ? rooms : [emptyRoom("provider"), emptyRoom("patient")];
}

function isRoom(resource: NonNullable<Appointment["contained"]>[number]): resource is HealthcareService {
  return resource.resourceType === "HealthcareService";
}

function link(operations: readonly PatchOperation[], path: string): string {
  const value = operations.find((each) => each.path === path)?.value;
  if (typeof value !== "string" || URL.parse(value)?.protocol.startsWith("http") !== true)
    throw outcome(422, "business-rule", "A video link must be a URL", path);
  if (value.length > LINK_AT_MOST)
    throw outcome(422, "too-long", `A video link may have ${String(LINK_AT_MOST)} characters at most`, path);
  return value;
}

function instant(operations: readonly PatchOperation[], path: string): string {
  const value = operations.find((each) => each.path === path)?.value;
  if (typeof value !== "string" || !/T.*(?:Z|[+-]\d\d:\d\d)$/u.test(value) || Number.isNaN(Date.parse(value)))
    throw outcome(422, "business-rule", "A period needs an instant with a zone", path);
  return value;
}
