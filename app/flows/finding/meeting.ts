/**
 * The meeting of a visit that is prepared: opened when it is time, put right where somebody has changed it in Teams, and made
 * anew where somebody has deleted it.
 */
import { isSoon, wantsMeeting, type FoundVisit, type Risk } from "../../domain/found.ts";
import { isAnybodyIn } from "../../domain/presence.ts";
import { opens, type Visit } from "../../domain/visit.ts";
import { REFUSED } from "../../domain/waits.ts";
import { subscriptionTo } from "../../domain/watching.ts";
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

/** What came of looking at a meeting, and of putting it right. */
export interface Mended extends Part {
  /** Since when Teams does not show it. */
  readonly goneSince?: Date;
  /** It was not looked at, or Teams did not say how it stands. */
  readonly isUntold?: true;
}

const UNTOLD: Mended = { isUntold: true };

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
  const mended = await meetingAlone(parts, away, found);
  try {
    const expected = await visits.expect(facts, wantsMeeting(found, queue.now()));
    if (expected.visit !== undefined && !found.hasMeeting) away.isOver(facts.department.id);
    if (expected.visit !== undefined) await inTime(parts, expected.visit);
    return { expected, ...(expected.visit?.behind !== undefined && BEHIND), ...mended };
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    tell(away, error, { connection: facts.connectionId, department: facts.department.id });
    return { expected: await visits.expect(facts, false), ...mended, ...NO_MEETING[error.reason] };
  }
}

/**
 * Looks at the meeting that a visit has, and puts it right, without the chart. That is done from a day before the visit on,
 * and where Teams has not taken over what it was told, because the meeting may be gone.
 */
export async function meetingAlone(parts: FindingPicks, away: Outages, found: FoundVisit): Promise<Mended> {
  if (!found.hasMeeting) return UNTOLD;
  const isDue = isSoon(found, parts.queue.now()) || (await parts.visits.byId(found.id))?.behind !== undefined;
  return isDue ? mend(parts, away, found) : UNTOLD;
}

/**
 * The visit with what came of its meeting. What else is known to be wrong with it stays said.
 * @param before what may be replaced besides, because it says nothing that lasts
 */
export function asMended(
  found: FoundVisit,
  { risk, goneSince, isUntold }: Mended,
  before: ReadonlySet<Risk> = new Set(),
): FoundVisit {
  if (isUntold === true || found.standing !== "on") return found;
  const { risk: was, meetingGone, ...rest } = found;
  const isOpen = was === undefined || OF_MEETING.has(was) || before.has(was);
  const next = isOpen ? risk : was;
  if (next === was && meetingGone?.getTime() === goneSince?.getTime()) return found;
  return {
    ...rest,
    ...(next !== undefined && { risk: next }),
    ...(goneSince !== undefined && { meetingGone: goneSince }),
  };
}

/** What is only said of a visit's meeting. */
const OF_MEETING: ReadonlySet<Risk> = new Set([
  "no-meeting",
  "meeting-not-shown",
  "meeting-gone",
  "meeting-other-times",
  "no-access-policy",
  "meeting-refused",
]);

/** What is prepared may have been moved since its jobs were asked for, and back again. */
async function inTime({ callEvents, hospital, jobs }: FindingPicks, visit: Visit): Promise<void> {
  await countInTime(jobs, visit, "again");
  await roomInTime(jobs, visit, hospital.visitRules, "again");
  if (callEvents !== undefined) await watchInTime(jobs, visit, "again");
}

/**
 * Puts a meeting right that the visit has had. Where Teams does not say how it stands, it is taken to be as it was known to
 * be, unless the account's policy is gone.
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
        return { ...NOT_SHOWN, goneSince };
      default:
        return {};
    }
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    tell(away, error, { connection: connectionId, department: departmentId });
    const why = NO_MEETING[error.reason];
    if (looked === undefined) {
      const known = meetingGone !== undefined && { goneSince: meetingGone };
      if (error.reason === "access-policy") return { ...why, ...known };
      return known === false ? UNTOLD : { ...NOT_SHOWN, ...known };
    }
    if (looked === "gone") return { ...why, goneSince };
    return MAY_PASS.has(error.reason) ? { ...why, risk: "meeting-other-times" } : why;
  }
}

/** Graph may not show a meeting for a moment that nobody has deleted; then a second one would part who comes to them. */
const SURELY_GONE_MS = 120_000;
const NOT_SHOWN: Part = {
  risk: "meeting-not-shown",
  later: { kind: "not-now", reason: "meeting.not-shown", afterSeconds: SURELY_GONE_MS / 1000 },
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
  const subscription = subscriptionTo(visit, presence);
  const isTold = subscription !== undefined && subscription.until > now && presence?.trouble === undefined;
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

/** As many visits as two days have may wait for Teams. Those that are near come again sooner (domain/waits.ts). */
const AWAY = { afterSeconds: 30, growsToSeconds: 600 };

const NO_MEETING: Readonly<Record<MeetingsFault["reason"], Required<Part>>> = {
  unavailable: { risk: "no-meeting", later: { kind: "not-now", reason: "graph.unavailable", ...AWAY } },
  "not-taken": { risk: "no-meeting", later: { kind: "not-now", reason: "graph.times-not-taken", ...AWAY } },
  "access-policy": {
    risk: "no-access-policy",
    later: { kind: "not-now", reason: "graph.access-policy", ...REFUSED },
  },
  refused: {
    risk: "meeting-refused",
    later: { kind: "not-now", reason: "graph.refused", ...REFUSED },
  },
};
