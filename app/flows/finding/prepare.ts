/**
 * A visit that was found gets its meeting, and the chart its links. Everything is looked at anew each time, so that it does no
 * harm how often it is done, and what was done before is found done.
 */
import { writeBackOf } from "../../domain/defaults.ts";
import { wantsMeeting, type FoundVisit, type Risk } from "../../domain/found.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import type { LinksToWrite, SystemAppointment, WriteRefused } from "../../ports/systemEhr.ts";
import { VisitDeleted } from "../../records/tombstones.ts";
import type { AppointmentFacts } from "../../records/visitFacts.ts";
import type { Expected } from "../../records/visits.ts";
import { chartAt, putOff, UNWELL, type ChartAt } from "../../charts/chartAt.ts";
import { judgeLinks, linksOf, pairOf, whoseLink } from "./chartLinks.ts";
import type { FindingPicks } from "./parts.ts";
import { departmentsAt } from "./locations.ts";
import { readAgain, seenIn, type Seeing } from "./readAgain.ts";

/** What came of one part: done, or why not, and when to try again. */
interface Part {
  readonly risk?: Risk;
  readonly later?: Outcome;
}

const DONE: Outcome = { kind: "done" };

export const prepareJob =
  (parts: FindingPicks): Handlers["prepare"] =>
  async ({ of, signal }) => {
    const found = await parts.foundVisits.byId(of.visit as VisitId);
    const now = parts.queue.now();
    if (found === undefined || found.end.getTime() <= now.getTime()) return DONE;
    if (found.standing === "cancelled") return cancelled(parts, found);
    if (found.standing === "missed") return DONE;
    const at = await chartAt(parts, found.connectionId, { as: "job", signal });
    if (at.kind === "gone") return DONE;
    if (at.kind === "unwell") return silent(parts, found, UNWELL);
    const as: Seeing = { at, departmentOf: await departmentsAt(parts, at.connection.id) };
    const read = await readAgain(parts, as, found);
    if (read.kind === "trouble") return silent(parts, found, putOff(read.trouble));
    if (read.kind !== "on") return DONE;
    const department = await parts.hospital.department(read.found.departmentId);
    if (department === undefined) return noted(parts, read.found, { risk: "department-unknown" });
    return unlessDeleted(parts, read.found, () => prepared(parts, as, { ...read, department }));
  };

/** It may have been cancelled while it was being prepared, which would have opened it again. */
async function cancelled({ foundVisits, visits }: FindingPicks, found: FoundVisit): Promise<Outcome> {
  const appointmentId = await foundVisits.appointmentId(found.id);
  if (appointmentId !== undefined) await visits.cancel(found.connectionId, appointmentId);
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

interface Here {
  readonly found: FoundVisit;
  readonly appointment: SystemAppointment;
  readonly department: Department;
}

async function prepared(
  parts: FindingPicks,
  as: Seeing,
  { found, appointment, department }: Here,
): Promise<Outcome> {
  const { start, end } = found;
  const { patients } = appointment;
  const facts: AppointmentFacts = {
    connectionId: found.connectionId,
    appointmentId: appointment.id,
    department,
    start,
    end,
    ...(patients !== undefined && { patients: { ids: patients, namesOf: (id) => Promise.resolve([id]) } }),
  };
  const { expected, ...meeting } = await withMeeting(parts, facts, wantsMeeting(found, parts.queue.now()));
  const wanted = linksOf(parts, expected.linked, found);
  const links: InChart =
    wanted === undefined
      ? { risk: "no-link" }
      : await inChart(parts, as, { found, appointment, department }, wanted);
  const risk = meeting.risk ?? links.risk;
  const later = meeting.later ?? links.later;
  return noted(
    parts,
    found,
    { ...(risk && { risk }), ...(later && { later }) },
    {
      hasMeeting: expected.visit !== undefined,
      links: links.isThere === true && wanted !== undefined ? pairOf(parts, found.id, wanted) : undefined,
      seen: seenIn(parts, as, links.read ?? appointment).hash,
    },
  );
}

/** The links are good without a meeting, so Teams keeps nobody from having them. */
async function withMeeting(
  { visits, log }: FindingPicks,
  facts: AppointmentFacts,
  isTime: boolean,
): Promise<Part & { readonly expected: Expected }> {
  try {
    const expected = await visits.expect(facts, isTime);
    if (expected.visit?.behind === undefined) return { expected };
    const later: Outcome = { kind: "not-now", reason: "meeting.behind", afterSeconds: 300 };
    return { expected, risk: "meeting-other-times", later };
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    log.error("meeting.not_opened", error, {
      connection: facts.connectionId,
      department: facts.department.id,
    });
    return { expected: await visits.expect(facts, false), ...NO_MEETING[error.reason] };
  }
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

interface InChart extends Part {
  /** As it was read after writing. */
  readonly read?: SystemAppointment;
  /** The chart has the pair. */
  readonly isThere?: boolean;
}

/** Writes the links where they may and must be written, and looks whether each is in its room. */
async function inChart(
  parts: FindingPicks,
  { at }: Seeing,
  { found, appointment }: Here,
  wanted: LinksToWrite,
): Promise<InChart> {
  const { links: writes } = writeBackOf(parts.environment, at.connection);
  const whose = whoseLink(parts, found.id);
  const before = judgeLinks(appointment.rooms, wanted, whose, writes);
  if (before.kind === "risk") return before;
  if (before.kind !== "to-write") return { isThere: before.kind === "right" };
  const { version, rooms, id } = appointment;
  if (version === undefined) return { risk: "write-refused" };
  const written = await at.chart.writeLinks({ id, version, rooms }, wanted);
  if (written.kind === "refused")
    return written.why === "changed-meanwhile" ? refusedAsChanged(at, appointment) : REFUSED[written.why];
  if (written.kind !== "written") return { risk: "no-link", later: putOff(written, "ehr.write") };
  parts.log.info("links.written", { connection: found.connectionId });
  const after = await at.chart.appointment(id);
  if (after.kind === "not-shown") return REFUSED["not-shown"];
  if (after.kind !== "read") return { risk: "no-link", later: putOff(after) };
  const now = judgeLinks(after.appointment.rooms, wanted, whose, writes);
  const { appointment: read } = after;
  if (now.kind === "to-write") return { read, risk: "write-refused" };
  return now.kind === "risk" ? { ...now, read } : { read, isThere: now.kind === "right" };
}

/** Nothing was written, as the chart said or would have said. */
const REFUSED: Readonly<Record<WriteRefused["why"], Part>> = {
  "changed-meanwhile": {
    risk: "no-link",
    later: { kind: "not-now", reason: "ehr.changed-meanwhile", afterSeconds: 5, growsToSeconds: 900 },
  },
  locked: {
    risk: "chart-locked",
    later: { kind: "not-now", reason: "ehr.locked", afterSeconds: 60, growsToSeconds: 900 },
  },
  "side-effect": {
    risk: "chart-locked",
    later: { kind: "not-now", reason: "ehr.side-effect", afterSeconds: 60, growsToSeconds: 900 },
  },
  rule: { risk: "write-refused" },
  "not-shown": { risk: "not-shown" },
  "not-sent": { risk: "half-linked" },
};

/** It says that it is another one than was read. Where it is the very same, and no link was added, it does not take the links. */
async function refusedAsChanged(
  { chart }: ChartAt,
  { id, version }: Pick<SystemAppointment, "id" | "version">,
): Promise<InChart> {
  const again = await chart.appointment(id);
  if (again.kind !== "read") return REFUSED["changed-meanwhile"];
  const { appointment: read } = again;
  const isSame = read.version === version;
  const isEmpty = read.rooms.provider === undefined && read.rooms.patient === undefined;
  return isSame && isEmpty ? { read, ...REFUSED.rule } : REFUSED["changed-meanwhile"];
}

/** What is not ready stays as it is, and is at risk for as long as the chart is silent. */
async function silent({ foundVisits }: FindingPicks, { id }: FoundVisit, later: Outcome): Promise<Outcome> {
  await foundVisits.edit(id, (found) => ({
    found:
      found.standing === "on" && found.ready === undefined && found.risk === undefined
        ? { ...found, risk: "chart-silent" }
        : found,
  }));
  return later;
}

interface Noted extends Partial<Pick<FoundVisit, "hasMeeting" | "seen">> {
  /** Undefined where the chart has not the pair. */
  readonly links?: string | undefined;
}

/**
 * Kept with the visit, and for what it was prepared; where nothing is in the way any more, that it is ready, and whether it was
 * so in time.
 * @param as what was prepared
 */
async function noted(
  parts: FindingPicks,
  as: FoundVisit,
  { risk, later = DONE }: Part,
  { links, seen = as.seen, ...now }: Noted = {},
): Promise<Outcome> {
  const { foundVisits, queue } = parts;
  const after = await foundVisits.edit(as.id, (before) => {
    if (before.standing !== "on") return { found: before };
    const { risk: _risk, links: _links, ...rest } = before;
    // What was seen of it meanwhile stays seen, and it was not prepared for that.
    const isSame = before.seen === as.seen && before.changes === as.changes;
    const next: FoundVisit = {
      ...rest,
      ...now,
      ...(isSame && { seen, prepared: seen }),
      ...(links !== undefined && { links }),
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
