/** The rules of the in-memory Azure and Entra that vendors' documents tell of, by the page. */
import type { Documented } from "../../app/sandbox/documents.ts";

export const DOCUMENTS: readonly Documented[] = [
  {
    page: "Azure Blob Storage error codes",
    address: "https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes",
    rules: {
      "planes/blob/plane": "ContainerNotFound",
    },
  },
  {
    page: "Common REST API error codes (Azure Storage)",
    address: "https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes",
    rules: {
      "planes/access/storage": "AuthenticationFailed InvalidAuthenticationInfo",
      "planes/blob/blobs": "ConditionNotMet InvalidRange Md5Mismatch",
      "planes/blob/plane": "MissingRequiredHeader",
      "planes/queue/plane": "MissingRequiredQueryParameter",
      "planes/queue/xml": "InvalidXmlDocument",
    },
  },
  {
    page: "BlobErrorCode Struct (Azure SDK for .NET)",
    section: "Properties",
    address: "https://learn.microsoft.com/dotnet/api/azure.storage.blobs.models.bloberrorcode",
    rules: { "planes/access/storage": "AuthorizationFailure AuthorizationPermissionMismatch" },
  },
  {
    page: "Queue Storage error codes",
    address: "https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes",
    rules: { "planes/queue/messages": "MessageNotFound" },
  },
  {
    page: "Guidelines and limitations for the Azure Storage firewall",
    section: "Restrictions for IP network rules",
    address: "https://learn.microsoft.com/azure/storage/common/storage-network-security-limitations",
    rules: { "azure/resourceTypes/storage": "InvalidValuesForRequestParameters" },
  },
  {
    page: "Diagnose and troubleshoot Azure Cosmos DB forbidden exceptions",
    section: "Firewall blocking requests; Non-data operations are not allowed",
    address: "https://learn.microsoft.com/azure/cosmos-db/troubleshoot-forbidden",
    rules: { "planes/cosmos/access": "refused", "planes/cosmos/routes": "substatus-5300" },
  },
  {
    page: "HTTP status codes for Azure Cosmos DB",
    address: "https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb",
    rules: { "planes/cosmos/container": "refused", "planes/cosmos/routes": "refused" },
  },
  {
    page: "Transactional batch operations in Azure Cosmos DB",
    section: "Limitations",
    address: "https://learn.microsoft.com/azure/cosmos-db/nosql/transactional-batch",
    rules: { "planes/cosmos/manyItems": "refused" },
  },
  {
    page: "Cross Tenant CMK Troubleshooting Guide (Azure Cosmos DB)",
    section: "1.1; 1.2",
    address: "https://learn.microsoft.com/azure/cosmos-db/troubleshoot-cmk",
    since: "2022-12",
    rules: { "azure/resourceTypes/cosmosRules": "Forbidden ServiceUnavailable" },
  },
  {
    page: "Azure Key Vault REST API error codes",
    section: "HTTP 403: Insufficient permissions",
    address: "https://learn.microsoft.com/azure/key-vault/general/rest-error-codes",
    rules: { "azure/resourceTypes/keyvault": "Forbidden", "planes/vendors/vaults": "403" },
  },
  {
    page: "Azure Key Vault soft-delete overview",
    section: "Purge protection",
    address: "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
    rules: { "azure/resourceTypes/keyvault": "BadRequest" },
  },
  {
    page: "Update Key Rotation Policy (Azure Key Vault REST API)",
    section: "KeyRotationPolicyAttributes",
    address:
      "https://learn.microsoft.com/rest/api/keyvault/keys/update-key-rotation-policy/update-key-rotation-policy",
    rules: { "azure/resourceTypes/keyvault": "InvalidRotationPolicy" },
  },
  {
    page: "Troubleshoot common Azure deployment errors",
    section: "Error codes",
    address:
      "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors",
    rules: { "azure/resourceTypes/regions": "LocationRequired" },
  },
  {
    page: "Manage data retention in a Log Analytics workspace",
    section: "Configure the default analytics retention period of Analytics tables",
    address: "https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure",
    rules: { "azure/resourceTypes/monitor": "InvalidParameter" },
  },
  {
    page: "Supported Resource log categories for Azure Monitor",
    address: "https://learn.microsoft.com/azure/azure-monitor/reference/logs-index",
    rules: { "azure/resourceTypes/diagnostics": "BadRequest" },
  },
  {
    page: "Budgets - Create Or Update (Consumption)",
    section: "Request Body",
    address: "https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update",
    rules: { "azure/resourceTypes/upkeep": "400" },
  },
  {
    page: "Webhooks, Automation runbooks, Logic Apps as event handlers for Azure Event Grid events",
    address: "https://learn.microsoft.com/azure/event-grid/handler-webhooks",
    rules: { "azure/resourceTypes/eventgrid": "BadRequest" },
  },
  {
    page: "What's new for authentication? (Microsoft Entra)",
    section: "AppId Uri in single tenant applications will require use of default scheme or verified domains",
    address: "https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes",
    rules: { "azure/entra/application": "HostNameNotOnVerifiedDomain" },
  },
  {
    page: "Redirect URI (reply URL) outline and restrictions",
    section: "Supported schemes",
    address: "https://learn.microsoft.com/entra/identity-platform/reply-url",
    rules: { "azure/entra/application": "InvalidReplyUrl" },
  },
  {
    page: "application resource type (Microsoft Graph)",
    section: "Properties",
    address: "https://learn.microsoft.com/graph/api/resources/application",
    rules: { "azure/entra/application": "Request_BadRequest" },
  },
  {
    page: "appRole resource type (Microsoft Graph)",
    section: "Properties",
    address: "https://learn.microsoft.com/graph/api/resources/approle",
    rules: { "azure/entra/application": "DuplicateValue" },
  },
  {
    page: "Important considerations and restrictions for federated identity credentials",
    section: "General federated identity credential considerations",
    address: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
    rules: { "azure/entra/kinds": "Request_BadRequest Request_MultipleObjectsWithSameKeyValue" },
  },
  {
    page: "Azure Active Directory provider, API Docs: each type's own page (Pulumi Registry)",
    section: "Inputs; Outputs",
    address: "https://www.pulumi.com/registry/packages/azuread/api-docs/",
    rules: {
      "azuread:index/appRoleAssignment": "AppRoleAssignment",
      "azuread:index/application": "Application",
      "azuread:index/applicationAppRole": "ApplicationAppRole",
      "azuread:index/applicationFederatedIdentityCredential": "ApplicationFederatedIdentityCredential",
      "azuread:index/applicationIdentifierUri": "ApplicationIdentifierUri",
      "azuread:index/applicationPermissionScope": "ApplicationPermissionScope",
      "azuread:index/applicationPreAuthorized": "ApplicationPreAuthorized",
      "azuread:index/servicePrincipal": "ServicePrincipal",
      "azuread:index/servicePrincipalDelegatedPermissionGrant": "ServicePrincipalDelegatedPermissionGrant",
    },
  },
  {
    page: "Configure a custom response for Azure Web Application Firewall",
    address:
      "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-configure-custom-response-code",
    rules: { "front/appService/frontDoor": "403" },
  },
  {
    page: "RFC 6750: The OAuth 2.0 Authorization Framework: Bearer Token Usage",
    section: "3.1. Error Codes",
    address: "https://www.rfc-editor.org/rfc/rfc6750#section-3.1",
    rules: { "planes/access/bearer": "unauthorized" },
  },
];
