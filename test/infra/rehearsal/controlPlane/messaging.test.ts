/** Communication Services, e-mail, and Event Grid in front of the webhook. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { serviceOf } from "../../../../infra/rehearsal/azure/entra/applications.ts";
import { recordsOf } from "../../../../infra/components/mailDomain.ts";
import { verifyMailDomain } from "../../../../infra/rehearsal/persons.ts";
import type { HookEvent } from "../../../../infra/rehearsal/azure/controlPlane/model.ts";
import { DEPLOYER, type ProviderDriver, type Kept, driveProviders, TENANT } from "./providerDriver.ts";
import { azure, makes, refusal } from "./makes.ts";

const SUBSCRIPTION_TYPE = azure("eventgrid:SystemTopicEventSubscription");

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
let handshakes: HookEvent[];
let answers: boolean;
beforeEach(async () => {
  handshakes = [];
  answers = true;
  driver = await driveProviders({
    hooks: {
      [SUBSCRIPTION_TYPE]: (event) => {
        handshakes.push(event);
        if (!answers) throw new Error("Webhook validation handshake failed for the address.");
      },
    },
  });
  make = makes(driver);
  await make.group();
});
afterEach(() => driver.stop());

test("a service has keys unless its program says otherwise", async () => {
  const service = await make.communication();
  expect(service.outputs).toMatchObject({
    disableLocalAuth: false,
    hostName: "acs-lamna.unitedstates.communication.azure.com",
    location: "global",
  });
});

test("a service's data rests where it was first put", async () => {
  const service = await make.communication();
  expect((await driver.diff(service, { ...service.inputs, dataLocation: "Europe" })).replaces).toEqual([
    "dataLocation",
  ]);
  const nowhere = { communicationServiceName: "acs-two", location: "global", dataLocation: "eastus2" };
  expect(await refusal(make.make("communication:CommunicationService", "two", nowhere))).toContain(
    "InvalidDataLocation",
  );
  const regional = { communicationServiceName: "acs-two", location: "eastus2", dataLocation: "Europe" };
  expect(await refusal(make.make("communication:CommunicationService", "two", regional))).toContain(
    "LocationNotAvailableForResourceType",
  );
});

test("a service's name is part of its host, so it is taken once in the world", async () => {
  await make.communication();
  await make.group("rg-other");
  const other = {
    resourceGroupName: "rg-other",
    communicationServiceName: "acs-lamna",
    location: "global",
    dataLocation: "Europe",
  };
  expect(await refusal(make.make("communication:CommunicationService", "two", other))).toContain(
    "NameReservationTaken",
  );
});

const domain = async (dataLocation: string) => {
  await make.make("communication:EmailService", "mail", {
    emailServiceName: "mail-lamna",
    location: "global",
    dataLocation,
  });
  return make.make("communication:Domain", "domain", {
    emailServiceName: "mail-lamna",
    domainName: "AzureManagedDomain",
    domainManagement: "AzureManaged",
    location: "global",
  });
};

test("a domain of Azure's own is called so, and is linked where the data is", async () => {
  const managed = await domain("Europe");
  expect(managed.outputs["mailFromSenderDomain"]).toMatch(/^[0-9a-f-]{36}\.azurecomm\.net$/);
  const service = await make.communication();
  expect(await refusal(driver.update(service, { ...service.inputs, linkedDomains: [managed.id] }))).toContain(
    "DataLocationMismatch",
  );
  expect(
    await refusal(driver.update(service, { ...service.inputs, linkedDomains: ["/subscriptions/x/none"] })),
  ).toContain("LinkedResourceNotFound");
  const misnamed = {
    emailServiceName: "mail-lamna",
    domainName: "lamna",
    domainManagement: "AzureManaged",
    location: "global",
  };
  expect(await refusal(make.make("communication:Domain", "other", misnamed))).toContain("InvalidDomainName");
});

test("a hospital's own domain is linked only once all its DNS records are seen", async () => {
  await domain("United States");
  const own = await make.make("communication:Domain", "own", {
    emailServiceName: "mail-lamna",
    domainName: "lamna.example",
    domainManagement: "CustomerManaged",
    location: "global",
  });
  const service = await make.communication();
  const link = () => driver.update(service, { ...service.inputs, linkedDomains: [own.id] });
  expect(await refusal(link())).toContain("DomainValidationError");

  const records = recordsOf("lamna.example", own.outputs["verificationRecords"] as object);
  expect(records.map(({ name, type }) => [type, name])).toEqual([
    ["TXT", "lamna.example"],
    ["TXT", "lamna.example"],
    ["CNAME", "selector1-azurecomm-prod-net._domainkey.lamna.example"],
    ["CNAME", "selector2-azurecomm-prod-net._domainkey.lamna.example"],
  ]);
  await verifyMailDomain({ cloud: driver.cloud }, records.slice(1));
  expect(await refusal(link())).toContain("DomainValidationError");
  await verifyMailDomain({ cloud: driver.cloud }, records);
  expect((await link()).outputs["linkedDomains"]).toEqual([own.id]);
  expect(own.outputs["fromSenderDomain"]).toBe("lamna.example");
});

const topic = async (more: object = {}): Promise<Kept> => {
  const service =
    driver.cloud.all(azure("communication:CommunicationService"))[0] ?? (await make.communication());
  return make.make("eventgrid:SystemTopic", "topic", {
    systemTopicName: "events-lamna",
    location: "global",
    source: service.id,
    topicType: "Microsoft.Communication.CommunicationServices",
    ...more,
  });
};

test("a source has one topic", async () => {
  await topic();
  expect(await refusal(topic({ systemTopicName: "events-two" }))).toMatch(
    /Code="InvalidRequest" .*Only one system topic is allowed per source/u,
  );
});

test("the topic of Communication Services is global, and global has no identity", async () => {
  expect(await refusal(topic({ location: "eastus2" }))).toContain("must match with location of the source");
  expect(await refusal(topic({ identity: { type: "SystemAssigned" } }))).toContain(
    "not supported for system topics in the global location",
  );
  expect(await refusal(topic({ source: "/subscriptions/x/none" }))).toContain("LinkedResourceNotFound");
  expect(await refusal(topic({ source: "" }))).toContain("needs a source");
  expect(await refusal(topic({ topicType: "Microsoft.Nothing" }))).toContain("InvalidTopicType");
});

const APPLICATION = "azuread:index/application:Application";
const SUBSCRIBER = "e0000000-0000-4000-8000-000000000001";

async function registration(): Promise<{ readonly clientId: string; readonly serviceId: string }> {
  const application = await driver.create(APPLICATION, "connector", {
    displayName: "Teams EHR connector",
    appRoles: [
      {
        id: SUBSCRIBER,
        value: "AzureEventGridSecureWebhookSubscriber",
        displayName: "Events",
        description: "Events",
        allowedMemberTypes: ["Application"],
        enabled: true,
      },
    ],
  });
  const clientId = String(application.outputs["clientId"]);
  const service = await driver.create("azuread:index/servicePrincipal:ServicePrincipal", "connector", {
    clientId,
  });
  return { clientId, serviceId: String(service.outputs["objectId"]) };
}

const assign = (name: string, principalObjectId: string, resourceObjectId: string) =>
  driver.create("azuread:index/appRoleAssignment:AppRoleAssignment", name, {
    appRoleId: SUBSCRIBER,
    principalObjectId,
    resourceObjectId,
  });

const eventGrid = () => serviceOf("4962773b-9cdb-44cf-a8bf-237846a00ab7", driver.cloud)?.name ?? "";

const subscribe = (
  clientId: string,
  more: object = {},
  endpointUrl = "https://app-lamna.azurewebsites.net/webhooks/events?key=k",
) =>
  make.make("eventgrid:SystemTopicEventSubscription", "connector", {
    systemTopicName: "events-lamna",
    eventSubscriptionName: "connector",
    destination: {
      endpointType: "WebHook",
      endpointUrl,
      azureActiveDirectoryTenantId: TENANT,
      azureActiveDirectoryApplicationIdOrUri: clientId,
    },
    filter: { includedEventTypes: ["Microsoft.Communication.SMSReceived"] },
    ...more,
  });

test("events are delivered only when Event Grid and who subscribes it hold the registration's role", async () => {
  await topic();
  const { clientId, serviceId } = await registration();
  const missing = "AzureEventGridSecureWebhookSubscriber";
  expect(await refusal(subscribe(clientId))).toContain(missing);
  await assign("event-grid", eventGrid(), serviceId);
  expect(await refusal(subscribe(clientId))).toContain(missing);
  await assign("deployer", DEPLOYER, serviceId);
  const made = await subscribe(clientId);
  expect(made.outputs["destination"]).toMatchObject({
    endpointBaseUrl: "https://app-lamna.azurewebsites.net/webhooks/events",
  });
  expect(made.outputs["destination"]).not.toHaveProperty("endpointUrl");
  expect(handshakes).toMatchObject([
    {
      operation: "create",
      resource: {
        properties: {
          destination: { endpointUrl: "https://app-lamna.azurewebsites.net/webhooks/events?key=k" },
        },
      },
    },
  ]);
});

test("events are delivered within the subscription's own directory", async () => {
  await topic();
  const { clientId, serviceId } = await registration();
  await assign("event-grid", eventGrid(), serviceId);
  await assign("deployer", DEPLOYER, serviceId);
  const destination = {
    endpointType: "WebHook",
    endpointUrl: "https://app-lamna.azurewebsites.net/webhooks/events",
    azureActiveDirectoryTenantId: "bbbbbbbb-0000-4000-8000-000000000001",
    azureActiveDirectoryApplicationIdOrUri: clientId,
  };
  expect(await refusal(subscribe(clientId, { destination }))).toContain("WebhookAadTenantMismatch");
});

test("a webhook that does not answer the handshake is not subscribed, and the next attempt starts anew", async () => {
  await topic();
  const { clientId, serviceId } = await registration();
  await assign("event-grid", eventGrid(), serviceId);
  await assign("deployer", DEPLOYER, serviceId);
  answers = false;
  expect(await refusal(subscribe(clientId))).toContain("Webhook validation handshake failed");
  expect(driver.cloud.all(SUBSCRIPTION_TYPE)).toEqual([]);
  answers = true;
  const retryPolicy = { eventTimeToLiveInMinutes: 2880, maxDeliveryAttempts: 30 };
  expect(await refusal(subscribe(clientId, { retryPolicy }))).toContain("must be between 1 and 1440");
  expect((await subscribe(clientId)).outputs).toMatchObject({ eventDeliverySchema: "EventGridSchema" });
});

test.each([
  [
    "a registration that is not there",
    "f0000000-0000-4000-8000-000000000001",
    {},
    undefined,
    "WebhookAadAppNotFound",
  ],
  [
    "an event of something else",
    "none",
    { filter: { includedEventTypes: ["Microsoft.Storage.BlobCreated"] } },
    undefined,
    "is not supported by this topic",
  ],
  [
    "a dead letter without an identity",
    "none",
    { deadLetterWithResourceIdentity: { identity: { type: "SystemAssigned" } } },
    undefined,
    "has no managed identity",
  ],
  [
    "a webhook in the clear",
    "none",
    {},
    "http://app-lamna.azurewebsites.net/webhooks/events",
    "must be https",
  ],
])("a subscription is refused with %s", async (_what, clientId, more, url, words) => {
  await topic();
  expect(
    await refusal(url === undefined ? subscribe(clientId, more) : subscribe(clientId, more, url)),
  ).toContain(words);
  expect(handshakes).toEqual([]);
});
