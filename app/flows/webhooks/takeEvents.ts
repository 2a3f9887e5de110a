/**
 * Replies and reports are noted before they are answered 200: whoever said STOP gets no text after that. Answers to replies
 * are sent within the request, because they go to a number that is kept nowhere; their record is made first.
 */
import { randomUUID } from "node:crypto";
import { tellOtherwise } from "../../messages/tellOtherwise.ts";
import type { Language } from "../../domain/language.ts";
import { senderNameOf } from "../../domain/senderName.ts";
import { HELP_ANSWERS, STOPPED_ANSWERS, unreadAnswer, type AnswerFacts } from "../../domain/texts.ts";
import type { Parts } from "../../parts.ts";
import { TEXT_LIMITS } from "../../records/sendingRate.ts";
import type { Batch, Told } from "./events.ts";

export type TakePicks = Pick<
  Parts,
  | "answers"
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
 * Each event is taken whatever becomes of the others: a STOP may stand behind a report whose record cannot be read.
 * @throws what the store threw first; the whole batch is brought again then, which is harmless.
 */
export async function takeEvents(
  parts: TakePicks,
  { told, others, unreadable, lostReplies }: Batch,
): Promise<void> {
  const { log } = parts;
  const answersDue: (() => Promise<void>)[] = [];
  const failures: unknown[] = [];
  let unknown = 0;
  for (const one of told) {
    try {
      if (one.kind === "report") {
        if (!(await noteReport(parts, one))) unknown += 1;
      } else {
        await noteReply(parts, one);
        const answer = await answerDue(parts, one);
        if (answer !== undefined) answersDue.push(answer);
      }
    } catch (error) {
      failures.push(error);
    }
  }
  // Their records are made, so nobody sends them when the batch comes again.
  for (const { status, ...sent } of await Promise.allSettled(answersDue.map((answer) => answer())))
    if (status === "rejected") failures.push("reason" in sent ? sent.reason : undefined);
  // A mail's report says nothing of how texts are told.
  if (told.some((one) => one.kind === "reply" || one.number !== undefined)) await parts.heard.told();
  if (failures.length > 0) throw failures[0];
  const counts = { taken: told.length, unknown, others, unreadable };
  for (const [what, count] of Object.entries(counts)) if (count > 0) log.info("events." + what, { count });
  // It may have been somebody's STOP.
  if (lostReplies > 0)
    log.error("events.replies_unreadable", new Error("replies could not be read"), { count: lostReplies });
}

/** Of a text that no visit's message was, such as an answer, only what it says of the number is kept. */
async function noteReport(
  { jobs, messages, optOuts }: TakePicks,
  { id, delivery, number, at }: Extract<Told, { kind: "report" }>,
): Promise<boolean> {
  const message = await messages.report(id, delivery);
  if (delivery.kind === "failed") {
    // A report may come days later. What it says was so when the text was handed over, and a START since then counts.
    const wasSo = message === undefined ? at : new Date(message.begun);
    if (delivery.meaning === "opted-out" && number !== undefined) await optOuts.stop(number, wasSo);
    if (message !== undefined) await tellOtherwise(jobs, message, delivery.meaning);
  }
  return message !== undefined;
}

async function noteReply({ optOuts }: TakePicks, { reply, number, at }: ReplyTold): Promise<void> {
  if (reply.kind === "stop") await optOuts.stop(number, at);
  if (reply.kind === "start") await optOuts.start(number, at);
}

/** What sends the answer, once its record is made; undefined where there is none, or somebody else has made it. */
async function answerDue(
  { answers, hospital, log, messaging, now, optOuts, sendingRate }: TakePicks,
  { reply, number, at }: ReplyTold,
): Promise<(() => Promise<void>) | undefined> {
  const due = answerTo(reply);
  const from = messaging?.number;
  const { organization } = hospital;
  const sender = senderNameOf(organization);
  if (due === undefined || messaging === undefined || from === undefined || sender === undefined)
    return undefined;
  if (!messaging.mayReach(number)) return undefined;
  // Whoever has ended texts is answered that this was understood, and asked for help; nothing else.
  if (due.kind === "unread" && (await optOuts.isStopped(number))) return undefined;
  // The reply's own day: it is the same at each delivery of the event.
  const day = at.toISOString().slice(0, 10);
  if (!(await answers.begin(due.kind, number, [day, ...due.tongue].join(" ")))) return undefined;
  return async () => {
    const text = due.words({ sender, phone: organization.phone });
    const wait = await sendingRate.take(from, 1, TEXT_LIMITS);
    // The same batch, or another request, may have brought a STOP meanwhile.
    if (due.kind === "unread" && (await optOuts.isStopped(number))) return;
    const message = { from, to: number, text, id: randomUUID(), firstSent: now() };
    const outcome = wait === undefined ? (await messaging.texts.send(message)).kind : "not-now";
    if (outcome !== "accepted") log.warn("answer.not_sent", { reason: outcome });
  };
}

interface Due {
  readonly kind: Answer;
  readonly words: (facts: AnswerFacts) => string;
  /** Where a day has one answer of each language. */
  readonly tongue: readonly Language[];
}

function answerTo(reply: ReplyTold["reply"]): Due | undefined {
  if (reply.kind === "help")
    return { kind: "help", words: HELP_ANSWERS[reply.language], tongue: [reply.language] };
  if (reply.kind === "other") return { kind: "unread", words: unreadAnswer, tongue: [] };
  // The carriers answer STOP and START by themselves.
  if (reply.kind === "start" || reply.carrierAnswers) return undefined;
  return { kind: "stopped", words: STOPPED_ANSWERS[reply.language], tongue: [] };
}
