/** Where in the chart the clinician is: the encounter's appointment, else this patient's video visits of today. */
import { dayIn } from "../../domain/day.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Chart, ChartAppointment, Grant } from "../../ports/ehr.ts";
import { departmentOf } from "./departments.ts";
import type { ProviderPicks } from "./parts.ts";
import { fault } from "./problems.ts";

export interface Candidate {
  readonly appointment: ChartAppointment;
  /** Undefined when no department has the appointment's location. */
  readonly department: Department | undefined;
}

/** None: this chart has no video visit today. One: go on. Several: the clinician picks. @throws Fault visit-cancelled */
export async function locate(
  parts: Pick<ProviderPicks, "hospital" | "now" | "visits">,
  connectionId: string,
  chart: Chart,
  grant: Grant,
): Promise<readonly Candidate[]> {
  const { patient } = grant;
  if (patient === undefined) return [];
  const departments = await parts.hospital.departments(connectionId);
  const withDepartment = async (appointment: ChartAppointment): Promise<Candidate> => {
    return { appointment, department: await departmentOf(chart, departments, appointment) };
  };
  const ofEncounter = await encounterVisit(chart, grant, patient);
  if (ofEncounter !== undefined) return [await withDepartment(ofEncounter)];

  const now = parts.now();
  const near = await nearVisits(chart, patient, now);
  const candidates = await Promise.all(near.map(withDepartment));
  const today = candidates.filter((candidate) => isToday(candidate, departments, now));
  const cancelled = today.filter(({ appointment }) => appointment.status === "cancelled");
  // The chart says so now: whoever has a link to one of these learns it from now on.
  await Promise.all(cancelled.map(({ appointment }) => parts.visits.cancel(connectionId, appointment.id)));
  const takingPlace = today.filter(({ appointment }) => takesPlace(appointment));
  if (takingPlace.length === 0 && cancelled.length > 0) throw fault({ kind: "visit-cancelled" });
  return takingPlace;
}

async function encounterVisit(
  chart: Chart,
  grant: Grant,
  patient: string,
): Promise<ChartAppointment | undefined> {
  if (grant.encounter === undefined) return undefined;
  const id = await chart.appointmentOfEncounter(grant.encounter);
  const appointment = id === undefined ? undefined : await chart.appointment(id);
  return appointment?.isVideo === true && (await isOf(chart, appointment, patient)) ? appointment : undefined;
}

/** Whether an appointment is this patient's, under the id the chart was opened with or the one that replaced it. */
export async function isOf(chart: Chart, appointment: ChartAppointment, patient: string): Promise<boolean> {
  if (appointment.patients.includes(patient)) return true;
  return appointment.patients.includes((await chart.patient(patient)).id);
}

/** A day and a half either way holds today in every time zone. A combined record's visits are under the other id. */
async function nearVisits(chart: Chart, patient: string, now: Date): Promise<readonly ChartAppointment[]> {
  const reach = 36 * 3_600_000;
  const [from, before] = [new Date(now.getTime() - reach), new Date(now.getTime() + reach)];
  const own = await chart.appointments(patient, from, before);
  if (own.length > 0) return own.filter(isVisit);
  const current = (await chart.patient(patient)).id;
  return current === patient ? [] : (await chart.appointments(current, from, before)).filter(isVisit);
}

function isVisit(appointment: ChartAppointment): boolean {
  return appointment.isVideo && !["proposed", "waitlist", "entered-in-error"].includes(appointment.status);
}

function takesPlace(appointment: ChartAppointment): boolean {
  return !["cancelled", "noshow"].includes(appointment.status);
}

/** Of a place that no department has, today is any department's today: the next page says what is not set up. */
function isToday(
  { appointment, department }: Candidate,
  departments: readonly Department[],
  now: Date,
): boolean {
  const zones =
    department === undefined ? departments.map(({ timeZone }) => timeZone) : [department.timeZone];
  return [...new Set(zones.length === 0 ? ["UTC"] : zones)].some(
    (zone) =>
      dayIn(zone, appointment.start) === dayIn(zone, now) ||
      dayIn(zone, appointment.end) === dayIn(zone, now),
  );
}
