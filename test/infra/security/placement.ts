/** What belongs to whom: tags, groups, and the resource that each part is of. */
import { kindOf, type Recorded } from "../components/recorded.ts";
import { feeders, idOf, listAt, must, type Deployment, type SecurityTest } from "./securityTest.ts";

const OPERATIONAL = /^(managedidentity|monitor|applicationinsights|operationalinsights|consumption):/;

/** Azure keeps these beside what they are about, in no group of their own. */
const BESIDE = /^(authorization:|monitor:DiagnosticSetting|consumption:|resources:)/;
const OF_THE_NUMBER = /^(communication|eventgrid):/;

/** What each part belongs to, by the property that says so. */
const OWNERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "network:Subnet": { virtualNetworkName: "network:VirtualNetwork" },
  "privatedns:VirtualNetworkLink": {
    privateZoneName: "privatedns:PrivateZone",
    virtualNetwork: "network:VirtualNetwork",
  },
  "network:PrivateDnsZoneGroup": {
    privateEndpointName: "network:PrivateEndpoint",
    privateDnsZoneConfigs: "privatedns:PrivateZone",
  },
  "keyvault:Key": { vaultName: "keyvault:Vault" },
  "cosmosdb:SqlResourceSqlDatabase": { accountName: "cosmosdb:DatabaseAccount" },
  "cosmosdb:SqlResourceSqlContainer": {
    accountName: "cosmosdb:DatabaseAccount",
    databaseName: "cosmosdb:SqlResourceSqlDatabase",
  },
  "cosmosdb:SqlResourceSqlRoleDefinition": { accountName: "cosmosdb:DatabaseAccount" },
  "cosmosdb:SqlResourceSqlRoleAssignment": { accountName: "cosmosdb:DatabaseAccount" },
  "storage:BlobServiceProperties": { accountName: "storage:StorageAccount" },
  "storage:BlobContainer": { accountName: "storage:StorageAccount" },
  "storage:Queue": { accountName: "storage:StorageAccount" },
  "communication:Domain": { emailServiceName: "communication:EmailService" },
  "communication:CommunicationService": { linkedDomains: "communication:Domain" },
  "cdn:AFDEndpoint": { profileName: "cdn:Profile" },
  "cdn:AFDOriginGroup": { profileName: "cdn:Profile" },
  "cdn:AFDOrigin": {
    profileName: "cdn:Profile",
    originGroupName: "cdn:AFDOriginGroup",
    hostName: "web:WebApp",
    originHostHeader: "web:WebApp",
  },
  "cdn:AFDCustomDomain": { profileName: "cdn:Profile" },
  "cdn:Route": {
    profileName: "cdn:Profile",
    endpointName: "cdn:AFDEndpoint",
    originGroup: "cdn:AFDOriginGroup",
    customDomains: "cdn:AFDCustomDomain",
  },
  "cdn:SecurityPolicy": { profileName: "cdn:Profile" },
  "web:WebAppSlot": { name: "web:WebApp" },
  "web:WebAppFtpAllowed": { name: "web:WebApp" },
  "web:WebAppFtpAllowedSlot": { name: "web:WebApp" },
  "web:WebAppScmAllowed": { name: "web:WebApp" },
  "web:WebAppScmAllowedSlot": { name: "web:WebApp" },
  "web:WebAppSlotConfigurationNames": { name: "web:WebApp" },
  "web:WebAppApplicationSettings": { name: "web:WebApp" },
  "web:WebAppApplicationSettingsSlot": { name: "web:WebApp" },
  "eventgrid:SystemTopicEventSubscription": { systemTopicName: "eventgrid:SystemTopic" },
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": {
    applicationId: "azuread:index/application:Application",
  },
  "ehr:index:Package": { blobEndpoint: "storage:StorageAccount" },
  "ehr:index:PhoneNumber": { endpoint: "communication:CommunicationService" },
  "monitor:AutoscaleSetting": { targetResourceUri: "web:AppServicePlan", profiles: "web:AppServicePlan" },
};

export const placementTests: readonly SecurityTest[] = [
  {
    name: "everything bears the deployment's own tags",
    kinds: "every kind",
    faults: ({ stack, resources }) =>
      resources
        .filter(({ inputs }) => "tags" in inputs)
        .flatMap((resource) => {
          const tags = resource.inputs["tags"] as Readonly<Record<string, unknown>>;
          const should: Readonly<Record<string, string>> = {
            tenant: stack.tenant,
            environment: stack.environment,
            geography: stack.geography,
            owner: stack.owners.team,
            dataClass: OPERATIONAL.test(kindOf(resource)) ? "operational" : "phi-transient",
          };
          return Object.entries(should)
            .filter(([tag, value]) => tags[tag] !== value)
            .map(([tag]) => resource.name + ": the tag " + tag + " is not the deployment's");
        }),
  },
  {
    name: "everything lies in a resource group of the deployment, and what keeps the number in the one that outlives it",
    kinds: "every kind",
    faults: (deployment) =>
      deployment.resources
        .filter(({ type, custom }) => custom && type.startsWith("azure-native:"))
        .filter((resource) => !BESIDE.test(kindOf(resource)))
        .filter((resource) => !liesInItsGroup(resource, deployment))
        .map(({ name }) => name + " lies in another resource group"),
  },
  {
    name: "each part belongs to a resource of the deployment",
    kinds: Object.keys(OWNERS),
    faults: (deployment) =>
      deployment.resources.flatMap((resource) =>
        Object.entries(OWNERS[kindOf(resource)] ?? {})
          .filter(([property, owner]) => feeders(resource, property, owner, deployment).length === 0)
          .map(([property]) => resource.name + ": " + property + " is none of this deployment"),
      ),
  },
  must("the plan's own load alone adds and takes instances", ["monitor:AutoscaleSetting"], (setting) => ({
    "profiles.length": 1,
    "profiles.0.rules": () =>
      listAt(setting, "profiles.0.rules").every(({ metricTrigger }) =>
        idOf("web:AppServicePlan").test(
          String((metricTrigger as { metricResourceUri?: unknown } | undefined)?.metricResourceUri),
        ),
      ),
  })),
];

function liesInItsGroup(resource: Recorded, deployment: Deployment): boolean {
  const wanted =
    ["rg", deployment.stack.tenant, deployment.stack.environment].join("-") +
    (OF_THE_NUMBER.test(kindOf(resource)) ? "-number" : "");
  return (
    resource.inputs["resourceGroupName"] === wanted &&
    feeders(resource, "resourceGroupName", "resources:ResourceGroup", deployment).length === 1
  );
}
