/** Documented limits of names (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules). */
import { isGroup, isUnknown, type Properties, textAt } from "../controlPlane/json.ts";
import type { CheckFailure } from "./check.ts";

type Limit = readonly [input: string, least: number, most: number, pattern: RegExp];

const DASHED = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/u;
const LOWER_DASHED = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/u;
const WORDS = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/u;
const LOOSE = /^[^*#&+:<>?@%{}\\/|]*[^*#&+:<>?@%{}\\/|. ]$/u;

const LIMITS: Readonly<Record<string, Limit>> = {
  "applicationinsights:Component": ["resourceName", 1, 255, LOOSE],
  "authorization:ManagementLockByScope": ["lockName", 1, 90, LOOSE],
  "cdn:AFDCustomDomain": ["customDomainName", 2, 260, DASHED],
  "cdn:AFDEndpoint": ["endpointName", 1, 46, DASHED],
  "cdn:AFDOrigin": ["originName", 1, 90, DASHED],
  "cdn:AFDOriginGroup": ["originGroupName", 1, 90, DASHED],
  "cdn:Profile": ["profileName", 1, 260, DASHED],
  "cdn:Route": ["routeName", 1, 90, DASHED],
  "cdn:SecurityPolicy": ["securityPolicyName", 1, 260, DASHED],
  "communication:CommunicationService": ["communicationServiceName", 1, 63, DASHED],
  "communication:EmailService": ["emailServiceName", 1, 63, DASHED],
  "consumption:Budget": ["budgetName", 1, 63, /^[A-Za-z0-9_-]+$/u],
  "cosmosdb:DatabaseAccount": ["accountName", 3, 44, LOWER_DASHED],
  "cosmosdb:SqlResourceSqlContainer": ["containerName", 1, 255, /^[^\\/#?]+$/u],
  "cosmosdb:SqlResourceSqlDatabase": ["databaseName", 1, 255, /^[^\\/#?]+$/u],
  "eventgrid:SystemTopic": ["systemTopicName", 3, 128, DASHED],
  "eventgrid:SystemTopicEventSubscription": ["eventSubscriptionName", 3, 64, DASHED],
  "frontdoor:Policy": ["policyName", 1, 128, /^[A-Za-z][A-Za-z0-9]*$/u],
  "keyvault:Key": ["keyName", 1, 127, /^[A-Za-z0-9-]+$/u],
  "keyvault:Vault": ["vaultName", 3, 24, /^[A-Za-z](?!.*--)([A-Za-z0-9-]*[A-Za-z0-9])$/u],
  "managedidentity:UserAssignedIdentity": ["resourceName", 3, 128, /^[A-Za-z0-9][A-Za-z0-9_-]*$/u],
  "monitor:ActionGroup": ["actionGroupName", 1, 260, LOOSE],
  "monitor:ActivityLogAlert": ["activityLogAlertName", 1, 260, LOOSE],
  "monitor:AutoscaleSetting": ["autoscaleSettingName", 1, 260, LOOSE],
  "monitor:DiagnosticSetting": ["name", 1, 260, LOOSE],
  "monitor:ScheduledQueryRule": ["ruleName", 1, 260, LOOSE],
  "monitor:MetricAlert": ["ruleName", 1, 260, LOOSE],
  "network:NetworkSecurityGroup": ["networkSecurityGroupName", 1, 80, WORDS],
  "network:PrivateDnsZoneGroup": ["privateDnsZoneGroupName", 1, 80, WORDS],
  "network:PrivateEndpoint": ["privateEndpointName", 2, 64, WORDS],
  "network:Subnet": ["subnetName", 1, 80, WORDS],
  "network:VirtualNetwork": ["virtualNetworkName", 2, 64, WORDS],
  "operationalinsights:Workspace": ["workspaceName", 4, 63, DASHED],
  "privatedns:PrivateZone": ["privateZoneName", 1, 63, /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/u],
  "privatedns:VirtualNetworkLink": ["virtualNetworkLinkName", 1, 80, WORDS],
  "resources:ResourceGroup": ["resourceGroupName", 1, 90, /^[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u],
  "storage:BlobContainer": ["containerName", 3, 63, /^(\$root|\$web|[a-z0-9](?!.*--)[a-z0-9-]*[a-z0-9])$/u],
  "storage:Queue": ["queueName", 3, 63, /^[a-z0-9](?!.*--)[a-z0-9-]*[a-z0-9]$/u],
  "storage:StorageAccount": ["accountName", 3, 24, /^[a-z0-9]+$/u],
  "web:AppServicePlan": ["name", 1, 60, DASHED],
  "web:WebApp": ["name", 2, 60, DASHED],
  "web:WebAppSlot": ["slot", 2, 59, DASHED],
};

/** Documented limits of other texts than names. */
const MORE: Readonly<Record<string, Limit>> = {
  "monitor:ActionGroup": ["groupShortName", 1, 12, /^[^\p{C}]+$/u],
};

const MOST_TAGS = 50;

export function limitFailures(token: string, inputs: Properties): CheckFailure[] {
  const type = token.replace(/^azure-native:/u, "");
  const limits = [LIMITS[type], MORE[type]].filter((one) => one !== undefined);
  return [...limits.flatMap((one) => lengthFailures(one, inputs)), ...tagFailures(inputs)];
}

function lengthFailures([input, least, most, pattern]: Limit, inputs: Properties): CheckFailure[] {
  const value = textAt(inputs, input);
  if (value === undefined || isUnknown(value)) return [];
  const fault = (reason: string): CheckFailure[] => [{ property: input, reason: `'${input}' ${reason}` }];
  const length = String(value.length);
  if (value.length < least)
    return fault(`is too short (${length}): at least ${String(least)} characters required`);
  if (value.length > most)
    return fault(`is too long (${length}): at most ${String(most)} characters allowed`);
  return pattern.test(value) ? [] : fault(`does not match expression '${pattern.source}'`);
}

function tagFailures(inputs: Properties): CheckFailure[] {
  const tags = inputs["tags"];
  if (!isGroup(tags)) return [];
  const entries = Object.entries(tags);
  const fault = (reason: string): CheckFailure => ({ property: "tags", reason });
  return [
    ...(entries.length > MOST_TAGS ? [fault(`'tags' has more than ${String(MOST_TAGS)} tags`)] : []),
    ...entries.flatMap(([name, value]) => [
      ...(name.length > 512 || /[<>%&\\?/]/u.test(name.replace(/^hidden-link:.*/u, ""))
        ? [fault(`'tags' has a name that Azure does not take: ${name}`)]
        : []),
      ...(typeof value === "string" && value.length > 256
        ? [fault(`'tags.${name}' is too long (${String(value.length)}): at most 256 characters allowed`)]
        : []),
    ]),
  ];
}
