/** The sources of the in-memory Azure's and Entra's rules: for what each type answers, and for each refusal. */
import { type Known, SANDBOX_KNOWN, totalsOf } from "../../app/sandbox/known.ts";
import { DOCUMENTS } from "./documents.ts";
import { GUESSES } from "./guesses.ts";

export const AZURE_KNOWN: Known = {
  recorded: {
    "2016-09": ["azure-native:authorization:ManagementLockByScope"],
    "2018-03": ["azure-native:monitor:MetricAlert"],
    "2018-10": ["azure-native:consumption:Budget"],
    "2019-08": [
      "azure-native:web:WebAppApplicationSettings",
      "azure-native:web:WebAppSlotConfigurationNames",
    ],
    "2019-09": [
      "planes/queue/messages: InvalidQueryParameterValue",
      "planes/queue/messages: RequestBodyTooLarge",
      "planes/queue/plane: OutOfRangeQueryParameterValue",
      "planes/queue/plane: QueueNotFound",
    ],
    "2019-12": ["planes/blob/plane: BlobNotFound"],
    "2020-02": ["azure-native:applicationinsights:WebTest"],
    "2020-04": ["azure-native:eventgrid:SystemTopic", "azure-native:eventgrid:SystemTopicEventSubscription"],
    "2020-05": ["planes/blob/blobs: BlobAlreadyExists"],
    "2020-06": ["azure-native:resources:ResourceGroup"],
    "2020-10": ["azure-native:monitor:ActivityLogAlert"],
    "2020-12": ["azure-native:web:WebAppSlot"],
    "2021-05": ["azure-native:monitor:DiagnosticSetting"],
    "2022-04": ["azure-native:authorization:RoleAssignment"],
    "2022-05": ["azure-native:frontdoor:Policy"],
    "2023-01": ["azure-native:managedidentity:UserAssignedIdentity", "azure-native:monitor:ActionGroup"],
    "2023-04": [
      "azure-native:communication:CommunicationService",
      "azure-native:communication:Domain",
      "azure-native:communication:EmailService",
    ],
    "2023-05": [
      "azure-native:cdn:AFDEndpoint",
      "azure-native:cdn:AFDOrigin",
      "azure-native:cdn:AFDOriginGroup",
      "azure-native:cdn:Profile",
      "azure-native:cdn:Route",
      "azure-native:cdn:SecurityPolicy",
      "azure/resourceTypes/edge: BadRequest",
    ],
    "2023-07": ["azure-native:keyvault:Vault"],
    "2024-02": ["azure-native:cdn:AFDCustomDomain"],
    "2024-06": [
      "azure-native:privatedns:PrivateZone",
      "azure-native:privatedns:VirtualNetworkLink",
      "azure/resourceTypes/dns: CannotDeleteResource",
    ],
    "2024-08": [
      "azure-native:cosmosdb:DatabaseAccount",
      "azure-native:cosmosdb:SqlResourceSqlContainer",
      "azure-native:cosmosdb:SqlResourceSqlDatabase",
      "azure-native:cosmosdb:SqlResourceSqlRoleAssignment",
    ],
    "2024-11": ["azure-native:keyvault:Key"],
    "2025-01": ["azure-native:monitor:ScheduledQueryRule"],
    "2025-03": [
      "azure-native:network:NetworkSecurityGroup",
      "azure-native:network:PrivateDnsZoneGroup",
      "azure-native:network:PrivateEndpoint",
      "azure-native:network:Subnet",
      "azure-native:network:VirtualNetwork",
    ],
    "2025-05": ["azure/resourceTypes/site: NotFound"],
    "2025-06": [
      "azure-native:storage:BlobContainer",
      "azure-native:storage:BlobServiceProperties",
      "azure-native:storage:Queue",
      "azure-native:storage:StorageAccount",
    ],
    "2025-07": ["azure-native:applicationinsights:Component", "azure-native:operationalinsights:Workspace"],
    "2026-07": ["azure-native:web:AppServicePlan", "azure-native:web:WebApp"],
  },
  document: DOCUMENTS,
  observed: {
    "2021-12": ["azure/entra/applicationParts: Request_MultipleObjectsWithSameKeyValue"],
    "2022-09": ["azure/resourceTypes/eventgrid: InvalidRequest"],
    "2026-11": [
      "azure/controlPlane/rules: ParentResourceNotFound",
      "azure/controlPlane/rules: ResourceGroupNotFound",
      "azure/controlPlane/rules: ScopeLocked",
      "azure/entra/applicationParts: ImportAsExists",
      "azure/entra/applications: Request_ResourceNotFound",
      "azure/entra/kinds: ImportAsExists",
      "azure/entra/kinds: InvalidUpdate",
      "azure/entra/kinds: NoBackingApplicationObject",
      "azure/resourceTypes/communication: DomainValidationError",
      "azure/resourceTypes/diagnostics: Conflict",
      "azure/resourceTypes/foundation: PrincipalNotFound",
      "azure/resourceTypes/foundation: RoleAssignmentExists",
      "azure/resourceTypes/keyvault: ConflictError",
      "azure/resourceTypes/monitor: BadRequest",
      "azure/resourceTypes/networkRules: NetcfgSubnetRangeOutsideVnet",
      "azure/resourceTypes/networkRules: NetcfgSubnetRangesOverlap",
      "azure/resourceTypes/networkRules: PrivateEndpointCannotBeCreatedInSubnetThatHasDelegation",
      "azure/resourceTypes/networkRules: PrivateLinkServiceGroupIdNotFound",
      "azure/resourceTypes/networkRules: refused",
      "azure/resourceTypes/regions: LocationNotAvailableForResourceType",
      "azure/resourceTypes/require: SubnetsHaveNoServiceEndpointsConfigured",
      "azure/resourceTypes/site: SubnetMissingRequiredDelegation",
      "azure/resourceTypes/storage: KeyVaultAuthenticationFailure",
      "azure/resourceTypes/storage: KeyVaultPolicyError",
      "azure/resourceTypes/storage: PublicAccessNotPermitted",
      "planes/access/storage: KeyBasedAuthenticationNotPermitted",
      "planes/access/storage: PublicAccessNotPermitted",
      "planes/cosmos/access: substatus 5301",
      "planes/cosmos/container: substatus 1001",
    ],
  },
  guess: GUESSES,
};

/** A line for the report about how well the stand-ins' rules are known. */
export function howTrue(): string {
  const { recorded, document, observed, guess } = totalsOf(AZURE_KNOWN, SANDBOX_KNOWN);
  const all = recorded + document + observed + guess;
  return `Of ${String(all)} rules of the in-memory Azure and the stand-ins, ${String(recorded)} are from recorded answers, ${String(document)} from documents, ${String(observed)} from what others observed, ${String(guess)} are guesses.`;
}
