/** System topics and their subscriptions. A hook decides whether a webhook answers the handshake. */

import { at, groupAt, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, Refusal } from "../controlPlane/refusal.ts";
import { applicationNamed, appRolesOf, serviceOf } from "../entra/applications.ts";
import { PUBLISHED } from "../entra/directory.ts";
import { azure, required, isNamed, twinOf } from "./require.ts";

const TOPIC = "{group}/providers/Microsoft.EventGrid/systemTopics/{systemTopicName}";

/** The type of resource that a topic type is about, and the events that it has. */
const SOURCES: Readonly<
  Record<string, { readonly type: string; readonly global: boolean; readonly events: RegExp }>
> = {
  "microsoft.communication.communicationservices": {
    type: "communication:CommunicationService",
    global: true,
    events: /^Microsoft\.Communication\./u,
  },
  "microsoft.storage.storageaccounts": {
    type: "storage:StorageAccount",
    global: false,
    events: /^Microsoft\.Storage\./u,
  },
};

export const EVENT_GRID: readonly Kind[] = [
  {
    token: azure("eventgrid:SystemTopic"),
    id: TOPIC,
    replacedBy: ["source", "topicType"],
    decided: ({ before }, cloud) => ({
      metricResourceId: textAt(before?.properties, "metricResourceId") ?? cloud.uuid(),
      provisioningState: "Succeeded",
    }),
    refuse: refuseTopic,
  },
  {
    token: azure("eventgrid:SystemTopicEventSubscription"),
    id: TOPIC + "/eventSubscriptions/{eventSubscriptionName}",
    silent: () => ({
      eventDeliverySchema: "EventGridSchema",
      filter: { subjectBeginsWith: "", subjectEndsWith: "" },
      retryPolicy: { eventTimeToLiveInMinutes: 1440, maxDeliveryAttempts: 30 },
    }),
    // The address may contain a secret, so the answer carries only its base.
    hidden: ["destination.endpointUrl"],
    decided: ({ id, inputs }, cloud) => ({
      destination: {
        endpointBaseUrl: saidAt(inputs, "destination.endpointUrl").replace(/[?#].*$/u, ""),
        ...(textAt(inputs, "destination.endpointType") === "WebHook" && {
          maxEventsPerBatch: at(inputs, "destination.maxEventsPerBatch") ?? 1,
          preferredBatchSizeInKilobytes: at(inputs, "destination.preferredBatchSizeInKilobytes") ?? 64,
        }),
      },
      provisioningState: "Succeeded",
      topic: cloud.find(id.replace(/\/eventSubscriptions\/.*$/iu, ""))?.id ?? "",
    }),
    refuse: refuseSubscription,
  },
];

function refuseTopic(draft: Draft, cloud: Cloud): void {
  const topicType = saidAt(draft.inputs, "topicType");
  const known = SOURCES[topicType.toLowerCase()];
  if (known === undefined)
    throw badRequest(`The topic type '${topicType}' is not supported.`, "InvalidTopicType");
  const source = required(cloud, textAt(draft.inputs, "source"), [known.type]);
  if (source === undefined) throw badRequest("A system topic needs a source.", "InvalidRequest");
  const global = textAt(draft.inputs, "location")?.toLowerCase() === "global";
  if (global !== known.global)
    throw badRequest(
      `System topic's location must match with location of the source resource: '${saidAt(source.properties, "location")}'.`,
      "InvalidRequest",
    );
  const identity = textAt(draft.inputs, "identity.type");
  if (global && identity !== undefined && identity !== "None")
    throw badRequest(
      "Managed identity is not supported for system topics in the global location.",
      "InvalidRequest",
    );
  const twin = twinOf(draft, cloud, (one) => isNamed(one, "source", source.id));
  if (twin !== undefined)
    throw badRequest(
      `There is an existing tracked system topic for the given source ${source.id}. Only one system topic is allowed per source.`,
      "InvalidRequest",
    );
}

function refuseSubscription({ id, inputs }: Draft, cloud: Cloud): void {
  const topic = cloud.find(id.replace(/\/eventSubscriptions\/.*$/iu, ""));
  const known = SOURCES[textAt(topic?.properties, "topicType")?.toLowerCase() ?? ""];
  for (const event of textsAt(inputs, "filter.includedEventTypes"))
    if (known?.events.test(event) !== true)
      throw badRequest(`The event type '${event}' is not supported by this topic.`, "InvalidRequest");
  if (
    inputs["deadLetterWithResourceIdentity"] !== undefined ||
    inputs["deliveryWithResourceIdentity"] !== undefined
  ) {
    const type = textAt(topic?.properties, "identity.type") ?? "None";
    if (type === "None") throw badRequest("The system topic has no managed identity.", "InvalidRequest");
  }
  const { destination } = inputs;
  if (destination === undefined || textAt(destination, "endpointType") !== "WebHook") return;
  const url = saidAt(destination, "endpointUrl");
  if (!url.startsWith("https://"))
    throw badRequest(`The webhook's address '${url}' must be https.`, "Url validation");
  const application = textAt(destination, "azureActiveDirectoryApplicationIdOrUri");
  if (application !== undefined)
    refuseUnreachableRegistration(application, textAt(destination, "azureActiveDirectoryTenantId"), cloud);
  const minutes = at(groupAt(inputs, "retryPolicy"), "eventTimeToLiveInMinutes");
  if (typeof minutes === "number" && (minutes < 1 || minutes > 1440))
    throw badRequest("EventTimeToLiveInMinutes must be between 1 and 1440.", "InvalidRequest");
}

/** Event Grid delivers with a token for the registration only if Event Grid itself may, too. */
function refuseUnreachableRegistration(idOrUri: string, tenantId: string | undefined, cloud: Cloud): void {
  const application = applicationNamed(idOrUri, cloud);
  if (application === undefined)
    throw badRequest(`The application '${idOrUri}' was not found in the directory.`, "WebhookAadAppNotFound");
  if (tenantId !== undefined && tenantId !== cloud.tenantId)
    throw badRequest(
      `The directory '${tenantId}' is not the one of the subscription.`,
      "WebhookAadTenantMismatch",
    );
  for (const holder of [serviceOf(PUBLISHED.MicrosoftEventGrid, cloud)?.name ?? "", cloud.deployer.objectId])
    refuseWithoutRole(holder, application, cloud);
}

const SUBSCRIBER = "AzureEventGridSecureWebhookSubscriber";

/**
 * Whoever subscribes a webhook has to own its application or hold the application's role for that
 * (https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery).
 * @throws Refusal
 */
export function refuseWithoutRole(objectId: string, { properties }: CloudResource, cloud: Cloud): void {
  const clientId = saidAt(properties, "clientId");
  if (textsAt(properties, "owners").includes(objectId)) return;
  if (appRolesOf(cloud, objectId, clientId).includes(SUBSCRIBER)) return;
  throw new Refusal(
    403,
    "WebhookAadRoleMissing",
    `The principal '${objectId}' does not have access to the webhook: the application '${clientId}' has not assigned it the role '${SUBSCRIBER}'.`,
  );
}
