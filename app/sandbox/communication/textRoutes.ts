/** Sending texts: api-version 2021-03-07, which Microsoft's client uses. */
import { randomUUID } from "node:crypto";
import { Router, type Request, type Response } from "express";
import * as z from "zod";
import { between, reportText, type Desk, type SentText } from "./desk.ts";
import type { CommunicationOptions } from "./options.ts";
import { segmentsIn } from "./segments.ts";
import { versionOnly } from "./version.ts";

const SMS_VERSION = "2021-03-07";
const REMEMBERED_MS = 5 * 60_000;
const SEGMENTS_A_MINUTE = 200;
/** After calling code 1 a number has ten digits. */
const NUMBER = /^\+(?:1\d{10}|[2-9]\d{7,14})$/;
/**
 * Area codes of calling code 1 outside the United States, Canada and Puerto Rico: the Caribbean, Bermuda and the Pacific. A
 * toll-free number's texts do not arrive there
 * (https://learn.microsoft.com/azure/communication-services/concepts/sms/sms-faq).
 */
const BEYOND =
  /^\+1(?:242|246|264|268|284|340|345|441|473|649|658|664|670|671|684|721|758|767|784|809|829|849|868|869|876)/;
const FROM = /^\+1\d{10}$/;

const sending = z.strictObject({
  from: z.string(),
  smsRecipients: z
    .array(
      z.strictObject({
        to: z.string(),
        repeatabilityRequestId: z.guid().optional(),
        repeatabilityFirstSent: z.string().optional(),
      }),
    )
    .min(1)
    .max(100),
  message: z.string().min(1).max(2048),
  smsSendOptions: z
    .strictObject({ enableDeliveryReport: z.boolean(), tag: z.string().optional() })
    .optional(),
});
type Sending = z.output<typeof sending>;
type Recipient = Sending["smsRecipients"][number];

export function textRoutes(
  desk: Desk,
  owned: () => readonly string[],
  options: CommunicationOptions,
): Router {
  const router = Router();
  router.post("/sms", versionOnly(SMS_VERSION), (request, response) => {
    const body = sending.safeParse(request.body);
    if (!body.success) {
      const name = String(body.error.issues[0]?.path[0] ?? "body");
      response.status(400).json({ [name]: [body.error.issues[0]?.message] });
      return;
    }
    const { from, message, smsRecipients } = body.data;
    // Recorded: the answers for a number of the wrong form, and for one that the resource does not own.
    if (!FROM.test(from)) response.status(400).json({ From: ["Invalid From phone number format"] });
    else if (!owned().includes(from)) response.status(401).end();
    else if (isOverRate(desk, from, segmentsIn(message) * smsRecipients.length, options))
      response
        .status(429)
        .set("Retry-After", "30")
        .json({ error: { code: "TooManyRequests", message: "Rate limit" } });
    else {
      const value = smsRecipients.map((recipient) => one(desk, body.data, recipient, options));
      answer(desk, request, response, { value });
    }
  });
  return router;
}

/** Whether the number has sent more than its rate within the last minute. */
function isOverRate(
  { texts, now }: Desk,
  from: string,
  more: number,
  { rates }: CommunicationOptions,
): boolean {
  const since = now().getTime() - 60_000;
  const recent = texts.filter((one) => one.kind === "text" && one.from === from && one.at.getTime() > since);
  return (
    recent.reduce((sum, { text }) => sum + segmentsIn(text), 0) + more >
    (rates?.segmentsAMinute ?? SEGMENTS_A_MINUTE)
  );
}

function one(desk: Desk, body: Sending, recipient: Recipient, options: CommunicationOptions): object {
  const { to, repeatabilityRequestId: id, repeatabilityFirstSent: firstSent } = recipient;
  const refused = (httpStatusCode: number, errorMessage: string) => ({
    to,
    httpStatusCode,
    errorMessage,
    successful: false,
  });
  if (!NUMBER.test(to)) return refused(400, "Invalid To phone number format.");
  const age = desk.now().getTime() - Date.parse(firstSent ?? "");
  if (firstSent !== undefined && Number.isNaN(age))
    return { ...refused(400, "repeatabilityFirstSent is no date."), repeatabilityResult: "rejected" };
  if (age > REMEMBERED_MS)
    return { ...refused(412, "The first request is too old."), repeatabilityResult: "rejected" };
  const content = JSON.stringify([body.from, to, body.message]);
  const before = id === undefined ? undefined : desk.byRepeatability.get(id);
  if (before !== undefined && desk.now().getTime() - before.at.getTime() <= REMEMBERED_MS)
    return before.content === content
      ? before.answer
      : {
          ...refused(400, "The repeatability request id was used for another message."),
          repeatabilityResult: "rejected",
        };
  const sent: SentText = {
    kind: "text",
    messageId: `Outgoing_${desk.now().toISOString().replace(/\D/g, "").slice(0, 14)}${randomUUID()}_noam`,
    from: body.from,
    to,
    text: body.message,
    tag: body.smsSendOptions?.tag,
    at: desk.now(),
    code: codeOf(desk, body.from, to, options),
  };
  desk.texts.push(sent);
  if (body.smsSendOptions?.enableDeliveryReport === true) reportText(desk, sent);
  const answered = {
    to,
    messageId: sent.messageId,
    httpStatusCode: 202,
    repeatabilityResult: "accepted",
    successful: true,
  };
  if (id !== undefined) desk.byRepeatability.set(id, { at: sent.at, content, answer: answered });
  const { insideStatus } = desk.faults.current();
  if (insideStatus === undefined) return answered;
  desk.faults.set({ insideStatus: undefined });
  return refused(insideStatus, "The text is being worked on.");
}

/** The carriers' code for the text, after it was accepted. */
function codeOf(desk: Desk, from: string, to: string, { verified }: CommunicationOptions): string {
  if (!to.startsWith("+1") || BEYOND.test(to)) return "4003";
  if (verified?.() === false) return "4010";
  if (desk.stopped.has(between(from, to))) return "4007";
  return desk.faults.current().deliveryCode ?? "2000";
}

/** Answers, or loses the answer if that fault is on; what was done stays done. */
export function answer(desk: Desk, request: Request, response: Response, body: object): void {
  const { answersLost } = desk.faults.current();
  if (answersLost > 0) {
    desk.faults.set({ answersLost: answersLost - 1 });
    request.socket.destroy();
  } else response.status(202).json(body);
}
