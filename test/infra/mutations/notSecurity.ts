/**
 * What may be said otherwise without anybody being less safe: a reason, and by kind the paths that it holds for.
 * `#` stands for any index, `**` for whatever follows. The list stays true: whatever matches nothing, or matches what a
 * policy or security test does refuse, fails the test.
 */
import type { How } from "./mutants.ts";

export interface Excuse {
  readonly because: string;
  readonly where: Readonly<Record<string, readonly string[]>>;
  /** Only these changes; any, unless told. */
  readonly how?: readonly How[];
  /** Only in one environment, where the other is stricter. */
  readonly only?: "production" | "test";
}

export const NOT_SECURITY: readonly Excuse[] = [
  {
    because: "what a thing is called: Azure refuses a wrong name, and nobody is let in by one",
    where: {
      "applicationinsights:Component": ["resourceName"],
      "applicationinsights:WebTest": ["syntheticMonitorId", "webTestName"],
      "authorization:ManagementLockByScope": ["lockName"],
      "authorization:RoleAssignment": ["roleAssignmentName"],
      "azuread:index/application:Application": ["displayName"],
      "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": [
        "displayName",
      ],
      "cdn:AFDCustomDomain": ["customDomainName"],
      "cdn:AFDEndpoint": ["endpointName"],
      "cdn:AFDOrigin": ["originName"],
      "cdn:AFDOriginGroup": ["originGroupName"],
      "cdn:Profile": ["profileName"],
      "cdn:Route": ["routeName"],
      "cdn:SecurityPolicy": ["securityPolicyName"],
      "communication:Domain": ["domainName"],
      "communication:EmailService": ["emailServiceName"],
      "consumption:Budget": ["budgetName"],
      "cosmosdb:SqlResourceSqlRoleAssignment": ["roleAssignmentId"],
      "cosmosdb:SqlResourceSqlRoleDefinition": ["roleDefinitionId", "roleName"],
      "eventgrid:SystemTopic": ["systemTopicName"],
      "eventgrid:SystemTopicEventSubscription": ["eventSubscriptionName"],
      "frontdoor:Policy": ["customRules.rules.#.name", "policyName"],
      "managedidentity:UserAssignedIdentity": ["resourceName"],
      "monitor:ActionGroup": ["actionGroupName", "emailReceivers.#.name", "groupShortName"],
      "monitor:ActivityLogAlert": ["activityLogAlertName"],
      "monitor:AutoscaleSetting": ["autoscaleSettingName"],
      "monitor:DiagnosticSetting": ["name"],
      "monitor:MetricAlert": ["criteria.allOf.#.name", "ruleName"],
      "monitor:ScheduledQueryRule": ["ruleName"],
      "network:NetworkSecurityGroup": ["networkSecurityGroupName", "securityRules.#.name"],
      "network:PrivateDnsZoneGroup": ["privateDnsZoneConfigs.#.name", "privateDnsZoneGroupName"],
      "network:PrivateEndpoint": ["privateEndpointName", "privateLinkServiceConnections.#.name"],
      "network:Subnet": ["delegations.#.name", "subnetName"],
      "network:VirtualNetwork": ["virtualNetworkName"],
      "operationalinsights:Workspace": ["workspaceName"],
      "privatedns:VirtualNetworkLink": ["virtualNetworkLinkName"],
      "storage:BlobServiceProperties": ["blobServicesName"],
      "web:AppServicePlan": ["name"],
      "web:WebApp": ["siteConfig.ipSecurityRestrictions.#.name"],
      "web:WebAppSlot": ["siteConfig.ipSecurityRestrictions.#.name"],
    },
  },
  {
    because: "words for people",
    where: {
      "authorization:ManagementLockByScope": ["notes"],
      "azuread:index/application:Application": ["appRoles.#.description", "appRoles.#.displayName"],
      "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": [
        "description",
      ],
      "ehr:index:Ready": ["logs"],
      "monitor:MetricAlert": ["description"],
      "monitor:ScheduledQueryRule": ["description"],
      "network:NetworkSecurityGroup": ["securityRules.#.description"],
      "web:WebApp": ["siteConfig.ipSecurityRestrictions.#.description"],
      "web:WebAppSlot": ["siteConfig.ipSecurityRestrictions.#.description"],
    },
  },
  {
    because: "how much, how often or how fast: load and cost, which alerts and the budget watch",
    where: {
      "cdn:AFDOrigin": ["priority", "weight"],
      "cdn:AFDOriginGroup": [
        "healthProbeSettings.probeIntervalInSeconds",
        "loadBalancingSettings",
        "loadBalancingSettings.**",
      ],
      "cdn:Profile": ["originResponseTimeoutSeconds"],
      "consumption:Budget": ["category", "timeGrain", "timePeriod", "timePeriod.startDate"],
      "cosmosdb:SqlResourceSqlDatabase": [
        "options",
        "options.autoscaleSettings",
        "options.autoscaleSettings.maxThroughput",
      ],
      "eventgrid:SystemTopicEventSubscription": [
        "destination.maxEventsPerBatch",
        "destination.preferredBatchSizeInKilobytes",
      ],
      "applicationinsights:WebTest": ["locations.#.location", "retryEnabled", "timeout"],
      "monitor:DiagnosticSetting": ["metrics", "metrics.**"],
    },
  },
  {
    because: "more instances on a busy day; that two are always there is refused otherwise",
    where: {
      "monitor:AutoscaleSetting": [
        "",
        "profiles.#.capacity.maximum",
        "profiles.#.name",
        "profiles.#.rules.#",
        "profiles.#.rules.#.metricTrigger.metricName",
        "profiles.#.rules.#.metricTrigger.operator",
        "profiles.#.rules.#.metricTrigger.statistic",
        "profiles.#.rules.#.metricTrigger.threshold",
        "profiles.#.rules.#.metricTrigger.timeAggregation",
        "profiles.#.rules.#.metricTrigger.timeGrain",
        "profiles.#.rules.#.metricTrigger.timeWindow",
        "profiles.#.rules.#.scaleAction",
        "profiles.#.rules.#.scaleAction.**",
      ],
    },
  },
  {
    because: "with no rule the plan stays as it is, and an alert says when it is not enough",
    how: ["emptied", "left out"],
    where: { "monitor:AutoscaleSetting": ["profiles.#.rules"] },
  },
  {
    because: "one zone and one instance are enough to try things",
    only: "test",
    where: {
      "cosmosdb:DatabaseAccount": ["locations.#.isZoneRedundant", "capabilities", "capabilities.#"],
      "storage:StorageAccount": ["sku", "sku.name"],
      "web:AppServicePlan": ["sku", "sku.name", "sku.capacity", "zoneRedundant"],
      "monitor:AutoscaleSetting": [
        "enabled",
        "profiles.#.capacity",
        "profiles.#.capacity.default",
        "profiles.#.capacity.minimum",
      ],
    },
  },
  {
    because: "stricter, or kept longer, than what is refused",
    how: ["larger"],
    where: {
      "eventgrid:SystemTopicEventSubscription": ["retryPolicy.maxDeliveryAttempts"],
      "keyvault:Key": ["properties.keySize"],
      "web:AppServicePlan": ["sku.capacity"],
      "storage:BlobServiceProperties": ["containerDeleteRetentionPolicy.days", "deleteRetentionPolicy.days"],
    },
  },
  {
    because: "one account of a subscription may be free, and is small; production's is refused",
    only: "test",
    how: ["turned"],
    where: { "cosmosdb:DatabaseAccount": ["enableFreeTier"] },
  },
  {
    because: "a flood ends sooner",
    how: ["smaller"],
    where: {
      "frontdoor:Policy": [
        "customRules.rules.#.rateLimitDurationInMinutes",
        "customRules.rules.#.rateLimitThreshold",
      ],
    },
  },
  {
    because: "Azure's own default is the same",
    how: ["left out"],
    where: {
      "cosmosdb:DatabaseAccount": ["enableFreeTier", "kind"],
      "storage:BlobServiceProperties": ["deleteRetentionPolicy.allowPermanentDelete"],
      "storage:StorageAccount": ["isSftpEnabled"],
      "cdn:AFDOriginGroup": ["sessionAffinityState"],
    },
  },
  {
    because: "a form that Azure itself refuses in any other shape, or cannot change later",
    where: {
      "applicationinsights:Component": ["applicationType", "flowType", "kind", "requestSource"],
      "communication:CommunicationService": ["communicationServiceName"],
      "cosmosdb:DatabaseAccount": ["createMode", "databaseAccountOfferType", "locations.#.failoverPriority"],
      "cosmosdb:SqlResourceSqlContainer": ["resource.partitionKey.kind", "resource.partitionKey.version"],
      "operationalinsights:Workspace": ["sku", "sku.name"],
      "web:AppServicePlan": ["kind", "reserved", "sku.tier"],
      "web:WebApp": ["siteConfig.use32BitWorkerProcess", "scmSiteAlsoStopped"],
      "web:WebAppSlot": ["siteConfig.use32BitWorkerProcess", "scmSiteAlsoStopped"],
    },
  },
  {
    because:
      "keys in software of FIPS 140 level 1 are what was decided; modules of level 3 would be stricter",
    where: { "keyvault:Vault": ["properties.sku", "properties.sku.family", "properties.sku.name"] },
  },
  {
    because: "off; on would cost, or be stricter, and let nobody in",
    where: { "network:VirtualNetwork": ["enableDdosProtection", "enableVmProtection"] },
  },
  {
    because: "Front Door speaks HTTPS only to the site, so this port is never used",
    where: { "cdn:AFDOrigin": ["httpPort"] },
  },
  {
    because: "an opaque id; who holds the role is said in Entra",
    where: { "azuread:index/application:Application": ["appRoles.0.id", "appRoles.1.id"] },
  },
  {
    because: "the connector itself checks who signs in: a role for the portal, the chart system for a visit",
    where: { "azuread:index/servicePrincipal:ServicePrincipal": ["appRoleAssignmentRequired"] },
  },
  {
    because: "which of the free numbers is bought",
    where: { "ehr:index:PhoneNumber": ["areaCode"] },
  },
  {
    because: "no filter by subject is set",
    where: { "eventgrid:SystemTopicEventSubscription": ["filter.isSubjectCaseSensitive"] },
  },
  {
    because: "the form in which an alert arrives, and whether it says by itself that it is over",
    where: {
      "monitor:ActionGroup": ["emailReceivers.#.useCommonAlertSchema"],
      "monitor:MetricAlert": ["autoMitigate"],
    },
  },
  {
    because: "a link in the portal from the test to what it belongs to",
    where: { "applicationinsights:WebTest": ["tags.hidden-link:**"] },
  },
  {
    because:
      "only the subnet's id counts here; what holds in a subnet is said, and refused, at the subnet itself",
    where: {
      "network:PrivateEndpoint": [
        "subnet.privateEndpointNetworkPolicies",
        "subnet.privateLinkServiceNetworkPolicies",
      ],
    },
  },
  {
    because: "order alone: begun too early it fails, lets nobody in, and the next up completes it",
    where: {
      "applicationinsights:WebTest": [
        "options.dependsOn.azure-native:applicationinsights:Component observability-insights",
      ],
      "azuread:index/appRoleAssignment:AppRoleAssignment": ["options.dependsOn.**"],
      "cdn:Route": ["options.dependsOn.**"],
      "ehr:index:Package": [
        "options.dependsOn.azure-native:network:PrivateDnsZoneGroup **",
        "options.dependsOn.azure-native:network:PrivateEndpoint **",
        "options.dependsOn.azure-native:storage:Queue **",
      ],
      "ehr:index:PhoneNumber": ["options.dependsOn.**"],
      "ehr:index:Ready": ["options.dependsOn.azure-native:web:WebAppSlotConfigurationNames settings-sticky"],
      "network:Subnet": ["options.dependsOn.**"],
      "web:WebAppApplicationSettings": [
        "options.dependsOn.azuread:index/servicePrincipal:ServicePrincipal connector",
      ],
      "web:WebAppApplicationSettingsSlot": [
        "options.dependsOn.azuread:index/servicePrincipal:ServicePrincipal connector",
      ],
    },
  },
];
