/** Reads a visit by its id. Only that establishes that it is cancelled, and then whoever has its links is told so. */
import type { DepartmentOf } from "../../domain/departmentOf.ts";
import { isFoundOther, type FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { AppointmentRead, NotShown, SystemAppointment, Trouble } from "../../ports/systemEhr.ts";
import { MOST_READ } from "../../records/visitChanged.ts";
import type { ChartAt } from "../../charts/chartAt.ts";
import type { FindingPicks } from "./parts.ts";
import { withoutUnread } from "./changeUnread.ts";
import { isMissedSince, isMovedIntoPast, notSeen, seenAgain, seenAs, type Seen } from "./seen.ts";

/** A chart, and what is needed to understand what it says. */
export interface Seeing {
  readonly at: ChartAt;
  readonly departmentOf: DepartmentOf;
  /** When all of these visits were last read before; absent where that is not known. */
  readonly since?: Date;
  /** Present where a page or a launch has shown the visit otherwise than it is kept. */
  readonly isContradicted?: true;
}

/** @param before the visit as it was found, where it was */
export const seenIn = (
  { foundVisits }: Pick<FindingPicks, "foundVisits">,
  { at: { connection }, departmentOf }: Seeing,
  appointment: SystemAppointment,
  before: Pick<FoundVisit, "departmentId"> | undefined,
): Seen => {
  const id = foundVisits.idOf(connection.fhirBaseUrl, appointment.id);
  return seenAs(
    appointment,
    departmentOf,
    { id, connectionId: connection.id, kept: before?.departmentId },
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
  /** The visit is cancelled, away or missed, and that is kept; or others change it each time it is read, and see to it. */
  | { readonly kind: "off"; readonly found: FoundVisit }
  | { readonly kind: "trouble"; readonly found: FoundVisit; readonly trouble: Trouble };

type Reading = Pick<FindingPicks, "foundVisits" | "queue" | "visits">;

export async function readAgain(parts: Reading, seeing: Seeing, found: FoundVisit): Promise<Read> {
  const came = await asked(parts, seeing, found);
  return came === undefined ? { kind: "off", found } : asRead(parts, seeing, found, came);
}

interface Came {
  readonly appointmentId: string;
  readonly read: AppointmentRead | NotShown | Trouble;
}

async function asked(parts: Reading, seeing: Seeing, { id }: FoundVisit): Promise<Came | undefined> {
  const appointmentId = await parts.foundVisits.appointmentId(id);
  if (appointmentId === undefined) return undefined;
  const isOurs = isAppointmentOf(parts, seeing.at, { visit: id, appointmentId });
  return { appointmentId, read: isOurs ? await seeing.at.chart.appointment(appointmentId) : NOT_SHOWN };
}

export const NOT_SHOWN: NotShown = { kind: "not-shown" };

/**
 * Keeps what the chart said of the visit when it was read by its id. Where others have changed the visit since it was `found`,
 * what was read may be older than that, so it is read once more, three times at most.
 */
export async function asRead(parts: Reading, seeing: Seeing, found: FoundVisit, came: Came): Promise<Read> {
  let [before, now] = [found, came];
  for (let times = 1; ; times++) {
    const read = await unlessOther(parts, seeing, before, now);
    if (read !== undefined) return read;
    const latest = await parts.foundVisits.byId(found.id);
    const again = latest && times < MOST_READ ? await asked(parts, seeing, latest) : undefined;
    if (latest === undefined || again === undefined) return { kind: "off", found: latest ?? found };
    [before, now] = [latest, again];
  }
}

/** Undefined where others have changed the visit, and nothing was kept. */
async function unlessOther(
  parts: Reading,
  seeing: Seeing,
  found: FoundVisit,
  { appointmentId, read }: Came,
): Promise<Read | undefined> {
  switch (read.kind) {
    case "not-shown": {
      const after = await kept(parts, found, (now) => ({ found: notSeen(now, seeing) }));
      return after && { kind: "off", found: after };
    }
    case "read": {
      const seen = seenIn(parts, seeing, read.appointment, found);
      const now = parts.queue.now();
      const next = seenAgain(found, seen, now).found;
      const isIntoPast = isMovedIntoPast(found, next, now);
      // The links say so before the row does: after a kill in between it is simply done once more.
      if (next.standing === "cancelled" || isIntoPast) {
        const latest = await parts.foundVisits.byId(found.id);
        if (latest !== undefined && isFoundOther(latest, found)) return undefined;
      }
      if (next.standing === "cancelled") await parts.visits.cancel(seeing.at.connection.id, appointmentId);
      else if (isIntoPast) await parts.visits.moveIntoPast(found.id, next);
      const isMissed = seeing.since !== undefined && isMissedSince(seeing.since, found, next, now);
      const after = await kept(parts, found, (each) => {
        const edited = seenAgain(each, seen, parts.queue.now());
        return isMissed ? { ...edited, found: { ...edited.found, late: "found-over" as const } } : edited;
      });
      if (after === undefined) return undefined;
      return after.standing === "on"
        ? { kind: "on", found: after, appointment: read.appointment }
        : { kind: "off", found: after };
    }
    default:
      return { kind: "trouble", found, trouble: read };
  }
}

/** Undefined where others have changed the visit; as it was where it is kept no longer. */
async function kept(
  { foundVisits }: Pick<FindingPicks, "foundVisits">,
  before: FoundVisit,
  edit: Parameters<FindingPicks["foundVisits"]["edit"]>[1],
): Promise<FoundVisit | undefined> {
  let isOthers = false as boolean;
  const after = await foundVisits.edit(before.id, (each) => {
    isOthers = isFoundOther(each, before);
    if (isOthers) return { found: each };
    const edited = edit(each);
    return { ...edited, found: withoutUnread(edited.found) };
  });
  return isOthers ? undefined : (after ?? before);
}
