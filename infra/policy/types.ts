/**
 * The resource types that the pack has rules for, with the tags and the location that each takes. EHR-GEN-06 refuses all
 * other types.
 */

interface KnownType {
  /**
   * Whether it must carry the deployment's tags. False for types that take no tags, or whose tags never change (a vault's
   * keys).
   */
  readonly tags: boolean;
  /** Which location it may have: a region of the geography, `global`, either of them, or none of its own. */
  readonly location: "region" | "global" | "either" | "none";
}

const REGIONAL: KnownType = { tags: true, location: "region" };
const GLOBAL: KnownType = { tags: true, location: "global" };
const EITHER: KnownType = { tags: true, location: "either" };
const PART: KnownType = { tags: false, location: "none" };

const native = (kind: KnownType, module: string, ...names: readonly string[]) =>
  names.map((name) => ["azure-native:" + module + ":" + name, kind] as const);
const entra = (...names: readonly string[]) =>
  names.map(
    (name) => ["azuread:index/" + name.charAt(0).toLowerCase() + name.slice(1) + ":" + name, PART] as const,
  );

export const KNOWN_TYPES: ReadonlyMap<string, KnownType> = new Map([
  ...native(REGIONAL, "resources", "ResourceGroup"),
  ...native(REGIONAL, "managedidentity", "UserAssignedIdentity"),
  ...native(PART, "managedidentity", "FederatedIdentityCredential"),
  ...native(PART, "authorization", "RoleAssignment", "RoleDefinition", "ManagementLockByScope"),
  ...native(REGIONAL, "cosmosdb", "DatabaseAccount"),
  ...native(PART, "cosmosdb", "SqlResourceSqlDatabase", "SqlResourceSqlContainer"),
  ...native(PART, "cosmosdb", "SqlResourceSqlRoleDefinition", "SqlResourceSqlRoleAssignment"),
  ...native(REGIONAL, "keyvault", "Vault"),
  ...native(PART, "keyvault", "Key", "Secret"),
  ...native(REGIONAL, "storage", "StorageAccount"),
  ...native(PART, "storage", "BlobContainer", "BlobServiceProperties", "ManagementPolicy"),
  ...native(PART, "storage", "Queue", "QueueServiceProperties"),
  ...native(GLOBAL, "communication", "CommunicationService", "EmailService", "Domain"),
  ...native(PART, "communication", "SenderUsername"),
  ...native(GLOBAL, "eventgrid", "SystemTopic"),
  ...native(PART, "eventgrid", "SystemTopicEventSubscription"),
  ...native(REGIONAL, "web", "AppServicePlan", "WebApp", "WebAppSlot", "Certificate"),
  ...native(PART, "web", "WebAppApplicationSettings", "WebAppApplicationSettingsSlot"),
  ...native(PART, "web", "WebAppSlotConfigurationNames", "WebAppHostNameBinding"),
  ...native(
    PART,
    "web",
    "WebAppFtpAllowed",
    "WebAppFtpAllowedSlot",
    "WebAppScmAllowed",
    "WebAppScmAllowedSlot",
  ),
  ...native(PART, "web", "WebAppDiagnosticLogsConfiguration", "WebAppDiagnosticLogsConfigurationSlot"),
  ...native(REGIONAL, "operationalinsights", "Workspace"),
  ...native(PART, "operationalinsights", "Table"),
  ...native(REGIONAL, "applicationinsights", "Component", "WebTest"),
  ...native(PART, "monitor", "DiagnosticSetting", "SubscriptionDiagnosticSetting"),
  ...native(REGIONAL, "monitor", "AutoscaleSetting", "ScheduledQueryRule"),
  ...native(EITHER, "monitor", "ActionGroup", "ActivityLogAlert", "MetricAlert"),
  ...native(EITHER, "alertsmanagement", "SmartDetectorAlertRule"),
  ...native(PART, "consumption", "Budget"),
  ...native(REGIONAL, "network", "VirtualNetwork", "NetworkSecurityGroup", "PrivateEndpoint"),
  ...native(REGIONAL, "network", "NatGateway", "PublicIPAddress"),
  ...native(PART, "network", "Subnet", "SecurityRule", "PrivateDnsZoneGroup"),
  ...native(GLOBAL, "privatedns", "PrivateZone", "VirtualNetworkLink"),
  ...native(GLOBAL, "cdn", "Profile", "AFDEndpoint"),
  ...native(
    PART,
    "cdn",
    "AFDOriginGroup",
    "AFDOrigin",
    "AFDCustomDomain",
    "Route",
    "RuleSet",
    "Rule",
    "SecurityPolicy",
  ),
  ...native(GLOBAL, "frontdoor", "Policy"),
  ...entra("Application", "ApplicationRegistration", "ApplicationAppRole", "ApplicationApiAccess"),
  ...entra("ApplicationFederatedIdentityCredential", "ApplicationIdentifierUri", "ApplicationRedirectUris"),
  ...entra("ApplicationPermissionScope", "ApplicationPreAuthorized"),
  ...entra("ServicePrincipal", "AppRoleAssignment", "ServicePrincipalDelegatedPermissionGrant"),
  // Types that hold a secret or a key outside the vault: they are known, so that EHR-ID-01 can refuse them.
  ...entra(
    "ApplicationPassword",
    "ServicePrincipalPassword",
    "ApplicationCertificate",
    "ServicePrincipalCertificate",
  ),
  ["ehr:index:PhoneNumber", PART],
  ["ehr:index:Package", PART],
  ["ehr:index:Ready", PART],
]);

/**
 * The type without its version: `azure-native:web/v20250501:WebApp` and the forms of local SDKs are judged as
 * `azure-native:web:WebApp`.
 */
export function withoutVersion(type: string): string {
  // A fast path: every rule asks for every resource, and hardly any type names a version.
  if (!type.includes("/v") && !type.includes("_v")) return type;
  return type.replace(
    /^azure-native(?:_[a-z0-9]+_v[0-9a-z]+)?:([A-Za-z]+)(?:\/v[0-9a-z]+)?:/,
    "azure-native:$1:",
  );
}

/** The API version in a type, as Azure writes it (`2021-05-01-preview`); undefined when it is the SDK's default. */
export function versionOf(type: string): string | undefined {
  const [, year, month, day, stage] =
    /^azure-native(?:_[a-z0-9]+_v|:[A-Za-z]+\/v)(\d{4})(\d{2})(\d{2})([a-z]*)/.exec(type) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return [year, month, day, ...(stage ? [stage] : [])].join("-");
}
