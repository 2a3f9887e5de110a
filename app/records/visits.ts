/** The life of a visit: opened once with its meeting, kept in step with the chart, ended, and the links into it. */
import type { Department } from "../domain/hospital.ts";
import { makeLinkToken, readLinkToken, type VisitId } from "../domain/linkToken.ts";
import { organizerFor } from "../domain/organizers.ts";
import { invited, renewed, type Visit } from "../domain/visit.ts";
import type { Hospital } from "./hospital.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Meetings } from "../ports/meetings.ts";
import { StoreConflict, type Store } from "../ports/store.ts";
import type { AppointmentFacts, ConsultFacts, Visits } from "../ports/visits.ts";
import { itemOf, recordOf, type VisitRecord } from "./visitDocument.ts";

export interface VisitsDeps {
  readonly store: Store;
  readonly meetings: Meetings;
  readonly keyring: Keyring;
  readonly hospital: Hospital;
}

export function openVisits(deps: VisitsDeps): Visits {
  const { keyring } = deps;
  return {
    async open(appointment) {
      const id = await appointmentVisitId(deps, appointment.connectionId, appointment.appointmentId);
      const known = await deps.store.read("visits", id, id);
      if (known === undefined) return begin(deps, firstRecord(deps, id, appointment), appointment.department);
      return keepInStep(deps, id, appointment);
    },
    async openConsult(consult) {
      const id = visitId(deps, ["consult", consult.connectionId, consult.key]);
      const known = await deps.store.read("visits", id, id);
      return known === undefined
        ? begin(deps, consultRecord(id, consult), consult.department)
        : recordOf(known).visit;
    },
    async find(connectionId, appointmentId) {
      return byId(deps, await appointmentVisitId(deps, connectionId, appointmentId));
    },
    byId: (id) => byId(deps, id),
    async cancel(connectionId, appointmentId) {
      const id = await appointmentVisitId(deps, connectionId, appointmentId);
      if ((await byId(deps, id)) === undefined) return;
      await change(deps, id, (visit) =>
        visit.state === "cancelled" ? visit : { ...visit, state: "cancelled" },
      );
    },
    async end(id) {
      await change(deps, id, (visit) => ({ ...visit, state: "ended" }));
    },
    async reopen(id) {
      await change(deps, id, (visit) => (visit.state === "ended" ? { ...visit, state: "open" } : visit));
    },
    async invite(id, role) {
      const visit = await change(deps, id, (before) => invited(before, role));
      const person = visit.people.at(-1);
      if (person === undefined) throw new Error("an invitation left no person");
      return person;
    },
    async renewLink(id, person) {
      await change(deps, id, (visit) => renewed(visit, person));
    },
    token: (visit, { number, generation }) =>
      makeLinkToken(keyring.links, { visit: visit.id, person: number, generation }),
    claims: (token) => readLinkToken(keyring.links, token),
  };
}

async function byId(deps: VisitsDeps, id: VisitId): Promise<Visit | undefined> {
  const stored = await deps.store.read("visits", id, id);
  return stored && recordOf(stored).visit;
}

/** Resource ids mean nothing without their server, so the base URL is part of the hash: renaming a connection moves nothing. */
async function appointmentVisitId(
  deps: VisitsDeps,
  connectionId: string,
  appointmentId: string,
): Promise<VisitId> {
  const connection = await deps.hospital.connection(connectionId);
  if (connection === undefined) throw new Error("no connection " + connectionId);
  return visitId(deps, ["appointment", connection.fhirBaseUrl, appointmentId]);
}

/** 96 of the hash's 128 bits. */
function visitId(deps: VisitsDeps, parts: readonly string[]): VisitId {
  return deps.keyring.hash("visit", JSON.stringify(parts)).slice(0, 16) as VisitId;
}

function firstRecord(deps: VisitsDeps, id: VisitId, facts: AppointmentFacts): Unopened {
  return {
    id,
    kind: "appointment",
    connectionId: facts.connectionId,
    start: facts.start,
    end: facts.end,
    people: [{ number: 0, role: "patient", generation: 0 }],
    sealedAppointment: deps.keyring.seal("visit " + id, facts.appointmentId),
  };
}

function consultRecord(id: VisitId, facts: ConsultFacts): Unopened {
  return {
    id,
    kind: "consult",
    connectionId: facts.connectionId,
    start: facts.start,
    end: facts.end,
    people: [],
  };
}

type Unopened = Pick<Visit, "id" | "kind" | "connectionId" | "start" | "end" | "people"> &
  Pick<VisitRecord, "sealedAppointment">;

/** Two who open at once get one meeting (its id makes it so) and one record (the second finds the first's). */
async function begin(deps: VisitsDeps, unopened: Unopened, department: Department): Promise<Visit> {
  const { sealedAppointment, ...visit } = unopened;
  const { lobby } = department;
  const organizer = organizerFor(department, visit.id);
  const meeting = await deps.meetings.open({
    visitId: visit.id,
    organizer,
    start: visit.start,
    end: visit.end,
    lobby,
  });
  const record: VisitRecord = {
    visit: { ...visit, departmentId: department.id, state: "open", organizer, meeting },
    lobby,
    ...(sealedAppointment !== undefined && { sealedAppointment }),
  };
  try {
    await deps.store.create("visits", itemOf(record));
    return record.visit;
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
    const first = await byId(deps, visit.id);
    if (first === undefined) throw error;
    return first;
  }
}

/** What the chart says now holds: times, department, and that it is on again. The organizer stays whoever it was. */
async function keepInStep(deps: VisitsDeps, id: VisitId, facts: AppointmentFacts): Promise<Visit> {
  return changeRecord(deps, id, async (record) => {
    const { visit } = record;
    const moved = visit.start.getTime() !== facts.start.getTime();
    const sameTimes = !moved && visit.end.getTime() === facts.end.getTime();
    const { lobby } = facts.department;
    const revived = visit.state === "cancelled";
    if (sameTimes && lobby === record.lobby && visit.departmentId === facts.department.id && !revived)
      return record;
    const { start, end } = facts;
    if (lobby !== record.lobby)
      await deps.meetings.open({ visitId: id, organizer: visit.organizer, start, end, lobby });
    else if (!sameTimes)
      await deps.meetings.move({ organizer: visit.organizer, id: visit.meeting.id }, { start, end });
    return {
      ...record,
      lobby,
      visit: {
        ...visit,
        start,
        end,
        departmentId: facts.department.id,
        ...(moved && { movedFrom: visit.start }),
        state: revived ? "open" : visit.state,
      },
    };
  });
}

async function change(deps: VisitsDeps, id: VisitId, edit: (visit: Visit) => Visit): Promise<Visit> {
  return changeRecord(deps, id, (record) => {
    const visit = edit(record.visit);
    return Promise.resolve(visit === record.visit ? record : { ...record, visit });
  });
}

const TRIES = 5;

/** Read, edit, replace; when somebody else was quicker, once more on what they wrote. */
async function changeRecord(
  deps: VisitsDeps,
  id: VisitId,
  edit: (record: VisitRecord) => Promise<VisitRecord>,
): Promise<Visit> {
  for (let attempt = 1; ; attempt++) {
    const stored = await deps.store.read("visits", id, id);
    if (stored === undefined) throw new Error("the visit is no longer kept");
    const before = recordOf(stored);
    const after = await edit(before);
    if (after === before) return before.visit;
    try {
      await deps.store.replace("visits", itemOf(after), stored.etag);
      return after.visit;
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === TRIES) throw error;
    }
  }
}
