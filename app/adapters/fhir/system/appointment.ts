/** An appointment as the system client reads it: its times, its locations, its status, and the links in its rooms. */
import type { ReadHint } from "../../../ports/ehr.ts";
import type { SystemAppointment, SystemConnection } from "../../../ports/systemEhr.ts";
import { appointmentStatus } from "../../../domain/appointmentStatus.ts";
import { readMembers } from "../../wire/members.ts";
import {
  appointmentSchema,
  isVideo,
  kindHints,
  patientsOf,
  locationsOf,
  statusHints,
  timesOf,
  type Appointment,
} from "../appointments.ts";
import { bareId } from "../references.ts";
import { roomsOf } from "../rooms.ts";
import { isVersion } from "./ask.ts";

/** An appointment from a list, with what tells which of two copies is newer. */
export interface ReadAppointment {
  readonly appointment: SystemAppointment;
  readonly meta: Appointment["meta"];
}

/**
 * @param json the resource as it came
 * @param version the version from the answer's header, which takes precedence over the one in the resource
 * @throws Unreadable
 */
export function readAppointment(json: unknown, at: SystemConnection, version?: string): ReadAppointment {
  const { value, ignored } = readMembers(appointmentSchema, json);
  const found = version ?? value.meta?.versionId;
  const status = appointmentStatus(value.status);
  const times = timesOf(value);
  const patients = patientsOf({ value, ignored }, at);
  const hints: ReadHint[] = [];
  if (ignored.length > 0) hints.push({ kind: "members-ignored", fields: ignored });
  if (times?.isLengthAssumed === true) hints.push({ kind: "duration-assumed" });
  hints.push(...kindHints({ value, ignored }, at), ...statusHints(status));
  return {
    meta: value.meta,
    appointment: {
      id: value.id,
      ...(isVersion(found) && { version: found }),
      status,
      ...(times && { times: { start: times.start, end: times.end, clock: times.clock } }),
      locations: locationsOf(value, at),
      ...(patients.ids.length > 0 && !patients.isElsewhere && { patients: patients.ids }),
      ...(patients.isDeclined && { isDeclined: true as const }),
      isVideo: isVideo(value, at),
      rooms: roomsOf(containedIn(json)),
      hints,
    },
  };
}

/** Whether the appointment's id can be part of an address. */
export const isUsable = ({ appointment }: ReadAppointment, { fhirBaseUrl }: SystemConnection): boolean =>
  bareId(appointment.id, "Appointment", fhirBaseUrl) === appointment.id;

/** The contained resources as they came. One that cannot be read still counts as a position. */
function containedIn(json: unknown): readonly unknown[] {
  if (typeof json !== "object" || json === null || !("contained" in json)) return [];
  const { contained } = json;
  if (Array.isArray(contained)) return contained as readonly unknown[];
  return contained === null || contained === undefined ? [] : [contained];
}
