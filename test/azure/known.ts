/**
 * Where the rules are known from that only tests meet: Azure Resource Manager over HTTP, refusals that pass, leases of blobs, and
 * each deletion that goes on after the first answer.
 */
import type { Known } from "../../app/sandbox/known.ts";

export const TESTS_KNOWN: Known = {
  recorded: {
    "2022-07": { "DELETE azure-native:cosmosdb": "DatabaseAccount" },
    "2022-11": { "DELETE azure-native:cdn": "Profile" },
  },
  document: [
    {
      page: "Azure Blob Storage error codes",
      address: "https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes",
      rules: {
        "azure/leases":
          "LeaseAlreadyPresent LeaseIdMismatchWithBlobOperation LeaseIdMismatchWithLeaseOperation LeaseIdMissing LeaseLost LeaseNotPresentWithBlobOperation",
      },
    },
    {
      page: "Common REST API error codes (Azure Storage)",
      address: "https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes",
      rules: { "azure/leases": "InvalidHeaderValue" },
    },
    {
      page: "@azure/arm-cdn package (Azure SDK for JavaScript): AfdOriginsDeleteHeaders and its like",
      address: "https://learn.microsoft.com/javascript/api/@azure/arm-cdn/",
      rules: { "DELETE azure-native:cdn": "AFDCustomDomain AFDEndpoint AFDOrigin AFDOriginGroup" },
    },
    {
      page: "CommunicationServicesDeleteHeaders interface (Azure SDK for JavaScript)",
      address:
        "https://learn.microsoft.com/javascript/api/@azure/arm-communication/communicationservicesdeleteheaders",
      rules: { "DELETE azure-native:communication": "CommunicationService" },
    },
    {
      page: "SystemTopicEventSubscriptionsDeleteHeaders interface (Azure SDK for JavaScript)",
      address:
        "https://learn.microsoft.com/javascript/api/@azure/arm-eventgrid/systemtopiceventsubscriptionsdeleteheaders",
      rules: { "DELETE azure-native:eventgrid": "SystemTopicEventSubscription" },
    },
    {
      page: "VirtualNetworksDelete202Response interface (Azure SDK for JavaScript)",
      address:
        "https://learn.microsoft.com/javascript/api/@azure-rest/arm-network/virtualnetworksdelete202response",
      rules: { "DELETE azure-native:network": "VirtualNetwork" },
    },
    {
      page: "ResourceGroupsDeleteHeaders interface (Azure SDK for JavaScript)",
      address: "https://learn.microsoft.com/javascript/api/@azure/arm-resources/resourcegroupsdeleteheaders",
      rules: { "DELETE azure-native:resources": "ResourceGroup" },
    },
  ],
  observed: {
    "2021-07": { "azure/passing": "AnotherOperationInProgress RetryableError" },
    "2021-11": { "azure/deleting": "PreconditionFailed" },
    "2022-01": { "azure/deleting": "ResourceGroupBeingDeleted" },
    "2025-10": { "azure/passing": "ReferencedResourceNotProvisioned" },
  },
  guess: {
    "2026-11": {
      "DELETE azure-native:cdn": "Route SecurityPolicy",
      "DELETE azure-native:communication": "Domain EmailService",
      "DELETE azure-native:eventgrid": "SystemTopic",
      "DELETE azure-native:network": "NetworkSecurityGroup PrivateEndpoint Subnet",
      "azure/arm": "InternalServerError InvalidRequestContent InvalidResourceType NotFound",
      "azure/deleting": "ResourceBeingDeleted",
      "azure/reads": "404",
      "azure/readsOfDeployed": "404",
    },
  },
};
