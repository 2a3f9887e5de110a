/**
 * What may be different without anybody being less safe: for each reason, the paths by kind. `#` stands for any index and
 * `**` for whatever follows. An entry that matches no mutant, or one that a policy or a security test refuses, fails the
 * test.
 */
import type { How } from "./mutants.ts";

export interface Excuse {
  readonly because: string;
  readonly where: Readonly<Record<string, readonly string[]>>;
  /** The kinds of change for which the entry holds; left out, all. */
  readonly how?: readonly How[];
}

/** The registration's parts that programs and operators need later, and that the release does not need. */
const FOR_SETTINGS = [
  "options.dependsOn.azuread:index/appRoleAssignment:AppRoleAssignment operator-**",
  "options.dependsOn.azuread:index/applicationIdentifierUri:ApplicationIdentifierUri api",
  "options.dependsOn.azuread:index/applicationPreAuthorized:ApplicationPreAuthorized azure-cli",
  "options.dependsOn.azuread:index/servicePrincipal:ServicePrincipal connector",
];

export const NOT_SECURITY: readonly Excuse[] = [
  {
    because: "words for people; that there are some is refused otherwise",
    how: ["other"],
    where: {
      "authorization:ManagementLockByScope": ["notes"],
      "azuread:index/application:Application": [
        "api.oauth2PermissionScopes.#.adminConsentDescription",
        "api.oauth2PermissionScopes.#.adminConsentDisplayName",
        "appRoles.#.description",
        "appRoles.#.displayName",
      ],
      "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": [
        "description",
      ],
      "ehr:index:Ready": ["logs"],
      "monitor:AutoscaleSetting": ["profiles.#.name"],
      "monitor:MetricAlert": ["description"],
      "monitor:ScheduledQueryRule": ["description"],
      "network:NetworkSecurityGroup": ["securityRules.#.description"],
      "web:WebApp": ["siteConfig.ipSecurityRestrictions.#.description"],
      "web:WebAppSlot": ["siteConfig.ipSecurityRestrictions.#.description"],
    },
  },
  {
    because: "autoscale decides how many instances there are; fewer than the stack file asks for are refused",
    how: ["larger", "other"],
    where: { "web:AppServicePlan": ["sku.capacity"] },
  },
  {
    because: "a revision that is not the settings' own is waited for in vain, so the update fails",
    how: ["elsewhere"],
    where: {
      "ehr:index:Ready": ["sites.#.revision"],
      "web:WebAppApplicationSettings": ["properties.CONNECTOR_REVISION"],
      "web:WebAppApplicationSettingsSlot": ["properties.CONNECTOR_REVISION"],
    },
  },
  {
    because: "typed in it would come from no number, which is refused; here the value alone is changed",
    how: ["elsewhere"],
    where: {
      "web:WebAppApplicationSettings": ["properties.COMMUNICATION_NUMBER"],
      "web:WebAppApplicationSettingsSlot": ["properties.COMMUNICATION_NUMBER"],
    },
  },
  {
    because: "the same package, by its digest, from the disk of whoever deploys",
    how: ["left out"],
    where: { "ehr:index:Package": ["from"] },
  },
  {
    because: "the same package, by its digest, wherever it is fetched from",
    how: ["another of Azure's"],
    where: { "ehr:index:Package": ["from.blobEndpoint"] },
  },
  {
    because: "order alone: begun too early it fails, lets nobody in, and the next up completes it",
    how: ["one less"],
    where: {
      "applicationinsights:WebTest": ["options.dependsOn.**"],
      "azuread:index/appRoleAssignment:AppRoleAssignment": ["options.dependsOn.**"],
      "cdn:Route": ["options.dependsOn.**"],
      "ehr:index:Package": [
        "options.dependsOn.azure-native:network:PrivateDnsZoneGroup **",
        "options.dependsOn.azure-native:network:PrivateEndpoint **",
        "options.dependsOn.azure-native:storage:Queue **",
      ],
      "ehr:index:PhoneNumber": ["options.dependsOn.**"],
      "ehr:index:Ready": ["options.dependsOn.azure-native:web:WebAppSlotConfigurationNames settings-sticky"],
      "network:PrivateEndpoint": [
        "options.dependsOn.azure-native:storage:BlobContainer **",
        "options.dependsOn.azure-native:storage:BlobServiceProperties **",
        "options.dependsOn.azure-native:storage:Queue **",
        "options.dependsOn.azure-native:network:PrivateDnsZoneGroup blob",
        "options.dependsOn.azure-native:network:PrivateEndpoint blob",
        "options.dependsOn.azure-native:privatedns:VirtualNetworkLink blob",
      ],
      "network:Subnet": ["options.dependsOn.**"],
      "storage:StorageAccount": [
        "options.dependsOn.azure-native:network:PrivateDnsZoneGroup **",
        "options.dependsOn.azure-native:privatedns:VirtualNetworkLink **",
      ],
      "web:WebAppSlotConfigurationNames": [
        "options.dependsOn.azure-native:web:WebAppFtpAllowed **",
        "options.dependsOn.azure-native:web:WebAppFtpAllowedSlot **",
      ],
      "web:WebAppApplicationSettings": FOR_SETTINGS,
      "web:WebAppApplicationSettingsSlot": FOR_SETTINGS,
    },
  },
  {
    because: "a name by which tokens are asked for gives nobody a role, and is the part's own to say",
    how: ["added"],
    where: { "azuread:index/application:Application": ["identifierUris"] },
  },
];
