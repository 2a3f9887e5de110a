/** Sending mails: an operation that the caller may name, accepted at once and done soon. */
import { randomUUID } from "node:crypto";
import { Router } from "express";
import { z } from "zod";
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

/** https://learn.microsoft.com/azure/communication-services/concepts/service-limits: of a domain of Azure's, and of one's own. */
const LIMITS = { azure: { minute: 5, hour: 10 }, own: { minute: 30, hour: 100 } } as const;

export function mailRoutes(desk: Desk, options: CommunicationOptions): Router {
  const router = Router();
  router.post("/emails\\:send", versionOnly(MAIL_VERSION), (request, response) => {
    const { senderAddress, recipients, content, attachments } = checked(mail, request);
    const [domain = ""] = senderAddress.split("@").slice(1);
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
    if (desk.operations.has(operationId)) {
      answer(desk, request, response, body);
      return;
    }
    refuseOverLimit(desk, domain.endsWith(".azurecomm.net") ? LIMITS.azure : LIMITS.own);
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
    const operation = desk.operations.get(id);
    if (operation === undefined) throw notFound(`Operation ${id} cannot be found.`);
    response.json({ id, status: operation.status, error: null });
  });
  return router;
}

function refuseOverLimit(
  { mails, now }: Desk,
  limits: { readonly minute: number; readonly hour: number },
): void {
  const since = (ms: number) => mails.filter(({ at }) => at.getTime() > now().getTime() - ms).length;
  const retryAfter = since(60_000) >= limits.minute ? 60 : since(3_600_000) >= limits.hour ? 3600 : undefined;
  if (retryAfter !== undefined)
    throw new CommunicationError(429, "TooManyRequests", "The limit of mails is reached.", {
      "Retry-After": String(retryAfter),
    });
}
