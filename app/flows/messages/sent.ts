/**
 * Sends a message whose time has come, and which the chart confirms: as a text, or as a mail, or its record says why neither
 * was sent.
 */
import { entryUid } from "../../domain/calendar.ts";
import { idsOf } from "../../charts/sameRecord.ts";
import { linkPathFor } from "../../domain/addresses.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Outcome } from "../../domain/job.ts";
import { languageFor } from "../../domain/language.ts";
import { visitMail } from "../../domain/mails.ts";
import type { MessageKind, ToldKind } from "../../domain/messages.ts";
import { textSenderOf, visitText } from "../../domain/texts.ts";
import { present, type KnownVisit } from "../../domain/visit.ts";
import { toldNamed } from "../../domain/visitMessages.ts";
import { MOMENTS } from "../../domain/waits.ts";
import type { Withheld } from "../../domain/withheld.ts";
import type { Sent } from "../../messages/handOver.ts";
import { HELD, HELD_BACK, isHeldBack } from "../../messages/heldBack.ts";
import type { Message, MessageOf } from "../../records/messages.ts";
import { sendMail } from "../../messages/sendMail.ts";
import { NO_ROOM, sendText } from "../../messages/sendText.ts";
import { isUntilReadable, type STOP_UNREADABLE, type UNREADABLE } from "../../messages/whyNot.ts";
import type { InChart } from "./inChart.ts";
import { lagOf, limitsFor, rankOf } from "./order.ts";
import { DONE, mayBelieveOtherwise, textOf, toldNobody, withheld, type Telling } from "./telling.ts";
import { leavesMail, mailWay, nobody, textWay, type Asked, type Way } from "./ways.ts";

export interface Ready {
  /** The visit as it was known before the chart was read. */
  readonly before: KnownVisit | undefined;
  readonly chart: Extract<InChart, { kind: "so" }>;
  readonly department: Department;
  readonly isNight: boolean;
  /** At night, how to wait until people may be texted: for whoever cannot be mailed. Undefined where that is too late. */
  readonly morning: Outcome | undefined;
  /** The times that are named. */
  readonly start: Date;
  readonly end: Date;
  /** Until when it is of use: that start, or the one that the patient believes. */
  readonly sooner: Date;
  /**
   * The kind of message whose wording is used: a visit that was moved before anybody was told of it is told as a new one.
   */
  readonly words: ToldKind;
  /** What is new was told to the same person already, before the chart named them otherwise. */
  readonly isStillTold: boolean;
}

export async function sent(telling: Telling, ready: Ready): Promise<Outcome> {
  const { parts, messaging, of, occasion } = telling;
  const { words } = ready;
  const { recipient, connection } = ready.chart;
  const whose = ready.chart.whose.all;
  const gone = nobody({ recipient });
  if (gone !== undefined) return withheld(telling, gone, whose);
  const { textNumber } = recipient;
  const asked: Asked = {
    environment: parts.environment,
    messaging,
    connection,
    kind: occasion.kind,
    recipient,
    isStopped: textNumber !== undefined && (await parts.optOuts.isStopped(textNumber)),
    isNight: ready.isNight,
    was: toldNamed(of.as),
  };
  const link = await linkOf(telling, ready);
  if (link === undefined) return withheld(telling, "no-link", whose);
  // The link that they were told is good still; where others have had the visit meanwhile, it is not.
  if (ready.isStillTold && link.isFirst) return withheld(telling, "same-time", whose);
  const mail = parts.messageRules.byMail ? mailWay(asked) : { code: "mails-off" as const };
  let text: Message | undefined;
  if (of.by !== "mail") {
    if (waitsForMorning(ready, asked, mail)) return ready.morning ?? DONE;
    const after = await texted(telling, ready, asked, link.address);
    if (after.kind === "later") return putOffAs(after);
    text = after.message;
    const { state, code } = text;
    // A text that a delivery report says has failed has a job of its own.
    const isUnsent = state === "refused" || leavesMail(code);
    if (!isUnsent && !(await mayBelieveOtherwise(telling, whose, text)))
      return toldNobody(telling, whose, text);
  }
  // A mail that says that staff run late would be read after the visit.
  if (words === "late") return DONE;
  const after = await mailed(telling, { ...ready, words }, mail, link.address);
  if (after.kind === "no-sender") return DONE;
  return after.kind === "later" ? putOffAs(after) : toldNobody(telling, whose, after.message, text);
}

/** Whether only the night stands against a text, a mail cannot be sent, and the morning is before the visit. */
function waitsForMorning({ morning }: Ready, asked: Asked, mail: MailOrOff): boolean {
  if (morning === undefined || mail.code === undefined || isUntilReadable(mail.code)) return false;
  return textWay(asked).code === "night";
}

type MailOrOff = Way | { readonly code: "mails-off" };

async function texted(
  telling: Telling,
  { department, words, chart, start, sooner }: Ready,
  asked: Asked,
  link: string,
): Promise<Sent> {
  const { parts, occasion, signal } = telling;
  const { organization } = parts.hospital;
  const way = textWay(asked);
  const sender = textSenderOf(organization, department);
  if (way.code !== undefined) return notSent(telling, textOf(telling), way.code);
  if (sender === undefined) return notSent(telling, textOf(telling), "no-sender-name");
  const { timeZone: zone, phone } = department;
  const facts = { sender, start, zone, link, phone };
  const text = visitText(words, languageFor(chart.recipient.language), facts, parts.messageRules.words);
  const now = parts.queue.now();
  const limits = limitsFor(sooner, now);
  const rank = rankOf(occasion.kind, sooner, now);
  const of = { ...textOf(telling), patient: chart.whose.named };
  const isHeld = () => isHeldBack(parts, occasion.found.id, chart.whose.all);
  const after = await sendText(parts, { of, to: way.to, text, limits, rank, isHeld }, signal);
  if (after.kind === "no-number") return notSent(telling, textOf(telling), after.kind);
  if (after.kind === "over" || after.reason !== NO_ROOM || after.afterMs === undefined) return after;
  // All messages that try again in the same minute keep their order.
  const at = new Date(parts.queue.now().getTime() + after.afterMs);
  return { ...after, afterMs: after.afterMs + lagOf(occasion.kind, sooner, at) };
}

/** Whoever is not told by the time at which it is too late counts as untold, as always. */
async function notSent(
  { parts: { messages } }: Telling,
  of: MessageOf,
  code: Withheld | typeof UNREADABLE | typeof STOP_UNREADABLE,
): Promise<Sent> {
  if (isUntilReadable(code)) return { kind: "later", reason: OF_MESSAGES + code };
  return {
    kind: "over",
    message: await messages.withhold(of, code),
  };
}
const OF_MESSAGES = "messages.";

async function mailed(
  telling: Telling,
  { department, words, chart, start, end }: Ready & { readonly words: MessageKind },
  way: MailOrOff,
  link: string,
): ReturnType<typeof sendMail> {
  const { parts, occasion, signal } = telling;
  const { found, record } = occasion;
  const { organization } = parts.hospital;
  if (way.code !== undefined) return notSent(telling, { ...record, way: "mail" }, way.code);
  const content = visitMail(words, languageFor(chart.recipient.language), {
    sender: department.nameInTexts === true ? department.name : organization.name,
    start,
    end,
    zone: department.timeZone,
    link,
    phone: department.phone,
    uid: entryUid(found.id, { number: 0, role: "patient" }, parts.publicUrl),
    made: parts.queue.now(),
  });
  const isHeld = () => isHeldBack(parts, found.id, chart.whose.all);
  const of = { ...record, patient: chart.whose.named };
  return sendMail(parts, { of, to: way.to, content, isHeld }, signal);
}

function putOffAs({ reason, afterMs }: Extract<Sent, { kind: "later" }>): Outcome {
  if (reason === HELD_BACK) return HELD;
  // No job is told that somebody has mended the row, or that the vendor is back.
  return { kind: "not-now", reason, ...(afterMs === undefined ? MOMENTS : { afterSeconds: afterMs / 1000 }) };
}

/**
 * The link of whoever is the patient now: an appointment that was given to another patient has other links from then on.
 * @throws VisitChanged where others have changed the visit since the chart was read: somebody else may be its patient
 */
async function linkOf(
  { parts, occasion }: Telling,
  { before, chart, department }: Ready,
): Promise<{ readonly address: string; readonly isFirst: boolean } | undefined> {
  const { found, kind } = occasion;
  const { appointment, connection } = chart;
  // Expecting the visit would open it again, and a cancellation has no link.
  if (kind === "cancellation") return { address: "", isFirst: false };
  const { patients } = appointment;
  const { links } = await parts.visits.expect(
    {
      connectionId: connection.id,
      appointmentId: appointment.id,
      department,
      start: found.start,
      end: found.end,
      before: { visit: before },
      ...(patients !== undefined && { patients: { ids: patients, namesOf: (id) => idsOf(chart.chart, id) } }),
    },
    false,
  );
  const patient = present(links).find(({ role }) => role === "patient");
  if (patient === undefined) return undefined;
  const address = [parts.publicUrl + linkPathFor(patient), parts.visits.token(links, patient)].join("/");
  return { address, isFirst: patient.generation === 0 };
}
