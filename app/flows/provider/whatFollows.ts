/**
 * What follows once a clinician has closed the links of a visit, opened them again or replaced one: in the chart, in Teams, and
 * in what is kept of the visit. What the clinician did is done, whatever of this cannot be asked for now.
 */
import type { Visit } from "../../domain/visit.ts";
import { isRoomOver } from "../../domain/watching.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { noteClosing } from "../../records/noteClosing.ts";
import type { Session } from "../../records/sessions.ts";
import { roomAt } from "../../records/visitRoom.ts";
import { watchAt } from "../../records/watching.ts";
import type { ProviderParts } from "./parts.ts";
import { unlessStoreFails } from "./session.ts";

/**
 * Sees to what follows once links were closed or opened again: whether the visit is at risk, that its subscription is removed
 * or made, and its meeting closed or opened. What the clinician did is done, so no failure to ask for the rest says otherwise.
 */
export async function afterwards(
  parts: Pick<ProviderParts, "callEvents" | "foundVisits" | "jobs" | "log" | "visits">,
  { id }: Visit,
): Promise<void> {
  const { callEvents, jobs } = parts;
  await unlessStoreFails(parts, () => noteClosing(parts, id));
  if (callEvents !== undefined) await unlessStoreFails(parts, () => watchAt(jobs, id, jobs.now()));
  await unlessStoreFails(parts, () => roomAt(jobs, id, jobs.now()));
}

/**
 * Asks for what is to be written to the chart. If that cannot be asked for now, what is missing in the chart is found later;
 * what the clinician did is done.
 */
export async function inChart(
  { log }: Pick<ProviderParts, "log">,
  { connection }: Session,
  ask: () => Promise<void>,
): Promise<void> {
  if (connection.system === undefined) return;
  await ask().catch((cause: unknown) => log.error("chart.not_told", cause, { connection: connection.id }));
}

/**
 * Asks Teams to open the meeting before the page says that the links work. Where Teams does not, the job asks on, and the page
 * says so. The job asks on, too, where the store fails on the way. Where the visit is over by its time, there is nothing to
 * open, and only the job closes it: it sees whether somebody is in the meeting.
 */
export async function openRoom(
  { hospital, log, now, visits }: Pick<ProviderParts, "hospital" | "log" | "now" | "visits">,
  { connection }: Session,
  { id }: Visit,
): Promise<void> {
  const isOver = (visit: Visit) => isRoomOver(visit, hospital.visitRules, now());
  const visit = await visits.byId(id);
  if (visit === undefined || isOver(visit)) return;
  try {
    await visits.setRoom(id, isOver);
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    log.error("meeting.not_changed", error, { connection: connection.id });
  }
}
