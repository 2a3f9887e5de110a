/**
 * What a launch believes of what a chart says. An answer may be older than what is known already: a search lags behind, or
 * the visit was changed while the chart answered. So no search revives, moves or cancels a visit that is known, or gives it
 * to another patient: the appointment is read by its id first, after the visit that it is compared with.
 */
import { saysOn, standingOf } from "../../domain/appointmentStatus.ts";
import { atMost } from "../../domain/few.ts";
import type { Visit } from "../../domain/visit.ts";
import type { Chart, ChartAppointment, StatedAppointment, UntimedAppointment } from "../../ports/ehr.ts";
import type { Session } from "../../records/sessions.ts";
import type { ChartedFacts } from "../../records/visitInStep.ts";
import type { Candidate } from "./departments.ts";
import { unlessUnread, type Unread } from "./leftOut.ts";
import type { ProviderPicks } from "./parts.ts";
import { patientsOf } from "./patientNames.ts";

/** A chart of a launch, and where the visits are kept with which it is compared. */
export interface Believing {
  readonly visits: ProviderPicks["visits"];
  readonly chart: Chart;
  readonly session: Pick<Session, "connection" | "grant">;
}

type CandidateFacts = ChartedFacts & Required<Pick<ChartedFacts, "patients">>;

/**
 * What a candidate says of its visit. Undefined where it is at no department of ours and its times are those of an unknown
 * time zone.
 */
export function factsOf(
  { chart, session: { connection, grant } }: Pick<Believing, "chart" | "session">,
  { appointment, department, before }: Candidate,
): CandidateFacts | undefined {
  const { id, start, end, clock, status } = appointment;
  if (department === undefined && clock === "wall") return undefined;
  return {
    connectionId: connection.id,
    appointmentId: id,
    patients: patientsOf(chart, appointment, grant.patient),
    start,
    end,
    mayBeOff: !saysOn(status),
    ...(department !== undefined && { department }),
    ...(before !== undefined && { before }),
  };
}

/**
 * The candidate where it changes nothing of a visit that is known. Otherwise `again`, with the visit as it was before the
 * appointment is read by its id.
 * @throws EhrFault
 */
export async function unlessOther(
  believing: Believing,
  candidate: Candidate,
  again: (read: Known) => Promise<Candidate | undefined>,
): Promise<Candidate | undefined> {
  const facts = factsOf(believing, candidate);
  if (facts === undefined) return candidate;
  const { visit, isOther } = await believing.visits.compare(facts);
  const before = { visit };
  if (!isOther) return { ...candidate, before };
  return again({ before, appointment: await believing.chart.appointment(candidate.appointment.id) });
}

/** An appointment as it was read by its id, and its visit as it was kept before that. */
export interface Known {
  readonly before: { readonly visit: Visit | undefined };
  readonly appointment: ChartAppointment | UntimedAppointment | undefined;
}

/** Reads an appointment by its id, after its visit. @throws EhrFault */
export async function readKnown(
  { visits, chart, session: { connection } }: Believing,
  appointmentId: string,
): Promise<Known> {
  const visit = await visits.ofAppointment({ connectionId: connection.id, appointmentId });
  return { before: { visit }, appointment: await chart.appointment(appointmentId) };
}

/** What came of appointments of which some answer said that they do not take place. */
interface Off {
  /** Those that do not, as a read by their ids says: whoever has a link to one is told so from now on. */
  readonly cancelled: ReadonlySet<string>;
  /** Those that do take place: the answer was older. */
  readonly on: readonly Known[];
  /** Why some of them could not be read by their ids, or their visits' rows not at all. */
  readonly unread: readonly Unread[];
}

/** More than any patient has around one day; finding visits sees to the others. */
const MOST_READ = 20;
const AT_ONCE = 4;

/**
 * Whose they are makes no difference, nor whether they have times. What was not read by its id is, where a visit of it is
 * open or the clinician would be told of it.
 * @param areRead whether these were read by their ids
 * @param isTold whether the clinician would be told of it
 */
export async function takenOff(
  believing: Believing,
  off: readonly StatedAppointment[],
  areRead: boolean,
  isTold: (appointment: StatedAppointment) => boolean,
): Promise<Off> {
  if (areRead) return { cancelled: new Set(off.map(({ id }) => id)), on: [], unread: [] };
  const { visits, session } = believing;
  const inTurn = atMost(AT_ONCE);
  const cancelled = new Set<string>();
  const on: Known[] = [];
  const unread: Unread[] = [];
  const settle = async (one: StatedAppointment): Promise<void> => {
    const visit = await visits.ofAppointment({ connectionId: session.connection.id, appointmentId: one.id });
    if (visit?.state !== "open" && !isTold(one)) return;
    const known = { before: { visit }, appointment: await believing.chart.appointment(one.id) };
    if (known.appointment === undefined) return;
    if (standingOf(known.appointment.status) === "off") cancelled.add(one.id);
    else on.push(known);
  };
  const settled = (one: StatedAppointment) =>
    unlessUnread(
      () => settle(one),
      (error) => unread.push(error),
    );
  const each = new Map(off.map((one) => [one.id, one]));
  await Promise.all([...each.values()].slice(0, MOST_READ).map((one) => inTurn(() => settled(one))));
  return { cancelled, on, unread };
}
