/** Reads a visit by its id. Only that establishes that it is cancelled, and then whoever has its links is told so. */
import type { DepartmentOf } from "../../domain/departmentOf.ts";
import type { FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { AppointmentRead, NotShown, SystemAppointment, Trouble } from "../../ports/systemEhr.ts";
import type { ChartAt } from "../../charts/chartAt.ts";
import type { FindingPicks } from "./parts.ts";
import { isMissedSince, isMovedIntoPast, notSeen, seenAgain, seenAs, type Seen } from "./seen.ts";

/** A chart, and what is needed to understand what it says. */
export interface Seeing {
  readonly at: ChartAt;
  readonly departmentOf: DepartmentOf;
  /** When all of these visits were last read before; absent where that is not known. */
  readonly since?: Date;
}

export const seenIn = (
  { foundVisits }: Pick<FindingPicks, "foundVisits">,
  { at: { connection }, departmentOf }: Seeing,
  appointment: SystemAppointment,
): Seen => {
  const id = foundVisits.idOf(connection.fhirBaseUrl, appointment.id);
  return seenAs(
    appointment,
    departmentOf,
    { id, connectionId: connection.id },
    {
      said: (said) => foundVisits.hash(id, said),
      patients: (ids) => foundVisits.patientHashes(id, ids),
    },
  );
};

/**
 * Whether that id in this chart is the visit. Where a connection has another chart by now, the appointment of that id is
 * somebody else's.
 */
export const isAppointmentOf = (
  { foundVisits }: Pick<FindingPicks, "foundVisits">,
  { connection }: { readonly connection: Pick<ChartAt["connection"], "fhirBaseUrl"> },
  { visit, appointmentId }: { readonly visit: VisitId; readonly appointmentId: string },
): boolean => foundVisits.idOf(connection.fhirBaseUrl, appointmentId) === visit;

export type Read =
  | { readonly kind: "on"; readonly found: FoundVisit; readonly appointment: SystemAppointment }
  /** The visit is cancelled, away or missed, and that is kept. */
  | { readonly kind: "off"; readonly found: FoundVisit }
  | { readonly kind: "trouble"; readonly trouble: Trouble };

type Reading = Pick<FindingPicks, "foundVisits" | "queue" | "visits">;

export async function readAgain(parts: Reading, seeing: Seeing, found: FoundVisit): Promise<Read> {
  const appointmentId = await parts.foundVisits.appointmentId(found.id);
  if (appointmentId === undefined) return { kind: "off", found };
  const isOurs = isAppointmentOf(parts, seeing.at, { visit: found.id, appointmentId });
  const read = isOurs ? await seeing.at.chart.appointment(appointmentId) : NOT_SHOWN;
  return asRead(parts, seeing, found, { appointmentId, read });
}

export const NOT_SHOWN: NotShown = { kind: "not-shown" };

/** Keeps what the chart said of the visit when it was read by its id. */
export async function asRead(
  parts: Reading,
  seeing: Seeing,
  found: FoundVisit,
  {
    appointmentId,
    read,
  }: { readonly appointmentId: string; readonly read: AppointmentRead | NotShown | Trouble },
): Promise<Read> {
  const { connection } = seeing.at;
  switch (read.kind) {
    case "not-shown":
      return { kind: "off", found: await kept(parts, found.id, (now) => ({ found: notSeen(now) }), found) };
    case "read": {
      const seen = seenIn(parts, seeing, read.appointment);
      const now = parts.queue.now();
      const next = seenAgain(found, seen, now).found;
      // The links say so before the row does: after a kill in between it is simply done once more.
      if (next.standing === "cancelled") await parts.visits.cancel(connection.id, appointmentId);
      else if (isMovedIntoPast(found, next, now)) await parts.visits.moveIntoPast(found.id, next);
      const isMissed = seeing.since !== undefined && isMissedSince(seeing.since, found, next, now);
      const edit = (each: FoundVisit) => {
        const edited = seenAgain(each, seen, parts.queue.now());
        return isMissed ? { ...edited, found: { ...edited.found, late: "found-over" as const } } : edited;
      };
      const after = await kept(parts, found.id, edit, found);
      return after.standing === "on"
        ? { kind: "on", found: after, appointment: read.appointment }
        : { kind: "off", found: after };
    }
    default:
      return { kind: "trouble", trouble: read };
  }
}

async function kept(
  { foundVisits }: Pick<FindingPicks, "foundVisits">,
  id: VisitId,
  edit: Parameters<FindingPicks["foundVisits"]["edit"]>[1],
  before: FoundVisit,
): Promise<FoundVisit> {
  return (await foundVisits.edit(id, edit)) ?? before;
}
