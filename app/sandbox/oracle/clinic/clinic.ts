/** The clinic of one tenant: it fills the chart, and always has a visit of each scenario besides those that somebody booked. */
import type { WithId } from "@medplum/core";
import type { Appointment, Encounter, Patient, Resource } from "@medplum/fhirtypes";
import { makeChartRepository, type ChartRepository } from "../fhir/chartRepository.ts";
import { clinicians, patientResources, practitionerResources, type Clinician } from "./people.ts";
import { locationResources, type LocationName } from "./locations.ts";
import {
  clinicDay,
  isScenarioName,
  plannedVisit,
  scenario,
  scenarioNames,
  startOf,
  stillServes,
  type Scenario,
  type ScenarioName,
} from "./scenarios.ts";
import type { Shelf } from "./shelf.ts";
import {
  appointmentResource,
  encounterIdOf,
  encounterResource,
  PATIENT_CANCELLED,
} from "./visitResources.ts";

/** The people, locations and visits of one tenant. */
export interface Clinic {
  readonly chart: ChartRepository;
  readonly clinicians: readonly Clinician[];
  clinician(id: string): Clinician;
  /** The newest visit of a scenario. */
  visit(name: ScenarioName): Promise<WithId<Appointment>>;
  patients(): Promise<readonly WithId<Patient>[]>;
  /**
   * Visits on one of the clinic's days, sorted by start; cancelled ones too. Given `now`, also those that start within an
   * hour of it on the other side of midnight, so that who works around midnight sees the visit that is next.
   */
  day(day: string, now?: Date): Promise<readonly WithId<Appointment>[]>;
  visitsOf(patientId: string): Promise<readonly WithId<Appointment>[]>;
  encounterOf(appointmentId: string): Promise<WithId<Encounter> | undefined>;
  /**
   * Reads, changes and writes an appointment. Changes are made one after another, so that none overwrites a version it has
   * not seen.
   */
  change(
    appointmentId: string,
    to: (current: WithId<Appointment>) => WithId<Appointment>,
  ): Promise<WithId<Resource> | undefined>;
  /** Books a visit as a scheduler does, for anybody at any time; returns its id. */
  book(visit: Booking): Promise<string>;
  /** Moves the visit to later, or to earlier if `minutes` is negative. */
  move(appointmentId: string, minutes: number): Promise<void>;
  cancel(appointmentId: string): Promise<void>;
  /** Marks the visit as one that was never meant (FHIR: entered-in-error). */
  markAsError(appointmentId: string): Promise<void>;
  /** Removes the visit and its encounter from the chart, so that a read by id finds nothing. */
  remove(appointmentId: string): Promise<void>;
  /** Adds a new visit for each scenario whose newest visit is no longer usable. A visit that exists is never moved. */
  roll(): Promise<void>;
}

export interface Booking {
  readonly patientId: string;
  readonly practitionerId: string;
  readonly location: LocationName;
  readonly type: Scenario["type"];
  readonly start: Date;
  readonly minutes: number;
}

const FIRST_APPOINTMENT = 61_000_001;
const HOUR_MS = 3_600_000;

export async function openClinic(
  tenant: string,
  tenantIndex: number,
  shelf: Shelf,
  now: () => Date,
): Promise<Clinic> {
  const chart = await makeChartRepository(now);
  const newest = new Map<ScenarioName, string>();
  const kept = await shelf.load();
  for (const people of [locationResources(), practitionerResources(), patientResources(tenantIndex)])
    for (const each of people) await chart.write(withId(each));
  for (const each of kept?.resources ?? []) await chart.restore(each);
  for (const [name, id] of Object.entries(kept?.newest ?? {})) if (isScenarioName(name)) newest.set(name, id);

  let lastId = kept?.lastId ?? FIRST_APPOINTMENT - 1;
  for (const { resourceType, id } of kept?.resources ?? [])
    if (resourceType === "Appointment") lastId = Math.max(lastId, Number(id));

  const appointments = (query = "_sort=date") => chart.search("Appointment", query);
  const keep = async () => {
    const resources = [...(await appointments()), ...(await chart.search("Encounter", ""))];
    shelf.save({
      newest: Object.fromEntries(newest),
      lastId,
      resources: resources.map((each) => ({ ...each })),
    });
  };
  const appointment = async (id: string) => {
    const found = await chart.read("Appointment", id);
    if (found === undefined) throw new Error(`There is no appointment ${id}`);
    return found;
  };
  let changes: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = changes.then(work);
    changes = result.catch(() => undefined);
    return result;
  };
  const change: Clinic["change"] = (id, to) =>
    inTurn(async () => {
      const current = await chart.read("Appointment", id);
      if (current === undefined) return undefined;
      const written = await chart.write(to(current));
      await keep();
      return written;
    });

  const clinic: Clinic = {
    chart,
    clinicians,
    clinician: (id) => {
      const found = clinicians.find((each) => each.id === id);
      if (found === undefined) throw new Error(`There is no practitioner ${id}`);
      return found;
    },
    visit: (name) => appointment(newest.get(name) ?? ""),
    patients: () => chart.search("Patient", "_sort=family"),
    day: async (day, around) =>
      (await appointments()).filter(({ start }) => {
        if (start === undefined) return false;
        const instant = new Date(start);
        return (
          clinicDay(instant) === day ||
          (around !== undefined && Math.abs(instant.getTime() - around.getTime()) <= HOUR_MS)
        );
      }),
    visitsOf: (patientId) => appointments(`patient=Patient/${patientId}&_sort=date`),
    encounterOf: (appointmentId) => chart.read("Encounter", encounterIdOf(appointmentId)),
    change,
    book: (visit) =>
      inTurn(async () => {
        const id = await write(plannedVisit(visit), visit.start);
        await keep();
        return id;
      }),
    move: async (id, minutes) => {
      const moved = (instant: string | undefined) =>
        new Date(Date.parse(instant ?? "") + minutes * 60_000).toISOString();
      await change(id, (current) => {
        const period = { start: moved(current.start), end: moved(current.end) };
        return { ...current, ...period, requestedPeriod: [period] };
      });
    },
    cancel: async (id) => {
      await change(id, (current) => ({
        ...current,
        status: "cancelled",
        cancelationReason: PATIENT_CANCELLED,
      }));
    },
    markAsError: async (id) => {
      // FHIR's rule app-4: only a cancelled or missed appointment may have a reason for it.
      await change(id, ({ cancelationReason: _, ...current }) => ({
        ...current,
        status: "entered-in-error",
      }));
    },
    remove: (id) =>
      inTurn(async () => {
        if ((await chart.read("Appointment", id)) === undefined) return;
        await chart.remove("Appointment", id);
        if ((await chart.read("Encounter", encounterIdOf(id))) !== undefined)
          await chart.remove("Encounter", encounterIdOf(id));
        for (const [name, newestId] of newest) if (newestId === id) newest.delete(name);
        await keep();
      }),
    roll: () => inTurn(roll),
  };

  async function roll(): Promise<void> {
    const missing: ScenarioName[] = [];
    for (const name of scenarioNames) {
      const id = newest.get(name);
      const start = id === undefined ? undefined : startedAt(await appointment(id));
      if (start === undefined || !stillServes(scenario(name), start, now())) missing.push(name);
    }
    for (const name of missing) newest.set(name, await write(scenario(name), startOf(scenario(name), now())));
    if (missing.length > 0) await keep();
  }

  async function write(planned: Scenario, start: Date): Promise<string> {
    const patient = await chart.read("Patient", planned.patientId);
    lastId += 1;
    const id = String(lastId);
    const booked = { tenant, id, planned, patientName: patient?.name?.[0]?.text ?? "", start };
    await chart.write(withId(appointmentResource(booked)));
    await chart.write(withId(encounterResource(booked)));
    return id;
  }

  await clinic.roll();
  return clinic;
}

function startedAt({ start, requestedPeriod }: Appointment): Date {
  return new Date(start ?? requestedPeriod?.[0]?.start ?? 0);
}

function withId<T extends Resource>(resource: T): WithId<T> {
  const { id } = resource;
  if (id === undefined) throw new Error(`A seeded ${resource.resourceType} has no id`);
  return { ...resource, id };
}
