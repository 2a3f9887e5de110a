/**
 * The meeting of a visit that is prepared: opened when it is time, put right where somebody has changed it in Teams, and made
 * anew where somebody has deleted it.
 */
import { isSoon, wantsMeeting, type FoundVisit } from "../../domain/found.ts";
import type { Outcome } from "../../domain/job.ts";
import { isAnybodyIn } from "../../domain/presence.ts";
import { opens, type Visit } from "../../domain/visit.ts";
import { MeetingsFault, type MeetingLook } from "../../ports/meetings.ts";
import { countInTime } from "../../records/counting.ts";
import type { Outages } from "../../log.ts";
import type { AppointmentFacts } from "../../records/visitFacts.ts";
import { roomInTime } from "../../records/visitRoom.ts";
import type { Expected } from "../../records/visits.ts";
import { watchAt, watchInTime } from "../../records/watching.ts";
import type { Part } from "./intoChart.ts";
import type { FindingPicks } from "./parts.ts";

/** A fault of Teams, logged once for as long as it lasts. */
function tell(
  away: Outages,
  fault: MeetingsFault,
  at: { readonly connection: string; readonly department: string },
): void {
  away.tell(fault.reason, fault.reason === "unavailable" ? "" : at.department, fault, at);
}

/** What came of putting a meeting right; `goneSince` is there while Teams does not show it. */
interface Mended extends Part {
  readonly goneSince?: Date;
}

const BEHIND: Part = {
  risk: "meeting-other-times",
  later: { kind: "not-now", reason: "meeting.behind", afterSeconds: 300 },
};

/** The links are good without a meeting, so a fault of Teams does not keep the links out of the chart. */
export async function withMeeting(
  parts: FindingPicks,
  away: Outages,
  facts: AppointmentFacts,
  found: FoundVisit,
): Promise<Mended & { readonly expected: Expected }> {
  const { visits, queue } = parts;
  const at = { connection: facts.connectionId, department: facts.department.id };
  const isThere = found.hasMeeting && isSoon(found, queue.now());
  try {
    const mended = isThere ? await mend(parts, away, found) : {};
    const isTime = wantsMeeting(found, queue.now());
    const expected = await visits.expect(facts, isTime);
    if (expected.visit !== undefined && !found.hasMeeting) away.isOver(facts.department.id);
    if (expected.visit !== undefined) await inTime(parts, expected.visit);
    return { expected, ...(expected.visit?.behind !== undefined && BEHIND), ...mended };
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    tell(away, error, at);
    return { expected: await visits.expect(facts, false), ...NO_MEETING[error.reason] };
  }
}

async function inTime({ callEvents, hospital, jobs }: FindingPicks, visit: Visit): Promise<void> {
  await countInTime(jobs, visit);
  await roomInTime(jobs, visit, hospital.visitRules);
  if (callEvents !== undefined) await watchInTime(jobs, visit);
}

/**
 * Puts a meeting right that the visit has had. Where Teams does not say how it stands, it is taken to be there, unless the
 * account's policy is gone.
 */
async function mend(
  parts: FindingPicks,
  away: Outages,
  { id, connectionId, departmentId, meetingGone }: FoundVisit,
): Promise<Mended> {
  const now = parts.queue.now();
  const goneSince = meetingGone ?? now;
  let looked: MeetingLook | undefined;
  try {
    looked = await parts.visits.lookAtMeeting(id);
    away.isOver(departmentId);
    if (looked === "as-asked") return {};
    const mended = await parts.visits.mendMeeting(id, {
      isSure: now.getTime() - goneSince.getTime() >= SURELY_GONE_MS,
      mayBeIn: (visit) => mayBeIn(parts, visit),
      beforeAnew: (visit) => watchedAnew(parts, visit),
    });
    switch (mended) {
      case "in-use":
        return { ...GONE, goneSince };
      case "unsure":
        return { later: LOOKED_AT_AGAIN, goneSince };
      default:
        return {};
    }
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    tell(away, error, { connection: connectionId, department: departmentId });
    const why = NO_MEETING[error.reason];
    if (looked === undefined) return error.reason === "access-policy" ? why : {};
    if (looked === "gone") return { ...why, goneSince };
    return MAY_PASS.has(error.reason) ? { ...why, risk: "meeting-other-times" } : why;
  }
}

/** Graph may not show a meeting for a moment that nobody has deleted; then a second one would part who comes to them. */
const SURELY_GONE_MS = 120_000;
const LOOKED_AT_AGAIN: Outcome = {
  kind: "not-now",
  reason: "meeting.not-shown",
  afterSeconds: SURELY_GONE_MS / 1000,
};

const MAY_PASS: ReadonlySet<MeetingsFault["reason"]> = new Set(["unavailable", "not-taken"]);

const GONE: Part = {
  risk: "meeting-gone",
  later: { kind: "not-now", reason: "meeting.in-use", afterSeconds: 300 },
};

/**
 * Whoever is in a meeting that was deleted stays in it, and must not be separated from those who come later. Where Teams does
 * not tell who is in, somebody may be from when the links open.
 */
async function mayBeIn({ hospital, presences, queue }: FindingPicks, visit: Visit): Promise<boolean> {
  const now = queue.now();
  const presence = await presences.of(visit.id);
  if (presence !== undefined && isAnybodyIn(visit, presence)) return true;
  const { subscription, trouble } = presence ?? {};
  const isTold = subscription !== undefined && subscription.until > now && trouble === undefined;
  return !isTold && now >= opens(visit, hospital.visitRules);
}

/** The new meeting is made by then. */
const MADE_WITHIN_MS = 60_000;

/** Teams tells of the meeting that is gone; forgetting that has the new one watched, even after a kill in between. */
async function watchedAnew(
  { callEvents, jobs, presences, queue }: FindingPicks,
  visit: Visit,
): Promise<void> {
  if (callEvents === undefined) return;
  await watchAt(jobs, visit.id, new Date(queue.now().getTime() + MADE_WITHIN_MS));
  await presences.meetingAnew(visit);
}

const NO_MEETING: Readonly<Record<MeetingsFault["reason"], Required<Part>>> = {
  unavailable: { risk: "no-meeting", later: { kind: "not-now", reason: "graph.unavailable" } },
  "not-taken": { risk: "no-meeting", later: { kind: "not-now", reason: "graph.times-not-taken" } },
  "access-policy": {
    risk: "no-access-policy",
    later: { kind: "not-now", reason: "graph.access-policy", afterSeconds: 900 },
  },
  refused: {
    risk: "meeting-refused",
    later: { kind: "not-now", reason: "graph.refused", afterSeconds: 900 },
  },
};
