/** Sends mails by Communication Services, over Microsoft's own client, as operations whose ids are ours. */
import { EmailClient, type EmailMessage } from "@azure/communication-email";
import * as z from "zod";
import type { Fate, Mail, MailToSend } from "../../ports/mail.ts";
import type { Handover } from "../../ports/texts.ts";
import {
  commonOutcome,
  exchanges,
  isSuccess,
  parsed,
  type WireAnswer,
  type WireRequest,
} from "./exchange.ts";
import { isOwnError, refusalIn } from "./ownErrors.ts";
import type { SendingOptions } from "./texts.ts";

/**
 * Microsoft's client sends a mail by POST and then asks by GET for the operation's status. Asking is rate-limited as sending
 * is, and delivery reports tell more. So only one of the two requests is really made; the other is answered here.
 */
export function openMail({ endpoint, credential, now }: SendingOptions): Mail {
  const { clientOptions, run } = exchanges();
  const client = new EmailClient(endpoint, credential, clientOptions);
  const begin = (message: EmailMessage, operationId: string) => (abortSignal: AbortSignal) =>
    client.beginSend(message, { operationId, abortSignal });
  return {
    async send(mail, signal) {
      const only = (request: WireRequest) => (request.method === "GET" ? UNDER_WAY : undefined);
      const exchange = await run(only, begin(messageOf(mail), mail.id), signal);
      return commonOutcome(exchange, now()) ?? outcomeOf(exchange.answer, mail.id);
    },
    async fateOf(id, signal) {
      const only = (request: WireRequest) => {
        if (request.method === "GET") return undefined;
        const { origin, search } = new URL(request.url);
        return { ...UNDER_WAY, location: `${origin}/emails/operations/${id}${search}` };
      };
      const exchange = await run(only, begin(NOBODYS, id), signal);
      return commonOutcome(exchange, now()) ?? fateIn(exchange.answer, id);
    },
  };
}

const UNDER_WAY: WireAnswer = { status: 202, body: JSON.stringify({ status: "Running" }), retryAfter: null };

/** A placeholder where the client requires a message; it is never sent. */
const NOBODYS: EmailMessage = {
  senderAddress: "",
  content: { subject: "", plainText: "" },
  recipients: { to: [] },
};

function messageOf({ from, to, subject, plain, html, calendar }: MailToSend): EmailMessage {
  return {
    senderAddress: from,
    recipients: { to: [{ address: to }] },
    content: { subject, plainText: plain, html },
    attachments: [
      {
        name: "video-visit.ics",
        contentType: "text/calendar",
        contentInBase64: Buffer.from(calendar).toString("base64"),
      },
    ],
    // A link in a mail works like a key, so Microsoft must not rewrite links to count who opens them.
    disableUserEngagementTracking: true,
  };
}

/** What the answer to a mail that was handed over means. What is no answer of the vendor's leaves it to be asked for. */
export function outcomeOf(answer: WireAnswer | undefined, id: string): Handover {
  const status = answer?.status ?? 0;
  if (isSuccess(status)) return operationIn(answer, id);
  if (status === 401) return { kind: "not-now", reason: "role" };
  // The sender's domain is not linked to the resource, the address is not a sender of that domain, or Microsoft lets
  // nothing out of this subscription for its reputation.
  const isSenders = status === 404 || SENDERS.test(answer?.body ?? "");
  if (isSenders && isOwnError(answer?.body)) return { kind: "not-now", reason: "sender" };
  return refusalIn(answer, refused);
}

const SENDERS = /DomainNotLinked|InvalidSender|SenderAddress|SubscriptionBlocked/i;

/** A recipient may be refused because mails to the address have come back before: EmailDroppedAllRecipientsSuppressed. */
const refused = (words: string): Handover => ({
  kind: "refused",
  reason: /recipient/i.test(words) ? "recipient" : "content",
});

/** What the answer says became of a mail. Only the vendor itself knows that there is none. */
export function fateIn(answer: WireAnswer | undefined, id: string): Fate {
  const status = answer?.status ?? 0;
  if (status === 404 && isOwnError(answer?.body)) return { kind: "absent" };
  if (status === 401) return { kind: "not-now", reason: "role" };
  return isSuccess(status) ? operationIn(answer, id) : { kind: "unknown" };
}

const operation = z.object({ status: z.string() });

/** What becomes of a mail by its operation, as sending it is answered, and asking for it. */
function operationIn(answer: WireAnswer | undefined, id: string): Handover {
  const read = operation.safeParse(parsed(answer?.body));
  if (!read.success) return { kind: "unknown" };
  const isOver = ["failed", "canceled"].includes(read.data.status.toLowerCase());
  return isOver ? refused(answer?.body ?? "") : { kind: "accepted", providerId: id };
}
