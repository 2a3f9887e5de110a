/**
 * The job that tells a patient of a visit. When it is time it looks at everything anew, and decides only then. A message
 * that is not sent has a record that says why; one that is put off has no record yet, or one that waits.
 */
import { messagesOf } from "../../domain/defaults.ts";
import type { FoundVisit } from "../../domain/found.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import { LATE_TEXT_OF_USE_MS, MOST_LATE_TEXTS } from "../../domain/lateness.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { soonerOf, wasJustTold } from "../../domain/sendingTime.ts";
import type { KnownVisit } from "../../domain/visit.ts";
import { visitMessageNamed } from "../../domain/visitMessages.ts";
import { HELD, isHeldBack } from "../../messages/heldBack.ts";
import { isTold, type Message } from "../../records/messages.ts";
import { VisitDeleted } from "../../records/tombstones.ts";
import { inChart } from "./inChart.ts";
import { beliefOf, isBelieved, isMovedFor, isStillTold } from "./belief.ts";
import { earlierOf, occasionOf, withEarlier, type Occasion } from "./occasion.ts";
import { toldAt } from "./noticeFirst.ts";
import type { MessagePicks } from "./parts.ts";
import { passedOn } from "./passedOn.ts";
import { REMINDED_ELSEWHERE } from "./plan.ts";
import { sent } from "./sent.ts";
import { namesOf, reached, withheld, type Telling } from "./telling.ts";
import { unfound } from "./unfound.ts";
import { atRiskOf, LINKS_CLOSED, orAtRisk, seeToComing, unlessWaiting } from "./waiting.ts";
import { isWanted } from "./wanted.ts";
import { believedStart, timeOf, timesFor, untilOpen } from "./when.ts";
import { isCombined, type Whose } from "./whose.ts";

const DONE: Outcome = { kind: "done" };

export const messageJob =
  (parts: MessagePicks): Handlers["message"] =>
  async ({ of, signal }) => {
    const { messaging, visits } = parts;
    const message = visitMessageNamed(of.what);
    const visit = of.visit as VisitId;
    if (message === undefined || messaging === undefined) return DONE;
    const occasion = await orAtRisk(parts, { visit, message }, async () =>
      (await visits.isDeleted(visit)) ? undefined : occasionOf(parts, visit, message),
    );
    try {
      if (occasion === undefined)
        return message.kind === "late" ? await unfound(parts, { visit, of, ...message }) : DONE;
      return await unlessWaiting({ parts, messaging, of, message, occasion, signal }, told);
    } catch (error) {
      if (error instanceof VisitDeleted) return DONE;
      throw error;
    }
  };

async function told(telling: Telling): Promise<Outcome> {
  const { parts, occasion, message } = telling;
  const { found, kind } = occasion;
  const connection = await parts.hospital.connection(found.connectionId);
  const department = await parts.hospital.department(found.departmentId);
  if (connection === undefined || department === undefined) return untilTooLate(telling, "no-department");
  const { connections, isUnknown } = parts.messageRules;
  const rules = messagesOf(parts.environment, connection, connections);
  if (isUnknown !== true && !isWanted(message, kind, rules)) return withheld(telling, "kind-off");
  // Checked before the other reasons: whatever else would hold the message back, the patient knows of this visit already.
  if (occasion.wasKnownBefore) return withheld(telling, "known-before");
  if (occasion.isSuperseded) {
    await passedOn(telling);
    return withheld(telling, kind === "late" ? "not-late" : "superseded");
  }
  if (occasion.isElsewhere) return ELSEWHERE;
  if (occasion.isToldFirst) return TOLD_FIRST;
  const { standing } = found;
  if (standing === "away" || standing === "missed") return untilTooLate(telling, standing);
  const before = await parts.messages.of(found.id);
  const ids = new Set(found.patients);
  const told = kind === "reminder" ? toldAt(before, ids, found.start) : undefined;
  // By a guess, no other reminder takes its place.
  if (isUnknown !== true && isOvertaken(telling, department, rules, told))
    return withheld(telling, "superseded");
  if (await isArrived(telling)) return reached(telling);
  const believed = (records: readonly Message[], whose: ReadonlySet<string>) =>
    beliefOf(records, whose, namesOf(telling));
  const known = believed(before, ids);
  const seen = timesFor(occasion, known);
  // What the chart says after this is written only where nobody else has changed the visit meanwhile.
  const visit = await parts.visits.ofLink(found.id);
  // Whoever has closed its links by mistake opens them again, until its start at the latest.
  if (isEnded(parts, occasion, visit, seen))
    return seen.start > parts.queue.now() ? CLOSED : withheld(telling, "ended");
  // What is new in the chart may be a move for its patient, who is named otherwise by now; that does not wait.
  const comes = believedStart(occasion, known, before, parts.queue.now());
  const isComing = kind === "confirmation" && comes !== undefined;
  const asMove = isComing ? ({ ...occasion, kind: "update" } as const) : occasion;
  const time = timeOf(parts, asMove, department, { ...seen, believed: comes, told });
  if (time.kind === "wait") {
    await seeToComing(telling, asMove.kind === "update" ? known : undefined, time.until);
    return time.outcome;
  }
  const isHeld = visit?.held !== undefined && (await isHeldBack(parts, found.id, knownOf(found)));
  // Whoever was told since the reminder's time misses nothing, also where it is too late for the reminder by now.
  if (!isHeld && wasJustTold(told, occasion.due, found.start)) return withheld(telling, "superseded");
  if (time.kind === "too-late") return withheld(telling, isHeld ? "held" : "too-late");
  // Where somebody was told under another id, the chart says whether that is the same person.
  if (isHeld && areAllKnown(before, found)) return HELD;
  const { earlier, isUnreadable } = await earlierOf(parts, found.id, message);
  const records = withEarlier(before, earlier);
  if (isUnknown) return UNTIL_READABLE;
  const chart = await inChart(parts, occasion, department, telling.signal);
  if (chart.kind === "later") return chart.outcome;
  if (chart.kind === "withheld")
    // The connection may have its chart back.
    return chart.code === "no-chart" ? untilTooLate(telling, chart.code) : withheld(telling, chart.code);
  if (visit?.held !== undefined && (await isHeldBack(parts, found.id, chart.whose.all))) {
    await atRiskOf(telling, chart.whose.all);
    return HELD;
  }
  if (
    kind === "reminder" &&
    wasJustTold(toldAt(before, chart.whose.all, found.start), occasion.due, found.start)
  )
    return withheld(telling, "superseded", chart.whose.all);
  const toldOf = before.filter(isTold);
  if (kind === "late" && isTextedOften(telling, toldOf)) return withheld(telling, "late-often");
  const belief = believed(records, chart.whose.all);
  // Somebody who knows nothing of the visit is sent no cancellation: it was cancelled before they were told, or given to
  // them; or they were told already.
  if (kind === "cancellation" && belief?.isOn !== true) return withheld(telling, "not-told", chart.whose.all);
  const isMove =
    kind === "update" || (kind === "confirmation" && isMovedFor(belief, found, parts.queue.now()));
  // Nobody else is told at night for whom it is no move.
  const by = asMove === occasion || isMove ? time : timeOf(parts, occasion, department, seen);
  if (by.kind === "wait") return by.outcome;
  const isKnown = isMove ? isBelieved(belief, found) : isTwice(telling, chart.whose, toldOf);
  if (isKnown) return withheld(telling, "same-time");
  // Where it is not known whether they were told of it before, they are told all of it.
  const isMaybeNew = isUnreadable && belief?.by === "supposed";
  const words = !isMove ? kind : belief?.isOn === true && !isMaybeNew ? "update" : "confirmation";
  const { start, end } = timesFor(occasion, belief);
  const isNight = by.kind === "mail-only";
  const moments = { now: parts.queue.now(), start, believed: isMove ? comes : undefined };
  const morning = by.opens && untilOpen({ kind, ...moments, opens: by.opens });
  const outcome = await sent(telling, {
    ...{ before: visit, chart, department, isNight, morning, words, start, end },
    sooner: soonerOf(start, moments.believed),
    isStillTold: kind === "confirmation" && !isUnreadable && isStillTold(belief, found),
  });
  if (by.opens !== undefined && outcome === morning)
    await seeToComing(telling, isMove ? belief : undefined, by.opens);
  return outcome;
}

/**
 * Whether staff have ended the visit that the message is about. That they have counts for its start alone, and, before that
 * start, only until the chart has changed something or cancels the visit.
 */
function isEnded(
  { queue }: Pick<MessagePicks, "queue">,
  { kind, known }: Occasion,
  visit: KnownVisit | undefined,
  { start }: Pick<FoundVisit, "start">,
): boolean {
  if (visit?.state !== "ended" || visit.start.getTime() !== start.getTime()) return false;
  if (start <= queue.now()) return true;
  return kind !== "cancellation" && (visit.closedAt === undefined || visit.closedAt >= known);
}

/** Nobody is told when somebody has mended the row of the rules, so it is looked at anew from time to time. */
const UNTIL_READABLE: Outcome = {
  kind: "not-now",
  reason: "messages.rules-unreadable",
  afterSeconds: 15,
  growsToSeconds: 300,
};

/** The reminder waits for as long as the visit may be put back to its start, and for what else there is to be told. */
const ELSEWHERE: Outcome = {
  kind: "not-now",
  reason: REMINDED_ELSEWHERE,
  afterSeconds: 15,
  growsToSeconds: 300,
};
const TOLD_FIRST: Outcome = { ...ELSEWHERE, reason: "messages.told-first" };
const CLOSED: Outcome = { ...ELSEWHERE, reason: LINKS_CLOSED };

/** Keyed hashes of the patients whom the visit was found for, where the chart has named any. */
const knownOf = ({ patients = [] }: Pick<FoundVisit, "patients">): ReadonlySet<string> | undefined =>
  patients.length === 0 ? undefined : new Set(patients);

/** Whether nobody was told of the visit under an id for which it was not found. */
const areAllKnown = (before: readonly Message[], { patients = [] }: Pick<FoundVisit, "patients">): boolean =>
  before.every(({ patient }) => patient === undefined || patients.includes(patient));

/** Whether a later reminder, which says the same, may go by now: a patient is not reminded twice at once. */
function isOvertaken(
  { parts, occasion, message }: Telling,
  department: Department,
  { remindMinutesBefore }: ReturnType<typeof messagesOf>,
  told: Date | undefined,
): boolean {
  if (message.kind !== "reminder" || message.start <= parts.queue.now()) return false;
  const dues = remindMinutesBefore
    .filter((minutes) => minutes < message.minutesBefore)
    .map((minutes) => new Date(message.start.getTime() - minutes * 60_000));
  return dues.some(
    (due) =>
      due <= parts.queue.now() ||
      timeOf(parts, { ...occasion, due }, department, { ...occasion.found, told }).kind === "now",
  );
}

/** Whether what is new was told to the same person under another record of the chart. */
function isTwice(telling: Telling, whose: Whose, toldOf: readonly Message[]): boolean {
  const { kind, found } = telling.occasion;
  const last = toldOf.find(
    ({ kind: what, which = "" }) => what !== "late" && !namesOf(telling).includes(which),
  );
  if (kind !== "confirmation" || last?.start !== found.start.toISOString()) return false;
  return last.kind !== "cancellation" && isCombined(whose, last);
}

/** Whether the patient has been texted before, as often as they may be, that staff run late. */
const isTextedOften = (telling: Telling, toldOf: readonly Message[]): boolean =>
  toldOf.filter(({ kind, which = "" }) => kind === "late" && !namesOf(telling).includes(which)).length >=
  MOST_LATE_TEXTS;

/**
 * A setting may come back, and so may a visit that is away, or that was missed before its start: the message waits until it
 * is too late.
 */
async function untilTooLate(
  telling: Telling,
  code: "no-chart" | "no-department" | "away" | "missed",
): Promise<Outcome> {
  const { parts, occasion } = telling;
  const { found, kind } = occasion;
  const latest =
    kind === "late"
      ? new Date(telling.occasion.due.getTime() + LATE_TEXT_OF_USE_MS)
      : kind === "reminder" || code === "missed"
        ? found.start
        : found.end;
  if (parts.queue.now() >= latest) return withheld(telling, code);
  return { kind: "not-now", reason: "messages." + code, afterSeconds: 15, growsToSeconds: 300 };
}

/** Whether the text has arrived after all: one report said that it had failed, and a later one that it has arrived. */
async function isArrived(telling: Telling): Promise<boolean> {
  const { parts, of, occasion } = telling;
  if (of.by === "any") return false;
  const names = namesOf(telling);
  return (await parts.messages.of(occasion.found.id)).some(
    ({ way, state, which = "" }) => way === "text" && state === "delivered" && names.includes(which),
  );
}
