/** A visit as it is stored. Whoever adds a field here adds it to the privacy table, too. */
import type { Department } from "../domain/hospital.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Person, Visit } from "../domain/visit.ts";
import type { Body, Item, Stored } from "../ports/store.ts";

const KEPT_AFTER_END_MS = 7 * 86_400_000;

/** What the store knows beyond the visit itself. */
export interface VisitRecord {
  readonly visit: Visit;
  readonly lobby: Department["lobby"];
  /** The appointment's id, sealed; absent for a consult. */
  readonly sealedAppointment?: string;
}

export function itemOf(record: VisitRecord): Item {
  const { visit } = record;
  const body: Body = {
    kind: visit.kind,
    connectionId: visit.connectionId,
    departmentId: visit.departmentId,
    start: visit.start.toISOString(),
    end: visit.end.toISOString(),
    movedFrom: visit.movedFrom?.toISOString(),
    state: visit.state,
    organizer: visit.organizer,
    meetingId: visit.meeting.id,
    joinUrl: visit.meeting.joinUrl,
    people: visit.people.map(({ number, role, generation }) => ({ number, role, generation })),
    lobby: record.lobby,
    appointment: record.sealedAppointment,
  };
  return {
    partition: visit.id,
    id: visit.id,
    body,
    expiresAt: new Date(visit.end.getTime() + KEPT_AFTER_END_MS),
  };
}

interface StoredBody {
  readonly kind: Visit["kind"];
  readonly connectionId: string;
  readonly departmentId: string;
  readonly start: string;
  readonly end: string;
  readonly movedFrom?: string;
  readonly state: Visit["state"];
  readonly organizer: string;
  readonly meetingId: string;
  readonly joinUrl: string;
  readonly people: readonly Person[];
  readonly lobby: Department["lobby"];
  readonly appointment?: string;
}

/** The maker for what {@link itemOf} wrote. It runs on every tap of a patient's link, so it copies and checks nothing. */
export function recordOf(stored: Stored): VisitRecord {
  const body = stored.body as unknown as StoredBody;
  return {
    visit: {
      id: stored.id as VisitId,
      kind: body.kind,
      connectionId: body.connectionId,
      departmentId: body.departmentId,
      start: new Date(body.start),
      end: new Date(body.end),
      ...(body.movedFrom !== undefined && { movedFrom: new Date(body.movedFrom) }),
      state: body.state,
      organizer: body.organizer,
      meeting: { id: body.meetingId, joinUrl: body.joinUrl },
      people: body.people,
    },
    lobby: body.lobby,
    ...(body.appointment !== undefined && { sealedAppointment: body.appointment }),
  };
}
