/** Sending mails. Each is an operation whose id the caller may choose; it is accepted at once and done soon. */
import { randomUUID } from "node:crypto";
import { Router } from "express";
import * as z from "zod";
import { checked, part } from "./answers.ts";
import { CommunicationError, notFound } from "./communicationError.ts";
import { reportMail, type Desk, type SentMail } from "./desk.ts";
import type { CommunicationOptions } from "./options.ts";
import { answer } from "./textRoutes.ts";
import { versionOnly } from "./version.ts";

const MAIL_VERSION = "2025-09-01";
const address = z.object({ address: z.email(), displayName: z.string().optional() });
const mail = z.strictObject({
  senderAddress: z.email(),
  recipients: z.strictObject({ to: z.array(address).min(1).max(50) }),
  content: z.strictObject({
    subject: z.string().min(1),
    plainText: z.string().optional(),
    html: z.string().optional(),
  }),
  attachments: z
    .array(z.strictObject({ name: z.string(), contentType: z.string(), contentInBase64: z.base64() }))
    .default([]),
  userEngagementTrackingDisabled: z.boolean().optional(),
});

/**
 * Limits for a domain of Azure's and for a domain of one's own:
 * https://learn.microsoft.com/azure/communication-services/concepts/service-limits
 */
const LIMITS = {
  azure: { sent: { minute: 5, hour: 10 }, asked: { minute: 10, hour: 20 } },
  own: { sent: { minute: 30, hour: 100 }, asked: { minute: 60, hour: 200 } },
} as const;
function limitsOf(sender: string, { rates }: CommunicationOptions) {
  if (sender.endsWith(".azurecomm.net")) return LIMITS.azure;
  if (rates === undefined) return LIMITS.own;
  const { mailsAMinute: minute, mailsAnHour: hour } = rates;
  return { sent: { minute, hour }, asked: { minute: 2 * minute, hour: 2 * hour } };
}

export function mailRoutes(desk: Desk, options: CommunicationOptions): Router {
  const router = Router();
  router.post("/emails\\:send", versionOnly(MAIL_VERSION), (request, response) => {
    const { senderAddress, recipients, content, attachments } = checked(mail, request);
    if (options.mailSenders?.includes(senderAddress) !== true)
      throw new CommunicationError(
        404,
        "DomainNotLinked",
        "The specified sender domain has not been linked.",
      );
    const operationId = request.get("operation-id") ?? randomUUID();
    const location = `/emails/operations/${operationId}?api-version=${MAIL_VERSION}`;
    const body = { id: operationId, status: "Running", error: null };
    response.set({
      "Operation-Location": new URL(location, `https://${request.get("host") ?? ""}`).href,
      "Retry-After": "30",
    });
    // The id only names the operation: sending again under the same id sends a second mail.
    refuseOverLimit(
      desk.mails.map(({ at }) => at),
      desk.now(),
      limitsOf(senderAddress, options).sent,
    );
    desk.operations.set(operationId, { status: "Succeeded" });
    const [file] = attachments;
    for (const { address: to } of recipients.to) {
      const sent: SentMail = {
        kind: "mail",
        operationId,
        from: senderAddress,
        to,
        subject: content.subject,
        plain: content.plainText ?? "",
        html: content.html ?? "",
        calendar: file && Buffer.from(file.contentInBase64, "base64").toString(),
        at: desk.now(),
        status: to.startsWith("bounces@") ? "Bounced" : "Delivered",
      };
      desk.mails.push(sent);
      reportMail(desk, sent);
    }
    answer(desk, request, response, body);
  });

  router.get("/emails/operations/:id", versionOnly(MAIL_VERSION), (request, response) => {
    const id = part(request, "id");
    const { unreadableFates } = desk.faults.current();
    const sender = desk.mails.find(({ operationId }) => operationId === id)?.from ?? "";
    refuseOverLimit(desk.fatesAsked, desk.now(), limitsOf(sender, options).asked);
    desk.fatesAsked.push(desk.now());
    if (unreadableFates > 0) {
      desk.faults.set({ unreadableFates: unreadableFates - 1 });
      response.type("html").send("<!doctype html><title>One moment</title>");
      return;
    }
    const operation = desk.operations.get(id);
    if (operation === undefined) throw notFound(`Operation ${id} cannot be found.`);
    response.json({ id, status: operation.status, error: null });
  });
  return router;
}

function refuseOverLimit(
  before: readonly Date[],
  now: Date,
  limits: { readonly minute: number; readonly hour: number },
): void {
  const since = (ms: number) => before.filter((at) => at.getTime() > now.getTime() - ms).length;
  const retryAfter = since(60_000) >= limits.minute ? 60 : since(3_600_000) >= limits.hour ? 3600 : undefined;
  if (retryAfter !== undefined)
    throw new CommunicationError(429, "TooManyRequests", "The limit of mails is reached.", {
      "Retry-After": String(retryAfter),
    });
}
