/**
 * Takes replies and reports. They are noted before they are answered 200, so whoever said STOP gets no text after that.
 * Answers to replies are sent within the request, because the number is not kept anywhere; their record is made first.
 */
import { randomUUID } from "node:crypto";
import { tellOtherwise } from "../../messages/tellOtherwise.ts";
import { toldAfterAll } from "../../messages/toldAfterAll.ts";
import type { Language } from "../../domain/language.ts";
import { senderNameOf } from "../../domain/senderName.ts";
import { HELP_ANSWERS, STOPPED_ANSWERS, unreadAnswer, type AnswerFacts } from "../../domain/texts.ts";
import type { Parts } from "../../parts.ts";
import { TEXT_LIMITS } from "../../records/sendingRate.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { Batch, Told } from "./events.ts";
import { noteSaid } from "./optOutJob.ts";

export type TakePicks = Pick<
  Parts,
  | "answers"
  | "foundVisits"
  | "heard"
  | "hospital"
  | "jobs"
  | "log"
  | "messages"
  | "messaging"
  | "now"
  | "optOuts"
  | "sendingRate"
>;

type Answer = "help" | "unread" | "stopped";
type ReplyTold = Extract<Told, { kind: "reply" }>;

/**
 * Takes each event, whatever becomes of the others: a STOP may come after a report whose record cannot be read.
 * @throws the first error of the store; Event Grid then sends the whole batch again, which is harmless
 */
export async function takeEvents(
  parts: TakePicks,
  { told, others, unreadable, lostReplies, lostStarts }: Batch,
): Promise<void> {
  const { log } = parts;
  const answersDue: (() => Promise<void>)[] = [];
  const failures: unknown[] = [];
  let unknown = 0;
  let untagged = 0;
  for (const one of told) {
    try {
      if (one.kind === "report") {
        if (one.id === "") untagged += 1;
        if (!(await noteReport(parts, one)) && one.id !== "") unknown += 1;
      } else {
        await noteReply(parts, one);
        const answer = await answerDue(parts, one);
        if (answer !== undefined) answersDue.push(answer);
      }
    } catch (error) {
      failures.push(error);
    }
  }
  // Their records were made, so they are not sent again when the batch comes again.
  for (const { status, ...sent } of await Promise.allSettled(answersDue.map((answer) => answer())))
    if (status === "rejected") failures.push("reason" in sent ? sent.reason : undefined);
  // A report of a mail does not show that reports of texts arrive.
  if (told.some((one) => one.kind === "reply" || one.number !== undefined)) await parts.heard.told();
  if (await isAnyStopped(parts, lostStarts, failures)) await parts.heard.startLost();
  if (failures.length > 0) throw failures[0];
  const counts = { taken: told.length, unknown, others, unreadable };
  for (const [what, count] of Object.entries(counts)) if (count > 0) log.info("events." + what, { count });
  if (untagged > 0) log.warn("events.untagged", { count: untagged });
  // An unreadable reply may have been a STOP.
  if (lostReplies > 0)
    log.error("events.replies_unreadable", new Error("replies could not be read"), { count: lostReplies });
}

/** Whoever was never opted out, or has said START again in a way that counts, waits for nothing. */
async function isAnyStopped(
  { optOuts }: TakePicks,
  numbers: readonly string[],
  failures: unknown[],
): Promise<boolean> {
  const all = await Promise.allSettled(numbers.map((number) => optOuts.about(number)));
  // A row that cannot be read may be a STOP.
  const mayBe = all.map((one) =>
    one.status === "fulfilled" ? one.value.stoppedAt !== undefined : one.reason instanceof UnreadableRecord,
  );
  all.forEach((one, at) => {
    if (one.status === "rejected" && mayBe[at] !== true) failures.push(one.reason);
  });
  return mayBe.includes(true);
}

/**
 * Notes a report. If its text was no message of a visit (for example an answer), or it does not say which one, only what the
 * report says of the number is kept. A message of a visit whose report does not name it stays sent and not confirmed, so no
 * second text is sent.
 */
async function noteReport(
  parts: TakePicks,
  { id, delivery, number, at }: Extract<Told, { kind: "report" }>,
): Promise<boolean> {
  const { jobs, messages } = parts;
  const isOptedOut = delivery.kind === "failed" && delivery.meaning === "opted-out";
  const noteStop = async (wasSo: Date) => {
    if (isOptedOut && number !== undefined) await noteSaid(parts, number, "stopped", wasSo);
  };
  const message = await messages.report(id, delivery).catch(async (error: unknown) => {
    // Whoever has ended texts has ended them, whatever can be read of the message.
    if (error instanceof UnreadableRecord) await noteStop(at);
    throw error;
  });
  // A report may come days later. It is true of the time when the text was handed over, so a START after that counts.
  await noteStop(message === undefined ? at : new Date(message.begun));
  if (message !== undefined)
    await (delivery.kind === "failed"
      ? tellOtherwise(jobs, message, delivery.meaning)
      : toldAfterAll(parts, message));
  return message !== undefined;
}

async function noteReply(parts: TakePicks, { reply, number, at, timed }: ReplyTold): Promise<void> {
  if (reply.kind === "stop") await noteSaid(parts, number, timed ? "stopped" : "stopped-now", at);
  if (reply.kind === "start") await noteSaid(parts, number, "started", at);
}

/**
 * The function that sends the answer, after its record is made; undefined where no answer is due, or somebody else has made
 * the record.
 */
async function answerDue(
  { answers, hospital, log, messaging, now, optOuts, sendingRate }: TakePicks,
  { reply, number, ours, at }: ReplyTold,
): Promise<(() => Promise<void>) | undefined> {
  const due = answerTo(reply);
  const { organization } = hospital;
  const sender = senderNameOf(organization);
  if (due === undefined || messaging === undefined || sender === undefined) return undefined;
  if (!messaging.mayReach(number)) return undefined;
  // Whoever asks for help is answered also while the number is unknown. Azure Communication Services texts from no number that
  // is not this resource's.
  const from = messaging.number ?? (messaging.unknown.number ? ours : undefined);
  if (from === undefined) {
    if (messaging.unknown.number) log.warn("answer.not_sent", { reason: "number-unreadable" });
    return undefined;
  }
  // A number that has ended texts, or may have, gets the confirmation of that, and answers to HELP; nothing else.
  const isStopped = async () => due.kind === "unread" && (await optOuts.isStopped(number)) !== false;
  if (await isStopped()) return undefined;
  // The day of the reply itself is the same at each delivery of the event.
  const day = at.toISOString().slice(0, 10);
  if (!(await answers.begin(due.kind, number, [day, ...due.apart].join(" ")))) return undefined;
  return async () => {
    const text = due.words({ sender, phone: organization.phone });
    const wait = await sendingRate.take(from, 1, TEXT_LIMITS);
    // The same batch, or another request, may have brought a STOP meanwhile.
    if (await isStopped()) return;
    const message = { from, to: number, text, id: randomUUID(), firstSent: now() };
    const outcome = wait === undefined ? (await messaging.texts.send(message)).kind : "not-now";
    if (outcome !== "accepted") log.warn("answer.not_sent", { reason: outcome });
  };
}

interface Due {
  readonly kind: Answer;
  readonly words: (facts: AnswerFacts) => string;
  /** What is part of the answer's name, where there is more than one answer of a kind on a day. */
  readonly apart: readonly (Language | "stopping")[];
}

function answerTo(reply: ReplyTold["reply"]): Due | undefined {
  if (reply.kind === "help")
    return { kind: "help", words: HELP_ANSWERS[reply.language], apart: [reply.language] };
  // Whoever speaks of stopping learns how, also on a day on which something else was answered.
  if (reply.kind === "other")
    return { kind: "unread", words: unreadAnswer, apart: reply.ofStopping === true ? ["stopping"] : [] };
  // The carriers answer STOP and START by themselves.
  if (reply.kind === "start" || reply.carrierAnswers) return undefined;
  return { kind: "stopped", words: STOPPED_ANSWERS[reply.language], apart: [] };
}
