/** Reads a chart with the clinician's own rights. */
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import {
  endsReading,
  EhrFault,
  type Chart,
  type ChartPatient,
  type Grant,
  type ParentLocation,
} from "../../ports/ehr.ts";
import { appointmentSchema, chartAppointment } from "./appointments.ts";
import { replacedIn, saidReplaced, type Look } from "./combined.ts";
import { followed } from "./currentRecord.ts";
import { chartPatient, patientSchema, type Identity } from "./patients.ts";
import { readById, type Opened, type ReadingDeps } from "./reading.ts";
import { bareId, idOf, referred } from "./references.ts";
import { encounterSchema, locationSchema } from "./resources.ts";
import { searchAppointments } from "./search.ts";
import { Unreachable } from "./send.ts";

export interface ChartDeps extends ReadingDeps {
  /**
   * Each location's parent, by connection and id. It may be kept because locations change rarely and say nothing about
   * patients.
   */
  readonly locations: Map<string, { readonly parent: string; readonly at: number }>;
}

const PLACES_KEPT_MS = 3_600_000;
const MOST_PLACES_KEPT = 5_000;

/** Opens a chart for one view of one page: what was read about a patient is kept as long as the chart is open. */
export function openChart(deps: ChartDeps, connection: ConfiguredConnection, grant: Grant): Chart {
  const opened: Opened = { deps, connection, grant };
  const base = connection.fhirBaseUrl;
  const patients = new Map<string, Promise<ChartPatient>>();

  return {
    async appointmentsOfEncounter(encounter) {
      const id = bareId(encounter, "Encounter", base);
      if (id === undefined) return UNREADABLE_ENCOUNTER;
      const read = await readById(opened, "Encounter", id, encounterSchema).catch(nothingUnlessSilent);
      if (read === undefined) return UNREADABLE_ENCOUNTER;
      const ids = read.value.appointment.flatMap((named) => idOf(named, "Appointment", base) ?? []);
      return { ids: [...new Set(ids)], hints: [] };
    },
    async appointment(id) {
      const own = bareId(id, "Appointment", base);
      const read = own && (await readById(opened, "Appointment", own, appointmentSchema));
      if (read === undefined || read === "") return undefined;
      const appointment = chartAppointment(read, connection);
      if (appointment === undefined)
        throw new EhrFault({ kind: "chart-not-fhir" }, "the appointment has no start that can be read");
      return appointment;
    },
    async appointments(patient, from, before) {
      const own = patientId(patient, base);
      return searchAppointments(opened, { from, before }, (part) => {
        const query = new URLSearchParams({ patient: own });
        query.append("date", "ge" + part.from.toISOString());
        query.append("date", "lt" + part.before.toISOString());
        return base + "/Appointment?" + query.toString();
      });
    },
    async patient(id) {
      const own = patientId(id, base);
      const known = patients.get(own) ?? currentPatient(opened, own);
      patients.set(own, known);
      return known;
    },
    async parentLocation(id) {
      const location = base + " " + id;
      const known = deps.locations.get(location);
      if (known !== undefined && deps.now().getTime() - known.at < PLACES_KEPT_MS)
        return { kind: "part-of", id: known.parent };
      const parent = await readParent(opened, id);
      if (deps.locations.size >= MOST_PLACES_KEPT) deps.locations.clear();
      // Only a parent that was told is kept. What is hidden from one user may be shown to another, and what failed may work
      // a minute later.
      if (parent.kind === "part-of")
        deps.locations.set(location, { parent: parent.id, at: deps.now().getTime() });
      else deps.locations.delete(location);
      return parent;
    },
  };
}

const UNREADABLE_ENCOUNTER = { ids: [], hints: [{ kind: "encounter-unreadable" }] } as const;

function patientId(text: string, base: string): string {
  const id = bareId(text, "Patient", base);
  if (id === undefined)
    throw new EhrFault({ kind: "chart-refused" }, "the chart was opened with a patient's id that is none");
  return id;
}

/** A record whose id is not said may be anybody's. */
const recordSchema = patientSchema.required({ id: true });

/** The patient's current record: an older record names the one that replaced it. @throws EhrFault */
async function currentPatient(opened: Opened, first: string): Promise<ChartPatient> {
  const base = opened.connection.fhirBaseUrl;
  const now = opened.deps.now();
  const opening = await readById(opened, "Patient", first, recordSchema);
  if (opening === undefined)
    throw new EhrFault({ kind: "chart-refused" }, "the patient's record is not visible to this user");
  const { records, end } = await followed(first, base, async (id) => {
    const look = id === first ? ({ kind: "record", record: opening } as const) : await successor(opened, id);
    return look.kind === "record" ? look : { kind: "not-read", why: look };
  });
  const current = records.at(-1) ?? { id: first, record: opening };
  const seen = new Set([first, ...records.map(({ id }) => id)]);
  const said = records.flatMap(({ record }) => saidReplaced(record.value, base));
  const { ids, unread } = await replacedIn(said, seen, base, (id) => lookAt(opened, id));
  const isUnread = end.kind === "not-read" && end.why.kind === "unread";
  const identity: Identity = {
    id: current.id,
    replaced: [...seen, ...ids].filter((id) => id !== current.id),
    ...((unread.length > 0 || isUnread) && { areIdsUnsure: true }),
    isLinkUnreadable: end.kind !== "current",
  };
  return chartPatient(current.record, identity, now);
}

/** A record that replaced another one. A chart system that does not answer is not waited for a second time. */
async function successor(opened: Opened, id: string) {
  try {
    const record = await readById(opened, "Patient", id, recordSchema);
    return record === undefined ? ({ kind: "not-shown" } as const) : ({ kind: "record", record } as const);
  } catch (error) {
    if (error instanceof EhrFault && error.cause instanceof Unreachable) throw error;
    return lookOf(error);
  }
}

async function lookAt(opened: Opened, id: string): Promise<Look<true>> {
  try {
    const read = await readById(opened, "Patient", id, recordSchema);
    return read === undefined ? { kind: "not-shown" } : { kind: "record", value: read.value };
  } catch (error) {
    return lookOf(error);
  }
}

/** What a failed read says of a record. Only a session that is over is thrown on. */
function lookOf(error: unknown): Exclude<Look<true>, { readonly kind: "record" }> {
  refuseOver(error);
  switch (error.problem.kind) {
    case "chart-refused":
      return { kind: "not-shown" };
    case "chart-not-fhir":
      return { kind: "no-record" };
    default:
      return { kind: "unread", why: true };
  }
}

async function readParent(opened: Opened, id: string): Promise<ParentLocation> {
  const base = opened.connection.fhirBaseUrl;
  const own = bareId(id, "Location", base);
  if (own === undefined) return { kind: "hidden" };
  try {
    const read = await readById(opened, "Location", own, locationSchema);
    if (read === undefined) return { kind: "hidden" };
    const parent = referred(read.value.partOf, "Location", base);
    if (parent.kind === "here") return { kind: "part-of", id: parent.id };
    const isSaid = read.value.partOf !== undefined || read.ignored.includes("partOf");
    return { kind: isSaid ? "hidden" : "top" };
  } catch (error) {
    refuseOver(error);
    return {
      kind: error instanceof EhrFault && error.problem.kind === "chart-refused" ? "hidden" : "failed",
    };
  }
}

/** Ignores a refusal, which means that this user is not shown the record. Only a session that is over is thrown on. */
function refuseOver(error: unknown): asserts error is EhrFault {
  if (!(error instanceof EhrFault) || endsReading(error)) throw error;
}

/**
 * Treats a failed read as nothing read. But a chart system that did not answer once is not waited for a second time, so that
 * failure is thrown.
 */
function nothingUnlessSilent(error: unknown): undefined {
  if (error instanceof EhrFault && error.cause instanceof Unreachable) throw error;
  refuseOver(error);
}
