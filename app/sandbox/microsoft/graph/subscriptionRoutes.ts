/**
 * Subscriptions to what happens in a meeting, as Graph's beta version offers them
 * (https://learn.microsoft.com/graph/api/subscription-post-subscriptions?view=graph-rest-beta).
 */
import { X509Certificate } from "node:crypto";
import { Router } from "express";
import * as z from "zod";
import type { Tenant } from "../entra/tenant.ts";
import { requireRole } from "./access.ts";
import { checked } from "./bodies.ts";
import { badRequest, GraphError } from "./graphError.ts";
import { joinWebUrl, type Meetings } from "./meetings.ts";
import type { Notifier } from "./notifier.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

export interface SubscriptionRoutesDeps {
  readonly tenant: Tenant;
  readonly meetings: Meetings;
  readonly subscriptions: Subscriptions;
  readonly notifier: Notifier;
}

const ROLES = ["OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All"];
const MINUTE_MS = 60_000;
const LONGEST_MS = 4_230 * MINUTE_MS;
const SHORTEST_MS = 45 * MINUTE_MS;
const WITHOUT_LIFECYCLE_MS = 60 * MINUTE_MS;
const RESOURCE = /^\/?communications\/onlineMeetings\(joinWebUrl='([^']+)'\)\/meetingCallEvents$/;

const dateTime = z.iso.datetime({ offset: true });
const certificate = {
  encryptionCertificate: z.base64(),
  encryptionCertificateId: z.string().min(1).max(128),
};
const creation = z.strictObject({
  changeType: z.string(),
  resource: z.string(),
  notificationUrl: z.url(),
  lifecycleNotificationUrl: z.url().optional(),
  includeResourceData: z.literal(true),
  expirationDateTime: dateTime,
  clientState: z.string().max(128).optional(),
  ...certificate,
});
const renewal = z.strictObject({ expirationDateTime: dateTime, ...z.object(certificate).partial().shape });

export function subscriptionRoutes(deps: SubscriptionRoutesDeps): Router {
  const { tenant, meetings, subscriptions, notifier } = deps;
  const router = Router();
  const may = requireRole(
    ROLES,
    () => new GraphError(403, "Forbidden", "Missing role permissions on the request."),
  );
  const at = ["/v1.0/subscriptions", "/beta/subscriptions"];
  const each = at.map((path) => path + "/:id");
  const own = (application: unknown, id: unknown): Subscription => {
    const found = subscriptions.byId(String(id));
    if (found === undefined || found.application !== application)
      throw new GraphError(404, "ResourceNotFound", "The object was not found.");
    return found;
  };

  router.post(at, may, async (request, response) => {
    // https://learn.microsoft.com/graph/changenotifications-for-onlinemeeting
    if (!request.path.startsWith("/beta/")) throw badRequest("Resource is not supported for subscriptions.");
    const body = checked(creation, request);
    const meeting = meetings.all().find((one) => isNamed(deps, one, body.resource));
    if (meeting === undefined || body.changeType !== "updated")
      throw badRequest("The resource or change type of the subscription is not supported.");
    const expires = until(tenant, body.expirationDateTime);
    const isLong = expires.getTime() - tenant.now().getTime() > WITHOUT_LIFECYCLE_MS;
    if (isLong && body.lifecycleNotificationUrl === undefined)
      throw badRequest("lifecycleNotificationUrl is required for subscriptions longer than one hour.");
    refuseCertificate(body.encryptionCertificate);
    const { subscriptions: fate } = tenant.faults.current();
    if (fate === "refused")
      throw new GraphError(403, "Forbidden", "Missing role permissions on the request.");
    if (fate === "limit")
      throw new GraphError(
        403,
        "Forbidden",
        "Number of subscriptions has exceeded the limit per application and tenant.",
      );
    const { application } = response.locals as { readonly application: string };
    if (subscriptions.all().some((one) => one.application === application && one.thread === meeting.thread))
      throw new GraphError(
        409,
        "Conflict",
        "A subscription already exists. It must be deleted before another can be made.",
      );
    for (const url of [body.notificationUrl, body.lifecycleNotificationUrl])
      if (url !== undefined && (fate === "not-reached" || !(await notifier.shakesHands(url))))
        throw new GraphError(
          400,
          "ValidationError",
          "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.",
        );
    const { expirationDateTime: _, includeResourceData: _always, ...wish } = body;
    const made = subscriptions.add({
      ...wish,
      lifecycleNotificationUrl: body.lifecycleNotificationUrl,
      clientState: body.clientState,
      application,
      thread: meeting.thread,
      expires,
    });
    notifier.begin(made, meeting);
    response.status(201).json(shown(made));
  });
  router.get(at, may, (_request, response) => {
    const { application } = response.locals as { readonly application: string };
    const mine = subscriptions.all().filter((one) => one.application === application);
    response.json({ value: mine.map(shown) });
  });
  router.patch(each, may, (request, response) => {
    const found = own(response.locals["application"], request.params["id"]);
    const { expirationDateTime, encryptionCertificate, encryptionCertificateId } = checked(renewal, request);
    found.expires = until(tenant, expirationDateTime);
    found.isPaused = false;
    if (encryptionCertificate !== undefined && encryptionCertificateId !== undefined) {
      refuseCertificate(encryptionCertificate);
      Object.assign(found, { encryptionCertificate, encryptionCertificateId });
    }
    response.json(shown(found));
  });
  router.delete(each, may, (request, response) => {
    subscriptions.remove(own(response.locals["application"], request.params["id"]).id);
    response.status(204).end();
  });
  return router;
}

/** Whether the resource names the meeting. The link in it is encoded once more than Graph gave it. */
function isNamed(
  { tenant }: SubscriptionRoutesDeps,
  meeting: Parameters<typeof joinWebUrl>[0],
  resource: string,
) {
  const joinUrl = joinWebUrl(meeting, tenant.options.tenantId, tenant.origins().pages);
  return RESOURCE.exec(resource)?.[1] === encodeURIComponent(joinUrl);
}

function until({ faults, now: clock }: Tenant, expirationDateTime: string): Date {
  const now = clock();
  const wanted = new Date(expirationDateTime).getTime();
  if (wanted <= now.getTime() || wanted - now.getTime() > LONGEST_MS)
    throw badRequest("Subscription expiration can only be 4230 minutes in the future.");
  const shortest = now.getTime() + SHORTEST_MS;
  return new Date(faults.current().subscriptions === "short" ? shortest : Math.max(wanted, shortest));
}

/** Refuses a certificate unless its key is RSA of 2,048 bits or more; its issuer does not matter. */
function refuseCertificate(base64: string): void {
  let bits = 0;
  try {
    bits =
      new X509Certificate(Buffer.from(base64, "base64")).publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  } catch {
    // The text is not a certificate at all.
  }
  if (bits < 2048)
    throw badRequest(
      "Certificate is invalid: the encryptionCertificate must hold an RSA key of 2048 to 4096 bits.",
    );
}

/** The subscription as answers show it, without the certificate and the secret. */
const shown = ({
  id,
  resource,
  changeType,
  notificationUrl,
  expires,
  application,
  ...one
}: Subscription) => ({
  id,
  resource,
  applicationId: application,
  changeType,
  clientState: null,
  notificationUrl,
  lifecycleNotificationUrl: one.lifecycleNotificationUrl ?? null,
  expirationDateTime: expires.toISOString(),
  includeResourceData: true,
  encryptionCertificate: null,
  encryptionCertificateId: one.encryptionCertificateId,
});
