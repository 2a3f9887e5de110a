/**
 * Prepares a visit that was found: it gets its meeting, and the chart gets its links. Everything is looked at anew each
 * time, so that preparing may be repeated any number of times without harm. One that is away or missed is read all the same,
 * because whoever asks for it may have read that it is cancelled.
 */
import { saysOn } from "../../domain/appointmentStatus.ts";
import { withClosing, type FoundVisit, type Risk } from "../../domain/found.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { closes, isDoubted, type KnownVisit, type Visit } from "../../domain/visit.ts";
import { openOutages, type Outages } from "../../log.ts";
import type { Busy, SystemAppointment, Trouble } from "../../ports/systemEhr.ts";
import { VisitDeleted } from "../../records/tombstones.ts";
import { WhoseUntold } from "../../records/visitDoubt.ts";
import type { AppointmentFacts } from "../../records/visitFacts.ts";
import { unlessChanged } from "../../records/visitChanged.ts";
import { chartAt, putOff, UNWELL } from "../../charts/chartAt.ts";
import { idsOf, IN_USE, RecordUntold } from "../../charts/sameRecord.ts";
import { linksOf, pairOf } from "./chartLinks.ts";
import { inChart, type InChart, type Part } from "./intoChart.ts";
import type { FindingPicks } from "./parts.ts";
import { departmentsAt } from "./locations.ts";
import { asMended, meetingAlone, withMeeting } from "./meeting.ts";
import { isAppointmentOf, readAgain, seenIn, type Seeing } from "./readAgain.ts";

const DONE: Outcome = { kind: "done" };

export function prepareJob(parts: FindingPicks): Handlers["prepare"] {
  const away = openOutages(parts.log, "meeting.not_opened", parts.queue.now);
  return async ({ of, signal }) => {
    const found = await parts.foundVisits.byId(of.visit as VisitId);
    const now = parts.queue.now();
    if (found === undefined) return DONE;
    if (found.end <= now && !(await isStillDoubted(parts, found.id, now))) return DONE;
    if (found.standing === "cancelled") return cancelled(parts, found);
    const at = await chartAt(parts, found.connectionId, { as: "job", signal });
    if (at.kind === "gone") return DONE;
    if (at.kind === "unwell") return silent(parts, away, found, UNWELL);
    const as: Seeing = { at, departmentOf: await departmentsAt(parts, at.connection.id) };
    return unlessChanged(async () => {
      const latest = await parts.foundVisits.byId(found.id);
      return latest === undefined ? DONE : readAndPrepared(parts, away, as, latest);
    });
  };
}

/** Whether no link of a visit that takes longer leads in, only because nobody knew whose it is. */
async function isStillDoubted({ hospital, visits }: FindingPicks, id: VisitId, now: Date): Promise<boolean> {
  const visit = await visits.byId(id);
  return visit !== undefined && isDoubted(visit) && now < closes(visit, hospital.visitRules);
}

async function readAndPrepared(
  parts: FindingPicks,
  away: Outages,
  as: Seeing,
  found: FoundVisit,
): Promise<Outcome> {
  const before = { visit: await parts.visits.ofLink(found.id) };
  const isContradicted = before.visit?.state === "cancelled";
  const read = await readAgain(parts, { ...as, ...(isContradicted && { isContradicted }) }, found);
  if (read.kind === "trouble") return troubled(parts, away, found, read.trouble);
  if (read.kind !== "on") return DONE;
  const department = await parts.hospital.department(read.found.departmentId);
  if (department === undefined) return noted(parts, read.found, { risk: "department-unknown" });
  return unlessDeleted(parts, read.found, () =>
    unlessSilent(parts, away, read.found, () => prepared(parts, away, as, { ...read, before, department })),
  );
}

/**
 * Cancels the visit (again): it may have been cancelled while it was being prepared, and preparing would have opened it
 * again.
 */
async function cancelled(parts: FindingPicks, { id, connectionId }: FoundVisit): Promise<Outcome> {
  const appointmentId = await parts.foundVisits.appointmentId(id);
  const connection = await parts.hospital.connection(connectionId);
  if (appointmentId === undefined || connection === undefined) return DONE;
  if (isAppointmentOf(parts, { connection }, { visit: id, appointmentId }))
    await parts.visits.cancel(connectionId, appointmentId);
  return DONE;
}

/** Nothing is made for a visit that an administrator has deleted, and nothing is kept of it. */
async function unlessDeleted(
  { foundVisits }: FindingPicks,
  { id }: FoundVisit,
  prepare: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await prepare();
  } catch (error) {
    if (!(error instanceof VisitDeleted)) throw error;
    await foundVisits.remove(id);
    return DONE;
  }
}

/**
 * Puts preparing off where the chart does not say whose record it is, so that nobody's links are replaced because a chart
 * does not answer.
 */
async function unlessSilent(
  parts: FindingPicks,
  away: Outages,
  found: FoundVisit,
  prepare: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof WhoseUntold) return ofNobody(parts, away, found, IN_USE);
    if (!(error instanceof RecordUntold)) throw error;
    const { trouble } = error;
    return trouble.kind === "busy"
      ? troubled(parts, away, found, trouble)
      : ofNobody(parts, away, found, putOff(trouble));
  }
}

interface Here {
  readonly found: FoundVisit;
  readonly appointment: SystemAppointment;
  readonly department: Department;
  /** The visit as it was known before the chart was read. */
  readonly before: { readonly visit: KnownVisit | undefined };
}

async function prepared(
  parts: FindingPicks,
  away: Outages,
  as: Seeing,
  { found, appointment, department, before }: Here,
): Promise<Outcome> {
  const { start, end } = found;
  const { patients } = appointment;
  const facts: AppointmentFacts = {
    connectionId: found.connectionId,
    appointmentId: appointment.id,
    department,
    start,
    end,
    before,
    mayBeOff: !saysOn(appointment.status),
    ...(patients !== undefined && { patients: { ids: patients, namesOf: (id) => idsOf(as.at.chart, id) } }),
  };
  const { expected, ...meeting } = await withMeeting(parts, away, facts, found);
  const wanted = linksOf(parts, expected.links, found);
  const links: InChart =
    wanted === undefined ? { risk: "no-link" } : await inChart(parts, as, { found, appointment }, wanted);
  const risk = meeting.risk ?? links.risk;
  const later = meeting.later ?? links.later;
  // The chart was not asked, so what was kept of its links stays as it is.
  if (links.isUnasked === true) {
    await parts.foundVisits.edit(found.id, (each) => ({ found: asMended(each, meeting) }));
    return later ?? DONE;
  }
  return noted(
    parts,
    found,
    { ...(risk && { risk }), ...(later && { later }) },
    {
      hasMeeting: expected.visit !== undefined,
      links: links.isThere === true && wanted !== undefined ? pairOf(parts, found.id, wanted) : undefined,
      seen: seenIn(parts, as, links.read ?? appointment, found).hash,
      restored: links.restored ?? found.restored ?? [],
      meetingGone: meeting.goneSince,
      visit: expected.visit,
    },
  );
}

/**
 * The chart does not answer: a visit that is not ready is at risk for as long as the chart is silent, and stays otherwise as
 * it is. Its meeting is looked after all the same.
 */
async function silent(
  parts: FindingPicks,
  away: Outages,
  found: FoundVisit,
  later: Outcome,
  risk: Risk = "chart-silent",
): Promise<Outcome> {
  const meeting = await meetingAlone(parts, away, found);
  await parts.foundVisits.edit(found.id, (before) => {
    const now = asMended(before, meeting, SILENT);
    const isOpen = now.risk === undefined || SILENT.has(now.risk);
    const isUnready = now.standing === "on" && now.ready === undefined && isOpen;
    return { found: isUnready && now.risk !== risk ? { ...now, risk } : now };
  });
  return meeting.later ?? later;
}

/**
 * The chart names somebody of whom it is not known whether they are the patient of before. Its links lead nobody in meanwhile,
 * so it is at risk however ready it was.
 */
async function ofNobody(
  parts: FindingPicks,
  away: Outages,
  found: FoundVisit,
  later: Outcome,
): Promise<Outcome> {
  const meeting = await meetingAlone(parts, away, found);
  await parts.foundVisits.edit(found.id, (before) => {
    const now = asMended(before, meeting);
    const isKnown = now.standing !== "on" || now.risk === "whose-untold";
    return { found: isKnown ? now : { ...now, risk: "whose-untold" } };
  });
  return meeting.later ?? later;
}

/**
 * Where the chart was not asked because the connector is busy, no risk is noted. Of all that wait for it then, Teams is asked
 * only for meetings that it did not show.
 */
async function troubled(
  parts: FindingPicks,
  away: Outages,
  found: FoundVisit,
  trouble: Trouble,
): Promise<Outcome> {
  const later = putOff(trouble);
  if (trouble.kind !== "busy") return silent(parts, away, found, later, silenceOf(trouble));
  if (found.meetingGone === undefined) return later;
  const meeting = await meetingAlone(parts, away, found);
  await parts.foundVisits.edit(found.id, (before) => ({ found: asMended(before, meeting) }));
  return meeting.later ?? later;
}

/**
 * The risk that is noted for a chart that does not answer. A chart that does not let the connector in stays so until a
 * person changes something.
 */
const silenceOf = ({ kind }: Exclude<Trouble, Busy>): Risk =>
  kind === "shut-out" ? "not-let-in" : "chart-silent";
const SILENT: ReadonlySet<Risk> = new Set(["chart-silent", "not-let-in"]);

interface Noted extends Partial<Pick<FoundVisit, "hasMeeting" | "seen" | "restored">> {
  /** The hash of the pair of links; undefined where the chart does not have both. */
  readonly links?: string | undefined;
  readonly meetingGone?: Date | undefined;
  /** The visit as it was opened for this; undefined where it was not. */
  readonly visit?: Visit | undefined;
}

/**
 * Keeps with the visit what came of preparing it, and for which state of the chart it was prepared; where nothing is in the
 * way any more, also when it was ready, and why if that was too late.
 * @param as the visit as it was prepared
 */
async function noted(
  parts: FindingPicks,
  as: FoundVisit,
  { risk, later = DONE }: Part,
  { links, seen = as.seen, restored = [], meetingGone, visit, ...now }: Noted = {},
): Promise<Outcome> {
  const { foundVisits, queue } = parts;
  const after = await foundVisits.edit(as.id, (before) => {
    if (before.standing !== "on") return { found: before };
    const { risk: _risk, links: _links, restored: _restored, meetingGone: _gone, ...rest } = before;
    // What was seen of the visit meanwhile is kept, and the visit does not count as prepared for that.
    const isSame = before.seen === as.seen && before.changes === as.changes;
    const next: FoundVisit = {
      ...(visit === undefined ? rest : withClosing(rest, visit)),
      ...now,
      ...(isSame && { seen, prepared: seen }),
      ...(links !== undefined && { links }),
      ...(restored.length > 0 && { restored }),
      ...(meetingGone !== undefined && { meetingGone }),
      ...(risk !== undefined && { risk }),
    };
    const isReady = risk === undefined && next.hasMeeting;
    if (!isReady || before.ready !== undefined) return { found: next };
    const at = queue.now();
    const isLate = at.getTime() > before.start.getTime();
    return { found: { ...next, ready: at, ...(isLate && { late: before.risk ?? "found-late" }) } };
  });
  return after?.standing === "cancelled" ? cancelled(parts, after) : later;
}
