/**
 * Where the rules are known from that only tests meet: Azure Resource Manager over HTTP, refusals that pass, and each deletion
 * that goes on after the first answer.
 */
import type { Known } from "../../app/sandbox/known.ts";

export const TESTS_KNOWN: Known = {
  recorded: {
    "2022-07": ["DELETE azure-native:cosmosdb:DatabaseAccount"],
    "2022-11": ["DELETE azure-native:cdn:Profile"],
  },
  document: [
    {
      page: "@azure/arm-cdn package (Azure SDK for JavaScript): AfdOriginsDeleteHeaders and its like",
      address: "https://learn.microsoft.com/javascript/api/@azure/arm-cdn/",
      since: "2026-11",
      rules: [
        "DELETE azure-native:cdn:AFDCustomDomain",
        "DELETE azure-native:cdn:AFDEndpoint",
        "DELETE azure-native:cdn:AFDOrigin",
        "DELETE azure-native:cdn:AFDOriginGroup",
      ],
    },
    {
      page: "CommunicationServicesDeleteHeaders interface (Azure SDK for JavaScript)",
      address:
        "https://learn.microsoft.com/javascript/api/@azure/arm-communication/communicationservicesdeleteheaders",
      since: "2026-11",
      rules: ["DELETE azure-native:communication:CommunicationService"],
    },
    {
      page: "SystemTopicEventSubscriptionsDeleteHeaders interface (Azure SDK for JavaScript)",
      address:
        "https://learn.microsoft.com/javascript/api/@azure/arm-eventgrid/systemtopiceventsubscriptionsdeleteheaders",
      since: "2026-11",
      rules: ["DELETE azure-native:eventgrid:SystemTopicEventSubscription"],
    },
    {
      page: "VirtualNetworksDelete202Response interface (Azure SDK for JavaScript)",
      address:
        "https://learn.microsoft.com/javascript/api/@azure-rest/arm-network/virtualnetworksdelete202response",
      since: "2026-11",
      rules: ["DELETE azure-native:network:VirtualNetwork"],
    },
    {
      page: "ResourceGroupsDeleteHeaders interface (Azure SDK for JavaScript)",
      address: "https://learn.microsoft.com/javascript/api/@azure/arm-resources/resourcegroupsdeleteheaders",
      since: "2026-11",
      rules: ["DELETE azure-native:resources:ResourceGroup"],
    },
  ],
  observed: {
    "2021-07": ["azure/passing: AnotherOperationInProgress", "azure/passing: RetryableError"],
    "2021-11": ["azure/deleting: PreconditionFailed"],
    "2022-01": ["azure/deleting: ResourceGroupBeingDeleted"],
    "2025-10": ["azure/passing: ReferencedResourceNotProvisioned"],
  },
  guess: {
    "2026-11": [
      "DELETE azure-native:cdn:Route",
      "DELETE azure-native:cdn:SecurityPolicy",
      "DELETE azure-native:communication:Domain",
      "DELETE azure-native:communication:EmailService",
      "DELETE azure-native:eventgrid:SystemTopic",
      "DELETE azure-native:network:NetworkSecurityGroup",
      "DELETE azure-native:network:PrivateEndpoint",
      "DELETE azure-native:network:Subnet",
      "azure/arm: InternalServerError",
      "azure/arm: InvalidRequestContent",
      "azure/arm: InvalidResourceType",
      "azure/arm: NotFound",
      "azure/deleting: ResourceBeingDeleted",
      "azure/reads: 404",
      "azure/readsOfDeployed: 404",
    ],
  },
};
