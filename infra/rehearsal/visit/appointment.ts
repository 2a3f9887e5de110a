/** The appointment that is visited: one of today, under way, moved to the location of the stack's own department. */
import type { Clinic } from "../../../app/sandbox/oracle/clinic/clinic.ts";
import type { Launch } from "../../../app/sandbox/oracle/smart/grants.ts";
import type { OracleHealth } from "../planes/oracle/oracle.ts";
import type { Target } from "./targets.ts";

/** The sandbox's appointment that began ten minutes ago, so that a patient's link is open whatever the stack's times are. */
export const UNDER_WAY = "inProgress";

/** Puts the appointment into the chart, and returns how a clinician opens it from there. */
export async function booked(
  oracle: Pick<OracleHealth, "clinic" | "systems">,
  { connection, department }: Target,
): Promise<Launch> {
  const oracleTenant = oracle.systems.find((one) => one.connection.id === connection.id)?.oracleTenant ?? "";
  const clinic = oracle.clinic(oracleTenant);
  const [location = ""] = department.locations;
  await furnish(clinic, location, department.name);
  await clinic.roll();
  const { id } = await clinic.visit(UNDER_WAY);
  await clinic.change(id, (appointment) => ({
    ...appointment,
    participant: appointment.participant.map((one) =>
      one.actor?.reference?.startsWith("Location/") === true
        ? { ...one, actor: { reference: `Location/${location}`, display: department.name } }
        : one,
    ),
  }));
  return underWay(clinic, oracleTenant, connection.provider?.clientId ?? "");
}

/** How a clinician opens the appointment that is under way. */
export async function underWay(clinic: Clinic, oracleTenant: string, clientId: string): Promise<Launch> {
  const visit = await clinic.visit(UNDER_WAY);
  const encounter = await clinic.encounterOf(visit.id);
  const partOf = (kind: string) =>
    visit.participant
      .map(({ actor }) => actor?.reference?.split("/"))
      .find((reference) => reference?.[0] === kind)?.[1] ?? "";
  return {
    tenant: oracleTenant,
    clientId,
    practitionerId: partOf("Practitioner"),
    patientId: partOf("Patient"),
    ...(encounter !== undefined && { encounterId: encounter.id }),
  };
}

/** The hospital's own location, where the stand-in has none of that id. */
async function furnish({ chart }: Clinic, id: string, name: string): Promise<void> {
  if ((await chart.read("Location", id)) !== undefined) return;
  const [model] = await chart.search("Location", "_sort=_id");
  if (model === undefined) throw new Error("The stand-in's chart has no location");
  const { partOf: _left, meta: _version, ...location } = model;
  await chart.write({ ...location, id, name });
}
