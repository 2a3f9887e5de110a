/**
 * Sends a message whose time has come, and which the chart confirms: as a text, or as a mail, or its record says why neither
 * was sent.
 */
import { entryUid } from "../../domain/calendar.ts";
import { idsOf } from "../../charts/sameRecord.ts";
import { linkPathFor } from "../../domain/addresses.ts";
import type { FoundVisit } from "../../domain/found.ts";
import type { Department } from "../../domain/hospital.ts";
import type { IdsOf, JobKinds, Outcome } from "../../domain/job.ts";
import { languageFor } from "../../domain/language.ts";
import { visitMail } from "../../domain/mails.ts";
import type { MessageKind, ToldKind } from "../../domain/messages.ts";
import { textSenderOf, visitText } from "../../domain/texts.ts";
import { present } from "../../domain/visit.ts";
import { textNameOf, toldNamed, type VisitMessage } from "../../domain/visitMessages.ts";
import type { Withheld } from "../../domain/withheld.ts";
import type { Sent } from "../../messages/handOver.ts";
import { sendMail } from "../../messages/sendMail.ts";
import { NO_ROOM, sendText } from "../../messages/sendText.ts";
import { isUntilReadable } from "../../messages/whyNot.ts";
import type { Messaging } from "../../parts.ts";
import type { InChart } from "./inChart.ts";
import type { Occasion } from "./occasion.ts";
import { lagOf, limitsFor, rankOf } from "./order.ts";
import type { MessagePicks } from "./parts.ts";
import { leavesMail, mailWay, nobody, textWay, type Asked } from "./ways.ts";

export interface Telling {
  readonly parts: MessagePicks;
  readonly messaging: Messaging;
  readonly of: IdsOf<JobKinds, "message">;
  readonly message: VisitMessage;
  readonly occasion: Occasion;
  readonly signal: AbortSignal;
}

export interface Ready {
  readonly chart: Extract<InChart, { kind: "so" }>;
  readonly department: Department;
  readonly isNight: boolean;
  /**
   * The kind of message whose wording is used: a visit that was moved before anybody was told of it is told as a new one.
   */
  readonly words: ToldKind;
}

const DONE: Outcome = { kind: "done" };

export async function withheld(telling: Telling, code: Withheld): Promise<Outcome> {
  const { parts, of, occasion } = telling;
  const { connectionId, id } = occasion.found;
  const record = of.by === "mail" ? { ...occasion.record, way: "mail" as const } : textOf(telling);
  const { state, code: why } = await parts.messages.withhold(record, code);
  // Whoever was not told that staff run late knows of the visit all the same.
  if (state !== "withheld" || occasion.kind === "late") return DONE;
  if (why === "too-late") parts.log.warn("message.too_late", { connection: connectionId });
  if (why === "too-late" || why === "no-patient") await parts.foundVisits.edit(id, untoldOf(record.start));
  return DONE;
}

/** Marks the visit as untold, which puts it at risk for as long as it has this start. */
const untoldOf = (start: string) => (found: FoundVisit) =>
  found.start.toISOString() === start && found.isUntold !== true
    ? { found: { ...found, isUntold: true as const } }
    : { found };

/** Names the message's record as a text; the second try is another text than the first. */
const textOf = ({ of, occasion: { record } }: Telling) => ({
  ...record,
  way: "text" as const,
  which: textNameOf(record.which, of.by),
});

export async function sent(telling: Telling, ready: Ready): Promise<Outcome> {
  const { parts, messaging, of, occasion } = telling;
  const { words } = ready;
  const { recipient, connection } = ready.chart;
  const gone = nobody({ recipient });
  if (gone !== undefined) return withheld(telling, gone);
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
  if (link === undefined) return withheld(telling, "no-link");
  if (of.by !== "mail") {
    const after = await texted(telling, ready, asked, link);
    if (after.kind === "later") return putOffAs(after);
    const { state, code } = after.message;
    // A text that a delivery report says has failed has a job of its own.
    if (state !== "refused" && !(state === "withheld" && leavesMail(code))) return DONE;
  }
  // A mail that says that staff run late would be read after the visit.
  return words === "late" ? DONE : mailed(telling, { ...ready, words }, asked, link);
}

async function texted(
  telling: Telling,
  { department, words, chart }: Ready,
  asked: Asked,
  link: string,
): Promise<Sent> {
  const { parts, occasion, signal } = telling;
  const { found } = occasion;
  const { organization } = parts.hospital;
  const way = textWay(asked);
  const sender = textSenderOf(organization, department);
  if ("code" in way)
    return isUntilReadable(way.code) ? untilReadable(way.code) : textWithheld(telling, way.code);
  if (sender === undefined) return textWithheld(telling, "no-sender-name");
  const { timeZone: zone, phone } = department;
  const facts = { sender, start: found.start, zone, link, phone };
  const text = visitText(words, languageFor(chart.recipient.language), facts, parts.messageRules.words);
  const now = parts.queue.now();
  const limits = limitsFor(found.start, now);
  const rank = rankOf(occasion.kind, found.start, now);
  const of = { ...textOf(telling), patient: chart.whose.named };
  const after = await sendText(parts, { of, to: way.to, text, limits, rank }, signal);
  if (after.kind === "no-number") return textWithheld(telling, after.kind);
  if (after.kind === "over" || after.reason !== NO_ROOM || after.afterMs === undefined) return after;
  // All messages that try again in the same minute keep their order.
  const at = new Date(parts.queue.now().getTime() + after.afterMs);
  return { ...after, afterMs: after.afterMs + lagOf(occasion.kind, found.start, at) };
}

/** Whoever is not told by the time at which it is too late counts as untold, as always. */
const untilReadable = (code: string) => ({ kind: "later", reason: OF_MESSAGES + code }) as const;
const OF_MESSAGES = "messages.";

const textWithheld = async (telling: Telling, code: Withheld): Promise<Sent> => ({
  kind: "over",
  message: await telling.parts.messages.withhold(textOf(telling), code),
});

async function mailed(
  { parts, occasion, signal }: Telling,
  { department, words, chart }: Ready & { readonly words: MessageKind },
  asked: Asked,
  link: string,
): Promise<Outcome> {
  const { found, record } = occasion;
  const { organization } = parts.hospital;
  const way = parts.messageRules.byMail ? mailWay(asked) : { code: "mails-off" as const };
  if ("code" in way && isUntilReadable(way.code)) return putOffAs(untilReadable(way.code));
  if ("code" in way) {
    await parts.messages.withhold({ ...record, way: "mail" }, way.code);
    return DONE;
  }
  const content = visitMail(words, languageFor(chart.recipient.language), {
    sender: department.nameInTexts === true ? department.name : organization.name,
    start: found.start,
    end: found.end,
    zone: department.timeZone,
    link,
    phone: department.phone,
    uid: entryUid(found.id, { number: 0, role: "patient" }, parts.publicUrl),
    made: parts.queue.now(),
  });
  const after = await sendMail(
    parts,
    { of: { ...record, patient: chart.whose.named }, to: way.to, content },
    signal,
  );
  return after.kind === "later" ? putOffAs(after) : DONE;
}

const putOffAs = ({ reason, afterMs }: Extract<Sent, { kind: "later" }>): Outcome => ({
  kind: "not-now",
  reason,
  // No job is told that somebody has mended the row, and a reminder comes a quarter of an hour before the visit.
  ...(isUntilReadable(reason.slice(OF_MESSAGES.length)) && { afterSeconds: 15, growsToSeconds: 300 }),
  ...(afterMs !== undefined && { afterSeconds: afterMs / 1000 }),
});

/** The link of whoever is the patient now: an appointment that was given to another patient has other links from then on. */
async function linkOf(
  { parts, occasion }: Telling,
  { chart, department }: Ready,
): Promise<string | undefined> {
  const { found, kind } = occasion;
  const { appointment, connection } = chart;
  // Expecting the visit would open it again, and a cancellation has no link.
  if (kind === "cancellation") return "";
  const { patients } = appointment;
  const { links } = await parts.visits.expect(
    {
      connectionId: connection.id,
      appointmentId: appointment.id,
      department,
      start: found.start,
      end: found.end,
      ...(patients !== undefined && { patients: { ids: patients, namesOf: (id) => idsOf(chart.chart, id) } }),
    },
    false,
  );
  const patient = present(links).find(({ role }) => role === "patient");
  if (patient === undefined) return undefined;
  return [parts.publicUrl + linkPathFor(patient), parts.visits.token(links, patient)].join("/");
}
