/**
 * A deployment: one hospital in one environment, described by `stacks/Pulumi.<stack>.yaml`. This file lists its components
 * in order.
 */
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as integration from "../app/domain/integration.ts";
import { existingResources } from "./components/adoption.ts";
import { ActivityAlerts } from "./components/activityAlerts.ts";
import { Alerts } from "./components/alerts.ts";
import { AZURE_CONSTANTS } from "./components/azureConstants.ts";
import { Data } from "./components/data.ts";
import { Diagnostics } from "./components/diagnostics.ts";
import { EdgeRoute } from "./components/edgeRoute.ts";
import { Events } from "./components/events.ts";
import { FrontDoor } from "./components/frontDoor.ts";
import { named, tags, type DeploymentContext } from "./components/deploymentContext.ts";
import { Budget, Locks } from "./components/guards.ts";
import { Identity } from "./components/identity.ts";
import { recordedState } from "./components/recordedState.ts";
import { Messaging } from "./components/messaging.ts";
import { Network } from "./components/network.ts";
import { Observability } from "./components/observability.ts";
import { Plan } from "./components/plan.ts";
import { Readiness } from "./components/readiness.ts";
import { Registration } from "./components/registration.ts";
import { Release } from "./components/release.ts";
import { Secrets } from "./components/secrets.ts";
import { Site } from "./components/site.ts";
import { SiteSettings } from "./components/siteSettings.ts";
import { refuseOtherStoreKeys } from "./components/storeKeys.ts";
import { Storage } from "./components/storage.ts";
import { deployedStack } from "./deployedStack.ts";
import { runningDigests } from "./packages.ts";
import { refuseAnotherSignIn } from "./signIn.ts";
import { locationOf } from "./location.ts";
import { settings } from "./settings.ts";
import { featuresOf, hasEdge, hasEvents } from "./stack/choices.ts";

const stack = deployedStack(new pulumi.Config("teams-ehr-connector"));
await refuseAnotherSignIn(stack);
const recorded = await recordedState();
refuseOtherStoreKeys(stack, recorded);
const adopted = await existingResources(stack, recorded);
const running = runningDigests(stack);

const location = locationOf(stack);
const group = new resources.ResourceGroup("group", {
  resourceGroupName: named("rg", stack),
  location,
  tags: tags(stack, "phi-transient"),
});
const context: DeploymentContext = { stack, location, group };

// The connector's identity, its network and its stores.
const identity = new Identity("identity", { context });
const network = new Network("network", { context });
const secrets = new Secrets("secrets", { context, identity, network, adopted });
const { encryption } = secrets;
// A store that names subnets is refused while a private endpoint or a site joins the network, so these come in turn.
const storage = new Storage("storage", { context, identity, network, encryption, after: secrets.ways });
const data = new Data("data", { context, identity, network, encryption, after: storage.admits });
const messaging = new Messaging("messaging", { context, identity, adopted });

// Where the connector runs, and the edge in front of it.
const front = hasEdge(stack) ? new FrontDoor("front", { context }) : undefined;
const plan = new Plan("plan", { context });
const site = new Site("site", {
  context,
  planId: plan.id,
  identityId: identity.id,
  appSubnetId: network.appSubnetId,
  joinsAfter: [...network.settled, ...secrets.admits, ...storage.admits, ...data.admits],
  runnersSubnetId: network.runnersSubnetId,
  frontDoorId: front?.frontDoorId,
});
const publicUrl: pulumi.Output<string> =
  stack.publicHost === undefined
    ? pulumi.interpolate`https://${site.host}`
    : pulumi.output("https://" + stack.publicHost);
const edge =
  front === undefined || stack.publicHost === undefined
    ? undefined
    : new EdgeRoute("edge", { context, front, siteHost: site.host, publicHost: stack.publicHost });
const registration = new Registration("registration", {
  context,
  publicUrl,
  identityPrincipalId: identity.principalId,
});

// The packages and settings that it runs with; the update waits until it answers with them.
const packages = new Release("release", {
  context,
  storage,
  digests: [running.site, ...(running.staging === undefined ? [] : [running.staging])],
});
const siteSettings = new SiteSettings("settings", {
  context,
  site,
  identityId: identity.id,
  settingsFor: (digest) =>
    settings<pulumi.Output<string>>(stack, {
      publicUrl,
      clientId: registration.clientId,
      authority: pulumi.output(AZURE_CONSTANTS.authority),
      graph: pulumi.output(AZURE_CONSTANTS.graph),
      identityClientId: identity.clientId,
      vaultUrl: secrets.url,
      wrappingKey: pulumi.output(secrets.wrappingKeyName),
      packageDigest: pulumi.output(digest),
      blobEndpoint: storage.blobEndpoint,
      messaging: {
        communicationEndpoint: messaging.endpoint,
        mailSender: messaging.mailSender,
        ...(messaging.number !== undefined && { number: messaging.number }),
      },
      store: {
        cosmosEndpoint: data.endpoint,
        cosmosDatabase: pulumi.output(data.database),
        queueEndpoint: storage.queueEndpoint,
      },
    }),
  onSite: packages.running(running.site),
  onStaging: running.staging === undefined ? undefined : packages.running(running.staging),
  after: [...data.ready, ...secrets.ready, ...storage.ready, ...registration.ready],
});
const readiness = new Readiness("readiness", {
  context,
  site,
  running,
  settings: siteSettings,
  edge: edge && front && { host: front.host, open: edge.open },
});

// The events that arrive, the logs that are collected, and the people who are alerted.
const events = hasEvents(stack)
  ? new Events("events", {
      context,
      serviceId: messaging.serviceId,
      groupName: messaging.groupName,
      host: front?.host ?? site.host,
      clientId: registration.clientId,
      after: [...readiness.answered, ...registration.eventRole, ...(edge?.open ?? [])],
    })
  : undefined;
const observability = new Observability("observability", { context });
new Diagnostics("diagnostics", {
  workspaceId: observability.workspaceId,
  logged: {
    vault: secrets.vaultId,
    store: data.accountId,
    storage: storage.accountId,
    packages: pulumi.interpolate`${storage.accountId}/blobServices/default`,
    queues: pulumi.interpolate`${storage.accountId}/queueServices/default`,
    communication: messaging.serviceId,
    ...(events && { topic: events.topicId }),
    site: site.id,
    ...(site.slot && { slot: site.slot.id }),
    ...(front && { edge: front.profileId }),
  },
});
new Alerts("alerts", {
  context,
  actionGroupId: observability.actionGroupId,
  component: observability.component,
  componentId: observability.componentId,
  siteId: site.id,
  storeId: data.accountId,
  vaultId: secrets.vaultId,
  workspaceId: observability.workspaceId,
  publicUrl,
});
new ActivityAlerts("activity", { context, actionGroupId: observability.actionGroupId });
new Budget("budget", {
  context,
  groups: [group.name, messaging.groupName],
  startsAt: recorded.budgetStart,
  now: new Date(),
});
new Locks("locks", {
  context,
  kept: {
    store: data.accountId,
    vault: secrets.vaultId,
    storage: storage.accountId,
    number: messaging.groupId,
  },
  hangsOnNumber: [messaging, ...(events === undefined ? [] : [events])],
});

export const resourceGroup = group.name;
export { location };
/** Client id of the app registration; consent in Entra and the access policy for meetings refer to it. */
export const clientId = registration.clientId;
/** What a person has to add to a registration of the hospital's own. */
export const registrationByHand = publicUrl.apply((url) =>
  integration.registrationByHand(stack.microsoft.registration, featuresOf(stack), url),
);
/** The addresses that people enter in Oracle's code console, Entra and the hospital's DNS. */
export const addresses = publicUrl.apply((url) => integration.addresses(stack.environment, url));
export const integrationRecords = publicUrl.apply((url) =>
  (stack.connections ?? []).map((connection) =>
    integration.integrationRecord(stack.environment, connection, url),
  ),
);
const hostRecords =
  edge === undefined || front === undefined || stack.publicHost === undefined
    ? []
    : [
        { name: stack.publicHost, type: "CNAME", value: front.host },
        { name: "_dnsauth." + stack.publicHost, type: "TXT", value: edge.domainProof },
      ];
/** DNS records of the public host name, and of the hospital's own mail domain. */
export const dns = pulumi
  .all([hostRecords, messaging.mailRecords])
  .apply(([ofHost, ofMail]) => [...ofHost, ...ofMail]);
/** Address of the container with the packages; production takes a package's bytes from the test deployment's container. */
export const packagesUrl = storage.packagesUrl;
export { running as release };
export const siteAddress = pulumi.interpolate`https://${site.host}`;
export const number = messaging.number ?? "none of this stack";
export const mailSender = messaging.mailSender;
