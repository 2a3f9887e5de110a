/** The sources of the in-memory Azure's and Entra's rules: for what each type answers, and for each refusal. */
import { type Known, SANDBOX_KNOWN, totalsOf } from "../../app/sandbox/known.ts";
import { DOCUMENTS } from "./documents.ts";

export const AZURE_KNOWN: Known = {
  recorded: {
    "2016-09": { "azure-native:authorization": "ManagementLockByScope" },
    "2018-03": { "azure-native:monitor": "MetricAlert" },
    "2018-10": { "azure-native:consumption": "Budget" },
    "2019-08": { "azure-native:web": "WebAppApplicationSettings WebAppSlotConfigurationNames" },
    "2019-09": {
      "planes/queue/messages": "InvalidQueryParameterValue RequestBodyTooLarge",
      "planes/queue/plane": "OutOfRangeQueryParameterValue QueueNotFound",
    },
    "2019-12": { "planes/blob/plane": "BlobNotFound" },
    "2020-02": { "azure-native:applicationinsights": "WebTest" },
    "2020-04": { "azure-native:eventgrid": "SystemTopic SystemTopicEventSubscription" },
    "2020-05": { "planes/blob/blobs": "BlobAlreadyExists" },
    "2020-06": { "azure-native:resources": "ResourceGroup" },
    "2020-10": { "azure-native:monitor": "ActivityLogAlert" },
    "2020-12": { "azure-native:web": "WebAppSlot" },
    "2021-05": { "azure-native:monitor": "DiagnosticSetting" },
    "2022-04": { "azure-native:authorization": "RoleAssignment" },
    "2022-05": { "azure-native:frontdoor": "Policy" },
    "2023-01": {
      "azure-native:managedidentity": "UserAssignedIdentity",
      "azure-native:monitor": "ActionGroup",
    },
    "2023-04": { "azure-native:communication": "CommunicationService Domain EmailService" },
    "2023-05": {
      "azure-native:cdn": "AFDEndpoint AFDOrigin AFDOriginGroup Profile Route SecurityPolicy",
      "azure/resourceTypes/edge": "BadRequest",
    },
    "2023-07": { "azure-native:keyvault": "Vault" },
    "2024-02": { "azure-native:cdn": "AFDCustomDomain" },
    "2024-06": {
      "azure-native:privatedns": "PrivateZone VirtualNetworkLink",
      "azure/resourceTypes/dns": "CannotDeleteResource",
    },
    "2024-08": {
      "azure-native:cosmosdb":
        "DatabaseAccount SqlResourceSqlContainer SqlResourceSqlDatabase SqlResourceSqlRoleAssignment",
    },
    "2024-11": { "azure-native:keyvault": "Key" },
    "2025-01": { "azure-native:monitor": "ScheduledQueryRule" },
    "2025-03": {
      "azure-native:network":
        "NetworkSecurityGroup PrivateDnsZoneGroup PrivateEndpoint Subnet VirtualNetwork",
    },
    "2025-05": { "azure/resourceTypes/site": "NotFound" },
    "2025-06": { "azure-native:storage": "BlobContainer BlobServiceProperties Queue StorageAccount" },
    "2025-07": {
      "azure-native:applicationinsights": "Component",
      "azure-native:operationalinsights": "Workspace",
    },
    "2026-07": { "azure-native:web": "AppServicePlan WebApp" },
  },
  document: DOCUMENTS,
  observed: {
    "2021-12": { "azure/entra/applicationParts": "Request_MultipleObjectsWithSameKeyValue" },
    "2022-09": { "azure/resourceTypes/eventgrid": "InvalidRequest" },
    "2026-11": {
      "azure/controlPlane/rules": "ParentResourceNotFound ResourceGroupNotFound ScopeLocked",
      "azure/entra/applicationParts": "ImportAsExists",
      "azure/entra/applications": "Request_ResourceNotFound",
      "azure/entra/kinds": "ImportAsExists InvalidUpdate NoBackingApplicationObject",
      "azure/resourceTypes/communication": "DomainValidationError",
      "azure/resourceTypes/diagnostics": "Conflict",
      "azure/resourceTypes/foundation": "PrincipalNotFound RoleAssignmentExists",
      "azure/resourceTypes/keyvault": "ConflictError",
      "azure/resourceTypes/monitor": "BadRequest",
      "azure/resourceTypes/networkRules":
        "NetcfgSubnetRangeOutsideVnet NetcfgSubnetRangesOverlap PrivateEndpointCannotBeCreatedInSubnetThatHasDelegation PrivateLinkServiceGroupIdNotFound refused",
      "azure/resourceTypes/regions": "LocationNotAvailableForResourceType",
      "azure/resourceTypes/require": "SubnetsHaveNoServiceEndpointsConfigured",
      "azure/resourceTypes/site": "SubnetMissingRequiredDelegation",
      "azure/resourceTypes/storage":
        "KeyVaultAuthenticationFailure KeyVaultPolicyError PublicAccessNotPermitted",
      "planes/access/storage": "KeyBasedAuthenticationNotPermitted PublicAccessNotPermitted",
      "planes/cosmos/access": "substatus-5301",
      "planes/cosmos/container": "substatus-1001",
    },
  },
  // Nobody has recorded, documented or observed these.
  guess: {
    "2026-11": {
      "azure-native:cosmosdb": "SqlResourceSqlRoleDefinition",
      "azure-native:monitor": "AutoscaleSetting",
      "azure-native:web":
        "WebAppApplicationSettingsSlot WebAppFtpAllowed WebAppFtpAllowedSlot WebAppScmAllowed WebAppScmAllowedSlot",
      "azure/controlPlane/identity": "FailedIdentityOperation InvalidIdentityValues",
      "azure/controlPlane/rules": "SubscriptionNotFound",
      "azure/entra/applicationParts": "NotFound Request_BadRequest",
      "azure/entra/kinds": "NotFound",
      "azure/provider/azureFunctions": "NotFound ResourceGroupNotFound",
      "azure/resourceTypes/communication": "DataLocationMismatch InvalidDataLocation InvalidDomainName",
      "azure/resourceTypes/cosmos": "PreconditionFailed",
      "azure/resourceTypes/cosmosRules":
        "BadRequest ForbiddenByRbac InvalidDefaultIdentity KeyVaultNotProtected NotFound",
      "azure/resourceTypes/dns": "Conflict InvalidZoneName",
      "azure/resourceTypes/edge": "CustomDomainInUse ResourceInUse",
      "azure/resourceTypes/eventgrid":
        "InvalidTopicType WebhookAadAppNotFound WebhookAadRoleMissing WebhookAadTenantMismatch",
      "azure/resourceTypes/foundation": "RoleDefinitionDoesNotExist UnmatchedPrincipalType",
      "azure/resourceTypes/keyvault": "VaultTenantMismatch",
      "azure/resourceTypes/monitor": "Conflict InvalidCapacity LinkedResourceNotFound",
      "azure/resourceTypes/networkRules":
        "InvalidRequestFormat InvalidResourceReference MissingSubnet SecurityRuleConflict SubnetDelegationsCannotChange",
      "azure/resourceTypes/plan": "51021 Conflict InvalidParameter ZoneRedundancyNotSupported",
      "azure/resourceTypes/require": "Conflict LinkedInvalidPropertyId LinkedResourceNotFound",
      "azure/resourceTypes/site":
        "Conflict InvalidParameter KeyVaultReferenceIdentityNotAssigned LinuxPlanMismatch MissingParameter ServerFarmLocationMismatch VnetIntegrationNotSupported VnetLocationMismatch",
      "azure/resourceTypes/siteConfig": "BadRequest",
      "azure/resourceTypes/storage":
        "InvalidEncryptionIdentity InvalidResourceName KeyVaultKeyNotFound KeyVaultPropertiesMissing",
      "front/appService/forward": "502",
      "front/appService/frontDoor": "404 503",
      "front/appService/pages": "403 404 503",
      "planes/access/storage": "NotImplemented",
      "planes/vendors/eventGrid": "refused",
      "visit/programs": "AADSTS500011",
    },
  },
};

/** A line for the report about how well the stand-ins' rules are known. */
export function howTrue(): string {
  const { recorded, document, observed, guess } = totalsOf(AZURE_KNOWN, SANDBOX_KNOWN);
  const all = recorded + document + observed + guess;
  return `Of ${String(all)} rules of the in-memory Azure and the stand-ins, ${String(recorded)} are from recorded answers, ${String(document)} from documents, ${String(observed)} from what others observed, ${String(guess)} are guesses.`;
}
