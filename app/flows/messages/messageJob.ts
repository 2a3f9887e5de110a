/**
 * The job that tells a patient of a visit. When it is time it looks at everything anew, and decides only then. A message
 * that is not sent has a record that says why; one that is put off has no record yet, or one that waits.
 */
import { putOff } from "../../charts/chartAt.ts";
import { RecordUntold } from "../../charts/sameRecord.ts";
import { messagesOf } from "../../domain/defaults.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import { LATE_TEXT_OF_USE_MS, MOST_LATE_TEXTS } from "../../domain/lateness.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { ToldKind } from "../../domain/messages.ts";
import { sendingTimeOf } from "../../domain/sendingTime.ts";
import { textNameOf, visitMessageNamed, type VisitMessage } from "../../domain/visitMessages.ts";
import type { Message } from "../../records/messages.ts";
import { VisitDeleted } from "../../records/tombstones.ts";
import { inChart } from "./inChart.ts";
import { earlierOf, occasionOf, type Occasion } from "./occasion.ts";
import { lagOf } from "./order.ts";
import type { MessagePicks } from "./parts.ts";
import { sent, withheld, type Telling } from "./sent.ts";
import { isCombined, isTo, type Whose } from "./whose.ts";

const DONE: Outcome = { kind: "done" };

export const messageJob =
  (parts: MessagePicks): Handlers["message"] =>
  async ({ of, signal }) => {
    const { messaging, visits } = parts;
    const message = visitMessageNamed(of.what);
    const visit = of.visit as VisitId;
    if (message === undefined || messaging === undefined || (await visits.isDeleted(visit))) return DONE;
    const occasion = await occasionOf(parts, visit, message);
    if (occasion === undefined) return DONE;
    try {
      return await told({ parts, messaging, of, message, occasion, signal });
    } catch (error) {
      if (error instanceof VisitDeleted) return DONE;
      if (error instanceof RecordUntold) return putOff(error.trouble);
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
  if (occasion.isSuperseded) return withheld(telling, kind === "late" ? "not-late" : "superseded");
  const { standing } = found;
  if (standing === "away" || standing === "missed") return untilTooLate(telling, standing);
  if (await isArrived(telling)) return DONE;
  const time = timeOf(parts, occasion, department);
  if (time.kind === "too-late") return withheld(telling, "too-late");
  if (time.kind === "wait") return time.outcome;
  const { earlier, isUnreadable } = await earlierOf(parts, found.id, message);
  const wasSuperseded = earlier.some(({ code }) => code === "superseded");
  const state = (await parts.visits.ofLink(found.id))?.state;
  if (state === "ended") return withheld(telling, "ended");
  if (isUnknown) return UNTIL_READABLE;
  const chart = await inChart(parts, occasion, department, telling.signal);
  if (chart.kind === "withheld") return withheld(telling, chart.code);
  if (chart.kind === "later") return chart.outcome;
  const toldOf = (await parts.messages.of(found.id)).filter(isTold);
  if (kind === "late" && isTextedOften(telling, toldOf)) return withheld(telling, "late-often");
  const knows = toldOf.some((one) => isTo(chart.whose, one));
  // Somebody who was not told of the visit is sent no cancellation: it was cancelled before they were told, or given to
  // them.
  if (kind === "cancellation" && wasSuperseded && !knows) return withheld(telling, "not-told");
  if (isKnown(telling, chart.whose, toldOf)) return withheld(telling, "same-time");
  const isNight = time.kind === "mail-only";
  // Where it is not known whether they were told of it before, they are told all of it.
  const isMaybeNew = kind === "update" && isUnreadable;
  const words = (wasSuperseded || isMaybeNew) && !knows ? "confirmation" : kind;
  return sent(telling, { chart, department, isNight, words });
}

/**
 * Whether the connection's rules ask for the message. A reminder may have come up by a guess, while they could not be read, or
 * by rules that have been changed since.
 */
function isWanted(
  message: VisitMessage,
  kind: ToldKind,
  { kinds, remindMinutesBefore }: ReturnType<typeof messagesOf>,
): boolean {
  // That staff run late is no rule's message: staff have asked for it.
  if (kind === "late") return true;
  return (
    kinds.includes(kind) &&
    (message.kind !== "reminder" || remindMinutesBefore.includes(message.minutesBefore))
  );
}

/** Nobody is told when somebody has mended the row of the rules, so it is looked at anew from time to time. */
const UNTIL_READABLE: Outcome = {
  kind: "not-now",
  reason: "messages.rules-unreadable",
  afterSeconds: 15,
  growsToSeconds: 300,
};

/**
 * Whether the patient knows this time already: the visit was moved to and fro, or was told to the same person under another
 * record of the chart.
 */
function isKnown(telling: Telling, whose: Whose, toldOf: readonly Message[]): boolean {
  const { kind, found } = telling.occasion;
  const others = toldOf.filter(
    ({ kind: what, which = "" }) => what !== "late" && !namesOf(telling).includes(which),
  );
  const last = kind === "update" ? others.find((one) => isTo(whose, one)) : others[0];
  if (last?.start !== found.start.toISOString()) return false;
  return (
    kind === "update" || (kind === "confirmation" && last.kind !== "cancellation" && isCombined(whose, last))
  );
}

/** Whether the patient has been texted before, as often as they may be, that staff run late. */
const isTextedOften = (telling: Telling, toldOf: readonly Message[]): boolean =>
  toldOf.filter(({ kind, which = "" }) => kind === "late" && !namesOf(telling).includes(which)).length >=
  MOST_LATE_TEXTS;

/**
 * A setting may come back, and so may a visit that is away, or that was missed before its start: the message waits until it
 * is too late.
 */
async function untilTooLate(telling: Telling, code: "no-department" | "away" | "missed"): Promise<Outcome> {
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

/** The names of the message's own records: the text and its second try. */
const namesOf = ({ of }: Telling): readonly string[] => [of.what, textNameOf(of.what, "again")];

const isTold = ({ state }: Message) => ["begun", "accepted", "delivered"].includes(state);

type Time =
  { readonly kind: "now" | "mail-only" | "too-late" } | { readonly kind: "wait"; readonly outcome: Outcome };

/** While the rules are not known, it says only whether it is early or too late at any hour, however far ahead the visit is. */
function timeOf({ messageRules, queue }: MessagePicks, occasion: Occasion, department: Department): Time {
  const { found, kind, due, known } = occasion;
  const now = queue.now();
  const { start, end } = found;
  const time = sendingTimeOf({
    ...{ kind, due, known, now, start, end },
    zone: department.timeZone,
    hours: messageRules.isUnknown ? "always" : messageRules.hours,
  });
  const ahead = start.getTime() - messageRules.aheadDays * 86_400_000;
  const isFar = messageRules.isUnknown !== true && ahead > now.getTime();
  if (kind === "confirmation" && isFar && time.kind !== "too-late")
    return waiting("messages.ahead", ahead - now.getTime());
  if (time.kind === "mail-only" && due > now) return waiting("messages.hours", due.getTime() - now.getTime());
  if (time.kind === "too-late" || time.kind === "mail-only") return { kind: time.kind };
  const ms = time.at.getTime() - now.getTime();
  if (ms <= 0) return { kind: "now" };
  return waiting("messages.hours", ms + lagOf(kind, start, time.at));
}

const waiting = (reason: string, ms: number): Time => ({
  kind: "wait",
  outcome: { kind: "not-now", reason, afterSeconds: ms / 1000 },
});
