/**
 * Event Grid at work: it does a handshake with a webhook before it creates a subscription, and delivers with a token of the
 * directory.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as passed } from "node:timers/promises";
import { handshakeEvent } from "../../../../app/sandbox/communication/handshake.ts";
import { eventGridToken } from "../../../../app/sandbox/microsoft/entra/eventGrid.ts";
import type { Tenant } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import * as z from "zod";
import { refuseWithoutRole } from "../../azure/resourceTypes/eventgrid.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import { isSame, saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource, Hooks } from "../../azure/controlPlane/model.ts";
import { Refusal } from "../../azure/controlPlane/refusal.ts";
import { applicationNamed, appRolesOf, serviceOf } from "../../azure/entra/applications.ts";
import { PUBLISHED } from "../../azure/entra/directory.ts";
import type { Caller } from "../../front/hosts/caller.ts";
import { tokenVersionOf } from "./directory.ts";
import type { Parts } from "../parts.ts";

const SUBSCRIPTION = azure("eventgrid:SystemTopicEventSubscription");
const EVENT_GRID: Caller = { service: "AzureEventGrid" };
const ANSWER_WITHIN_MS = 30_000;

export interface EventGrid {
  /** For the cloud: a subscription is refused if its webhook does not answer the handshake. */
  readonly hooks: Hooks;
  /**
   * Repeats the handshake of a subscription, for a deployer who would create it.
   * @throws Refusal
   */
  shakeHands(subscriptionId: string, subscriber: string): Promise<void>;
  /** Whether a subscription's filter lets events of a type through; without a list it lets all through. */
  brings(subscriptionId: string, eventType: string): boolean;
  /** Delivers events once by a subscription, which is named by its id. Resolves to the status that the webhook answered. */
  deliver(subscriptionId: string, events: readonly GridEvent[]): Promise<number>;
}

export interface GridEvent {
  readonly eventType: string;
  readonly subject: string;
  readonly data: unknown;
}

export function eventGrid({ cloud, front, tenant }: Pick<Parts, "cloud" | "front" | "tenant">): EventGrid {
  async function post(
    subscription: CloudResource,
    kind: string,
    events: readonly object[],
  ): Promise<Response> {
    const destination = subscription.properties["destination"];
    const application = textAt(destination, "azureActiveDirectoryApplicationIdOrUri");
    const token = application === undefined ? undefined : await tokenFor(cloud(), tenant, application);
    const entryPoint = await front.entryPoint(EVENT_GRID);
    return entryPoint.fetch(saidAt(destination, "endpointUrl"), {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "aeg-event-type": kind,
        "aeg-subscription-name": subscription.name.toUpperCase(),
        "aeg-delivery-count": "0",
        "aeg-data-version": "",
        "aeg-metadata-version": "1",
        ...(token !== undefined && { authorization: "Bearer " + token }),
      },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  }

  const enveloped = (subscription: CloudResource, event: GridEvent): object => ({
    id: randomUUID(),
    // An event names its source, whereas the answer about the subscription names the system topic.
    topic: saidAt(cloud().find(saidAt(subscription.properties, "topic"))?.properties, "source"),
    eventTime: tenant.now().toISOString(),
    metadataVersion: "1",
    dataVersion: "1.0",
    ...event,
  });

  const there = (id: string): CloudResource => {
    const subscription = cloud().find(id);
    if (subscription === undefined) throw new Error(`The cloud holds no subscription ${id}.`);
    return subscription;
  };

  async function shakeHands(subscription: CloudResource, subscriber: string): Promise<void> {
    const { destination } = subscription.properties;
    const named = saidAt(destination, "azureActiveDirectoryApplicationIdOrUri");
    const application = applicationNamed(named, cloud());
    if (application !== undefined) refuseWithoutRole(subscriber, application, cloud());
    const asked = handshakeEvent(subscription.name);
    const event = enveloped(subscription, asked);
    const url = saidAt(destination, "endpointUrl");
    const fault = await faultOf(
      () => post(subscription, "SubscriptionValidation", [event]),
      asked.data.validationCode,
    );
    if (fault !== undefined) throw handshakeFailed(url, fault, tenant.now());
  }

  return {
    hooks: {
      [SUBSCRIPTION]: async ({ operation, resource, before }) => {
        const { destination } = resource.properties;
        if (operation === "delete" || textAt(destination, "endpointType") !== "WebHook") return;
        if (isSame(destination, before?.properties["destination"])) return;
        await shakeHands(resource, cloud().deployer.objectId);
      },
    },
    shakeHands: (id, subscriber) => shakeHands(there(id), subscriber),
    brings: (id, eventType) => {
      const included = textsAt(there(id).properties, "filter.includedEventTypes");
      return included.length === 0 || included.includes(eventType);
    },
    deliver: async (id, events) => {
      const subscription = there(id);
      const bodies = events.map((event) => enveloped(subscription, event));
      return (await post(subscription, "Notification", bodies)).status;
    },
  };
}

/** Event Grid's token; it has no role if Event Grid was not assigned one. The webhook decides whether that is enough. */
async function tokenFor(cloud: Cloud, tenant: Tenant, idOrUri: string): Promise<string> {
  const application = applicationNamed(idOrUri, cloud);
  const clientId = textAt(application?.properties, "clientId") ?? idOrUri;
  const service = serviceOf(PUBLISHED.MicrosoftEventGrid, cloud);
  const objectId = service?.name ?? "";
  const roles = appRolesOf(cloud, objectId, clientId);
  const version = tokenVersionOf(application);
  return eventGridToken(tenant, clientId, version, {
    oid: objectId,
    sub: objectId,
    ...(version === "1.0" && { aud: idOrUri }),
    roles: roles.length > 0 ? roles : undefined,
  });
}

const validated = z.looseObject({ validationResponse: z.string() });

/** Why a handshake failed, in Azure's words; undefined when it succeeded. */
async function faultOf(shake: () => Promise<Response>, code: string): Promise<string | undefined> {
  // Azure says no more than `Unknown` about a webhook that it did not reach.
  const response = await onceStarted(shake).catch(() => undefined);
  if (response?.status !== 200)
    return `Http POST request failed with response code ${String(response?.status ?? "Unknown")}.`;
  // A body that is not JSON contains no validation code.
  const body: unknown = await response.json().catch(() => undefined);
  const said = validated.safeParse(body).data?.validationResponse;
  return said === code
    ? undefined
    : "Http POST request retuned 2XX response with response body not containing the expected validation code.";
}

const STARTS_WITHIN_MS = 45_000;
const ASK_EVERY_MS = 200;

/** Repeats the handshake while a site that was just started is not up yet, as if no time passed in this Azure. */
async function onceStarted(shake: () => Promise<Response>): Promise<Response> {
  const until = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const response = await shake();
    const isStarting = response.status === 503 && response.headers.has("retry-after");
    if (!isStarting || performance.now() > until) return response;
    await passed(ASK_EVERY_MS);
  }
}

function handshakeFailed(url: string, fault: string, now: Date): Refusal {
  const words = `Webhook validation handshake failed for ${url}. ${fault} For troubleshooting, visit https://aka.ms/esvalidation.`;
  return new Refusal(
    400,
    "Url validation",
    `${words} Activity id:${randomUUID()}, timestamp: ${now.toISOString()} (UTC).`,
  );
}
