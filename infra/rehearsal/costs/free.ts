/** Types that cost nothing by themselves, and why. */
const native = (module: string, ...names: readonly string[]) =>
  names.map((name) => `azure-native:${module}:${name}`);
const entra = (...names: readonly string[]) =>
  names.map((name) => `azuread:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`);

const REASONS: readonly (readonly [why: string, types: readonly string[]])[] = [
  [
    "Azure's own bookkeeping",
    [
      ...native("resources", "ResourceGroup"),
      ...native("managedidentity", "UserAssignedIdentity", "FederatedIdentityCredential"),
      ...native(
        "authorization",
        "RoleAssignment",
        "RoleDefinition",
        "ManagementLockByScope",
        "PolicyAssignment",
      ),
      ...native("consumption", "Budget"),
    ],
  ],
  [
    "part of the store's account",
    native("cosmosdb", "SqlResourceSqlRoleDefinition", "SqlResourceSqlRoleAssignment"),
  ],
  ["part of the vault", native("keyvault", "Secret")],
  [
    "part of the storage account",
    native(
      "storage",
      "BlobContainer",
      "BlobServiceProperties",
      "ManagementPolicy",
      "Queue",
      "QueueServiceProperties",
    ),
  ],
  [
    "runs on the plan",
    native(
      "web",
      "WebApp",
      "WebAppSlot",
      "WebAppApplicationSettings",
      "WebAppApplicationSettingsSlot",
      "WebAppSlotConfigurationNames",
      "WebAppHostNameBinding",
      "WebAppFtpAllowed",
      "WebAppFtpAllowedSlot",
      "WebAppScmAllowed",
      "WebAppScmAllowedSlot",
      "WebAppDiagnosticLogsConfiguration",
      "WebAppDiagnosticLogsConfigurationSlot",
      "Certificate",
    ),
  ],
  [
    "paid for in the log workspace",
    [
      ...native("applicationinsights", "Component"),
      ...native("monitor", "DiagnosticSetting", "SubscriptionDiagnosticSetting"),
      ...native("operationalinsights", "Table"),
    ],
  ],
  [
    "free at Azure Monitor (mail to owners: the first 1,000)",
    [
      ...native("monitor", "ActionGroup", "ActivityLogAlert", "AutoscaleSetting"),
      ...native("alertsmanagement", "SmartDetectorAlertRule"),
    ],
  ],
  [
    "free of charge in a network",
    [
      ...native(
        "network",
        "VirtualNetwork",
        "Subnet",
        "NetworkSecurityGroup",
        "SecurityRule",
        "PrivateDnsZoneGroup",
      ),
      ...native("privatedns", "VirtualNetworkLink", "PrivateRecordSet"),
    ],
  ],
  [
    "part of the Front Door profile",
    [
      ...native(
        "cdn",
        "AFDEndpoint",
        "AFDOriginGroup",
        "AFDOrigin",
        "AFDCustomDomain",
        "Route",
        "RuleSet",
        "Rule",
        "SecurityPolicy",
      ),
      ...native("frontdoor", "Policy"),
    ],
  ],
  [
    "costs by number, text and mail alone",
    [
      ...native("communication", "CommunicationService", "Domain", "SenderUsername"),
      ...native("eventgrid", "SystemTopic"),
    ],
  ],
  [
    "the directory's, without charge",
    entra(
      "Application",
      "ApplicationRegistration",
      "ApplicationAppRole",
      "ApplicationApiAccess",
      "ApplicationFederatedIdentityCredential",
      "ApplicationIdentifierUri",
      "ApplicationRedirectUris",
      "ApplicationPassword",
      "ApplicationCertificate",
      "ServicePrincipal",
      "ServicePrincipalPassword",
      "ServicePrincipalCertificate",
      "ServicePrincipalDelegatedPermissionGrant",
      "AppRoleAssignment",
    ),
  ],
  ["a step of the deployment", ["ehr:index:Package", "ehr:index:Ready"]],
];

export const FREE: ReadonlyMap<string, string> = new Map(
  REASONS.flatMap(([why, types]) => types.map((type) => [type, why] as const)),
);

/** Types that cost something only when they are asked for it, and why they do not when they are not. */
export const FREE_UNLESS_ASKED: ReadonlyMap<string, string> = new Map([
  ["azure-native:cosmosdb:SqlResourceSqlDatabase", "has no throughput of its own"],
  ["azure-native:cosmosdb:SqlResourceSqlContainer", "has no throughput of its own"],
  ["azure-native:keyvault:Key", "never renews itself"],
]);

/** The engine's own, and components, which are made of others. */
export const isNoResource = (type: string): boolean =>
  type.startsWith("pulumi:") || type.startsWith("ehr:components:");
