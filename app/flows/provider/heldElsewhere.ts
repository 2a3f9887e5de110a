/**
 * The visits of a chart's patient whose messages staff hold back, whatever day they are on by now. The chart may have moved one
 * away from the day on which it was held back, where no launch opens it: whoever opens the patient's chart learns of it here, and
 * can let its messages go.
 */
import { setTimeout as passed } from "node:timers/promises";
import { standingOf } from "../../domain/appointmentStatus.ts";
import { atMost } from "../../domain/few.ts";
import type { Visit } from "../../domain/visit.ts";
import type { Chart, ChartAppointment, UntimedAppointment } from "../../ports/ehr.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Session } from "../../records/sessions.ts";
import { departmentOfVisit } from "../../records/visitDepartment.ts";
import { Fault } from "../../web/fault.ts";
import { readKnown } from "./believed.ts";
import { unlessUnread } from "./leftOut.ts";
import { openVisit } from "./openVisit.ts";
import type { Choice, NoVisit, OpenVisit } from "./opened.ts";
import type { ProviderParts } from "./parts.ts";
import { namesOf } from "./patientNames.ts";
import { fault, type HeldElsewhere, type ProviderProblem } from "./problems.ts";
import { Whose } from "./whose.ts";

type Cancelled = Extract<ProviderProblem, { kind: "visit-cancelled" }>;

/** More than any patient has ahead; the nearest come first. */
const MOST_READ = 100;
const AT_ONCE = 4;
/** How long a page waits for this once all else of it is there: nobody waits for another visit before they join theirs. */
const GRACE_MS = 1500;

/**
 * What the page shows, with what is held back of the patient's other visits. It is looked for as long as the launch has opened no
 * visit, and in its first view, so that no later one asks the chart for more.
 */
export async function openBesideHeld(
  parts: ProviderParts,
  session: Session,
): Promise<OpenVisit | Choice | NoVisit> {
  const { messaging } = parts;
  const isAsked =
    messaging !== undefined && hasSystemClient(session.connection) && session.place === undefined;
  if (!isAsked) return openVisit(parts, session);
  const coming = heldOfPatient(parts, session).catch((error: unknown) => {
    parts.log.error("visit.part_not_read", error, { reason: "held-elsewhere" });
    return [];
  });
  const others = async (shown: readonly (Visit["id"] | undefined)[]) => {
    const came = await Promise.race([coming, passed(GRACE_MS, [], { ref: false })]);
    const heldElsewhere = came.filter(({ visit }) => !shown.includes(visit));
    return heldElsewhere.length === 0 ? {} : { heldElsewhere };
  };
  try {
    const opened = await openVisit(parts, session);
    return { ...opened, ...(await others(opened.kind === "visit" ? [opened.visit.id] : [])) };
  } catch (error) {
    if (!isCancelled(error)) throw error;
    const { problem } = error;
    const shown = (problem.held ?? []).map(({ visit }) => visit);
    throw fault({ ...problem, ...(await others(shown)) }, { cause: error.cause });
  }
}

/** Whether the page says that its visit was canceled. */
export const isCancelled = (error: unknown): error is Fault<Cancelled> =>
  error instanceof Fault && error.kind === "visit-cancelled";

/**
 * The chart says which visits are its patient's, read by their ids, and the rows, whose messages were held back. Neither alone is
 * believed: the appointment may be somebody else's by now, and what is in its row somebody else's still.
 * @throws EhrFault, SessionOver
 */
export async function heldOfPatient(
  parts: Pick<ProviderParts, "ehr" | "foundVisits" | "hospital" | "now" | "visits" | "withFreshSession">,
  session: Session,
): Promise<readonly HeldElsewhere[]> {
  return parts.withFreshSession(session, async (fresh) => {
    const { connection, grant } = fresh;
    const { patient } = grant;
    if (patient === undefined) return [];
    const chart = parts.ehr.chart(connection, grant);
    const whose = new Whose(chart, patient);
    const held = async (appointmentId: string): Promise<HeldElsewhere | undefined> => {
      const row = await parts.visits.ofAppointment({ connectionId: connection.id, appointmentId });
      if (row?.held === undefined) return undefined;
      const { before, appointment } = await readKnown({ parts, chart, session: fresh }, appointmentId);
      const { visit } = before;
      if (visit === undefined || appointment === undefined || isOver(visit, appointment, parts.now()))
        return undefined;
      const isOwn =
        (await whose.owns(appointment, appointment.start ?? visit.start)) &&
        (await wasHeldFor(parts, visit, chart, patient));
      return isOwn ? shownHeld(parts, visit, appointment) : undefined;
    };
    const found = await whose.onwards(parts.now());
    const own = found.flatMap(({ own: on, off }) => [
      ...on,
      ...off.flatMap(({ appointment, isOwn }) => (isOwn ? [appointment] : [])),
    ]);
    const ids = [...new Set(own.map(({ id }) => id))].slice(0, MOST_READ);
    const inTurn = atMost(AT_ONCE);
    // What cannot be read of one visit is not known to be this patient's.
    const each = ids.map((id) =>
      inTurn(() =>
        unlessUnread(
          () => held(id),
          () => undefined,
        ),
      ),
    );
    return (await Promise.all(each)).filter((one) => one !== undefined);
  });
}

/** Whether the visit is over where the patient was told of it last, and in the chart: then nothing is to be told any more. */
const isOver = (visit: Visit, appointment: ChartAppointment | UntimedAppointment, now: Date): boolean =>
  visit.end <= now && (appointment.start === undefined || appointment.end <= now);

/** Whether the row is this patient's: what was held back while the visit was somebody else's is theirs. */
async function wasHeldFor(
  { foundVisits, visits }: Pick<ProviderParts, "foundVisits" | "visits">,
  { id }: Visit,
  chart: Chart,
  patient: string,
): Promise<boolean> {
  const patients = (await visits.withPatients(id))?.patients ?? [];
  const theirs = foundVisits.patientHashes(id, await namesOf(chart, patient));
  return patients.length === 0 || patients.some((each) => theirs.includes(each));
}

async function shownHeld(
  { hospital }: Pick<ProviderParts, "hospital">,
  visit: Visit,
  { status }: ChartAppointment | UntimedAppointment,
): Promise<HeldElsewhere | undefined> {
  const { id, start, epoch, held: since, state } = visit;
  if (since === undefined) return undefined;
  const { department } = await departmentOfVisit(hospital, visit);
  const isOff = state === "cancelled" || standingOf(status) === "off";
  return { visit: id, start, ...(epoch !== undefined && { epoch }), since, department, isOff };
}
