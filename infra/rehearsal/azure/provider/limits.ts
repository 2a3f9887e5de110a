/** Documented limits of names (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules). */
import { isUnknown, type Properties, textAt } from "../controlPlane/json.ts";
import type { CheckFailure } from "./check.ts";

interface Limit {
  readonly input: string;
  readonly least: number;
  readonly most: number;
  readonly pattern: RegExp;
}

const limit = (input: string, least: number, most: number, pattern: RegExp): Limit => ({
  input,
  least,
  most,
  pattern,
});

const DASHED = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/u;
const LOWER_DASHED = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/u;
const WORDS = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/u;
const LOOSE = /^[^*#&+:<>?@%{}\\/|]*[^*#&+:<>?@%{}\\/|. ]$/u;

const LIMITS: Readonly<Record<string, Limit>> = {
  "applicationinsights:Component": limit("resourceName", 1, 255, LOOSE),
  "authorization:ManagementLockByScope": limit("lockName", 1, 90, LOOSE),
  "cdn:AFDCustomDomain": limit("customDomainName", 2, 260, DASHED),
  "cdn:AFDEndpoint": limit("endpointName", 1, 46, DASHED),
  "cdn:AFDOrigin": limit("originName", 1, 90, DASHED),
  "cdn:AFDOriginGroup": limit("originGroupName", 1, 90, DASHED),
  "cdn:Profile": limit("profileName", 1, 260, DASHED),
  "cdn:Route": limit("routeName", 1, 90, DASHED),
  "cdn:SecurityPolicy": limit("securityPolicyName", 1, 260, DASHED),
  "communication:CommunicationService": limit("communicationServiceName", 1, 63, DASHED),
  "communication:EmailService": limit("emailServiceName", 1, 63, DASHED),
  "consumption:Budget": limit("budgetName", 1, 63, /^[A-Za-z0-9_-]+$/u),
  "cosmosdb:DatabaseAccount": limit("accountName", 3, 44, LOWER_DASHED),
  "cosmosdb:SqlResourceSqlContainer": limit("containerName", 1, 255, /^[^\\/#?]+$/u),
  "cosmosdb:SqlResourceSqlDatabase": limit("databaseName", 1, 255, /^[^\\/#?]+$/u),
  "eventgrid:SystemTopic": limit("systemTopicName", 3, 128, DASHED),
  "eventgrid:SystemTopicEventSubscription": limit("eventSubscriptionName", 3, 64, DASHED),
  "frontdoor:Policy": limit("policyName", 1, 128, /^[A-Za-z][A-Za-z0-9]*$/u),
  "keyvault:Key": limit("keyName", 1, 127, /^[A-Za-z0-9-]+$/u),
  "keyvault:Vault": limit("vaultName", 3, 24, /^[A-Za-z](?!.*--)([A-Za-z0-9-]*[A-Za-z0-9])$/u),
  "managedidentity:UserAssignedIdentity": limit("resourceName", 3, 128, /^[A-Za-z0-9][A-Za-z0-9_-]*$/u),
  "monitor:ActionGroup": limit("actionGroupName", 1, 260, LOOSE),
  "monitor:ActivityLogAlert": limit("activityLogAlertName", 1, 260, LOOSE),
  "monitor:AutoscaleSetting": limit("autoscaleSettingName", 1, 260, LOOSE),
  "monitor:DiagnosticSetting": limit("name", 1, 260, LOOSE),
  "monitor:ScheduledQueryRule": limit("ruleName", 1, 260, LOOSE),
  "monitor:MetricAlert": limit("ruleName", 1, 260, LOOSE),
  "network:NetworkSecurityGroup": limit("networkSecurityGroupName", 1, 80, WORDS),
  "network:PrivateDnsZoneGroup": limit("privateDnsZoneGroupName", 1, 80, WORDS),
  "network:PrivateEndpoint": limit("privateEndpointName", 2, 64, WORDS),
  "network:Subnet": limit("subnetName", 1, 80, WORDS),
  "network:VirtualNetwork": limit("virtualNetworkName", 2, 64, WORDS),
  "operationalinsights:Workspace": limit("workspaceName", 4, 63, DASHED),
  "privatedns:PrivateZone": limit("privateZoneName", 1, 63, /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/u),
  "privatedns:VirtualNetworkLink": limit("virtualNetworkLinkName", 1, 80, WORDS),
  "resources:ResourceGroup": limit("resourceGroupName", 1, 90, /^[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u),
  "storage:BlobContainer": limit(
    "containerName",
    3,
    63,
    /^(\$root|\$web|[a-z0-9](?!.*--)[a-z0-9-]*[a-z0-9])$/u,
  ),
  "storage:Queue": limit("queueName", 3, 63, /^[a-z0-9](?!.*--)[a-z0-9-]*[a-z0-9]$/u),
  "storage:StorageAccount": limit("accountName", 3, 24, /^[a-z0-9]+$/u),
  "web:AppServicePlan": limit("name", 1, 60, DASHED),
  "web:WebApp": limit("name", 2, 60, DASHED),
  "web:WebAppSlot": limit("slot", 2, 59, DASHED),
};

/** Documented limits of other texts than names. */
const MORE: Readonly<Record<string, readonly Limit[]>> = {
  "monitor:ActionGroup": [limit("groupShortName", 1, 12, /^[^\p{C}]+$/u)],
};

const MOST_TAGS = 50;

export function limitFailures(token: string, inputs: Properties): CheckFailure[] {
  const type = token.replace(/^azure-native:/u, "");
  const own = LIMITS[type] === undefined ? [] : [LIMITS[type]];
  return [...own, ...(MORE[type] ?? [])]
    .flatMap((one) => lengthFailures(one, inputs))
    .concat(tagFailures(inputs));
}

function lengthFailures({ input, least, most, pattern }: Limit, inputs: Properties): CheckFailure[] {
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
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return [];
  const entries = Object.entries(tags as Properties);
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
