/** Types that cost nothing by themselves, and why. */
const native = (module: string, names: string) =>
  names.split(" ").map((name) => `azure-native:${module}:${name}`);
const entra = (names: string) =>
  names.split(" ").map((name) => `azuread:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`);

const REASONS: readonly (readonly [why: string, types: readonly string[]])[] = [
  [
    "Azure's own bookkeeping",
    [
      ...native("resources", "ResourceGroup"),
      ...native("managedidentity", "UserAssignedIdentity"),
      ...native("authorization", "RoleAssignment ManagementLockByScope"),
      ...native("consumption", "Budget"),
    ],
  ],
  [
    "paid for in the store's account",
    native(
      "cosmosdb",
      "SqlResourceSqlDatabase SqlResourceSqlContainer SqlResourceSqlRoleDefinition SqlResourceSqlRoleAssignment",
    ),
  ],
  ["paid for in the vault", native("keyvault", "Key")],
  ["paid for in the storage account", native("storage", "BlobContainer BlobServiceProperties Queue")],
  [
    "runs on the plan",
    native(
      "web",
      "WebApp WebAppSlot WebAppApplicationSettings WebAppApplicationSettingsSlot WebAppSlotConfigurationNames WebAppFtpAllowed WebAppFtpAllowedSlot WebAppScmAllowed WebAppScmAllowedSlot",
    ),
  ],
  [
    "paid for in the log workspace",
    [...native("applicationinsights", "Component"), ...native("monitor", "DiagnosticSetting")],
  ],
  [
    "free at Azure Monitor (mail to owners: the first 1,000)",
    native("monitor", "ActionGroup ActivityLogAlert AutoscaleSetting"),
  ],
  [
    "free of charge in a network",
    [
      ...native("network", "VirtualNetwork Subnet NetworkSecurityGroup PrivateDnsZoneGroup"),
      ...native("privatedns", "VirtualNetworkLink"),
    ],
  ],
  [
    "paid for in the Front Door profile",
    [
      ...native("cdn", "AFDEndpoint AFDOriginGroup AFDOrigin AFDCustomDomain Route SecurityPolicy"),
      ...native("frontdoor", "Policy"),
    ],
  ],
  [
    "costs by number, text and mail alone",
    [...native("communication", "CommunicationService Domain"), ...native("eventgrid", "SystemTopic")],
  ],
  [
    "the directory's, without charge",
    entra(
      "Application ApplicationAppRole ApplicationFederatedIdentityCredential ApplicationIdentifierUri ApplicationPermissionScope ApplicationPreAuthorized ServicePrincipal ServicePrincipalDelegatedPermissionGrant AppRoleAssignment",
    ),
  ],
  ["a step of the deployment", ["ehr:index:Package", "ehr:index:Ready"]],
];

export const FREE: ReadonlyMap<string, string> = new Map(
  REASONS.flatMap(([why, types]) => types.map((type) => [type, why] as const)),
);

/** The engine's own types, and components, which consist of other resources. */
export const isNoResource = (type: string): boolean =>
  type.startsWith("pulumi:") || type.startsWith("ehr:components:");
