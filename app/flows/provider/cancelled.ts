/**
 * Appointments that do not take place, as a launch reads in the chart. Only a read by its id cancels one (believed.ts), and that
 * takes effect at once.
 */
import { standingOf } from "../../domain/appointmentStatus.ts";
import { atMost } from "../../domain/few.ts";
import { believedTimes, cancelledNow, isBelievedCancelled, isFoundOther } from "../../domain/found.ts";
import type { StatedAppointment } from "../../ports/ehr.ts";
import { prepareSoon } from "../../records/preparing.ts";
import type { Session } from "../../records/sessions.ts";
import { keptBefore, type Believing, type KeptBefore, type Known } from "./believed.ts";
import { unlessUnread, type Unread } from "./leftOut.ts";
import type { ProviderPicks } from "./parts.ts";

/** What came of appointments of which some answer said that they do not take place. */
interface Off {
  /**
   * Those that do not, as a read by their ids says, with what was kept of each before: whoever has a link to one is told so
   * from now on.
   */
  readonly cancelled: ReadonlyMap<string, KeptBefore>;
  /** Those that do take place: the answer was older. */
  readonly on: readonly Known[];
  /** Why some of them could not be read by their ids, or their visits' rows not at all. */
  readonly unread: readonly Unread[];
  /** Ids of those that the clinician would be told of, and that the chart does not show by their ids. */
  readonly unshown: readonly string[];
}

/** More than any patient has around one day; finding visits sees to the others. */
const MOST_READ = 20;
const AT_ONCE = 4;

/**
 * Whose they are makes no difference, nor whether they have times. What was not read by its id is, where a visit of it is
 * open or the clinician would be told of it.
 * @param read what was kept before each of these was read by its id; absent where they were not read so
 * @param isTold whether the clinician would be told of it
 */
export async function takenOff(
  believing: Believing,
  off: readonly StatedAppointment[],
  read: ReadonlyMap<string, KeptBefore> | undefined,
  isTold: (appointment: StatedAppointment) => boolean,
): Promise<Off> {
  const cancelled = new Map<string, KeptBefore>();
  const on: Known[] = [];
  const unread: Unread[] = [];
  const unshown: string[] = [];
  if (read !== undefined) {
    for (const { id } of off) cancelled.set(id, read.get(id) ?? { visit: undefined });
    return { cancelled, on, unread, unshown };
  }
  const inTurn = atMost(AT_ONCE);
  const settle = async (one: StatedAppointment): Promise<void> => {
    const before = await keptBefore(believing, one.id);
    if (!mayLinksOpen(before) && !isTold(one)) return;
    const known = { before, appointment: await believing.chart.appointment(one.id) };
    if (known.appointment === undefined) {
      if (isTold(one)) unshown.push(one.id);
      return;
    }
    if (standingOf(known.appointment.status) === "off") cancelled.set(one.id, before);
    else on.push(known);
  };
  const settled = (one: StatedAppointment) =>
    unlessUnread(
      () => settle(one),
      (error) => unread.push(error),
    );
  const each = new Map(off.map((one) => [one.id, one]));
  await Promise.all([...each.values()].slice(0, MOST_READ).map((one) => inTurn(() => settled(one))));
  return { cancelled, on, unread, unshown };
}

/** Whether somebody may have a link that says that the visit takes place. */
function mayLinksOpen({ visit, found }: KeptBefore): boolean {
  if (visit !== undefined) return visit.state === "open";
  return found === "not-known" || (found !== undefined && !isBelievedCancelled(found));
}

/**
 * The chart says, read by its id, that an appointment is cancelled: whoever has a link to its visit is told so from now on,
 * also where it has none but the links that were made when it was found. The rest is seen to by whoever prepares the visit,
 * who also waits for what was found where that cannot be read now.
 * @param before what was kept before the chart was read: what others have found since is left to them
 */
export async function cancelNow(
  { foundVisits, jobs, now, visits }: Pick<ProviderPicks, "foundVisits" | "jobs" | "now" | "visits">,
  { id: connectionId, fhirBaseUrl }: Session["connection"],
  appointmentId: string,
  { visit, found }: KeptBefore,
): Promise<void> {
  await visits.cancel(connectionId, appointmentId);
  if (found === undefined) return;
  if (found !== "not-known") {
    if (found.standing === "cancelled" || believedTimes(found, now()).end <= now()) return;
    // Nobody prepares what was moved to times that are over.
    if (visit === undefined || found.end <= now())
      await foundVisits.edit(found.id, (each) =>
        isFoundOther(each, found) ? { found: each } : cancelledNow(each, now()),
      );
  }
  await prepareSoon(jobs, foundVisits.idOf(fhirBaseUrl, appointmentId));
}

/** The same of each of these. One whose row cannot be read takes no other with it. */
export async function cancelEach(
  parts: Parameters<typeof cancelNow>[0] & Pick<ProviderPicks, "log">,
  connection: Session["connection"],
  off: ReadonlyMap<string, KeptBefore>,
): Promise<void> {
  const inTurn = atMost(AT_ONCE);
  const takeOff = (id: string, before: KeptBefore) =>
    unlessUnread(
      () => cancelNow(parts, connection, id, before),
      (error) => parts.log.error("record.unreadable", error, { connection: connection.id }),
    );
  await Promise.all([...off].map(([id, before]) => inTurn(() => takeOff(id, before))));
}
