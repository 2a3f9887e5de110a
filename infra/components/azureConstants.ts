/** Values of the Azure cloud that are the same for every customer. Everything else comes from resources' outputs. */

/** The services that have a private address in the deployment's network, by Azure's names of their subresources. */
export type PrivateService = "Sql" | "vault" | "blob" | "queue";

export const AZURE_CONSTANTS = {
  /** Origins, in the form that the connector's settings take. */
  authority: "https://login.microsoftonline.com",
  graph: "https://graph.microsoft.com",
  management: "https://management.azure.com",
  /**
   * The audience for which Entra accepts a managed identity's token in place of a secret
   * (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity).
   */
  tokenExchangeAudience: "api://AzureADTokenExchange",
  /** Client ids of Microsoft's own applications, which are the same in every directory. */
  graphAppId: "00000003-0000-0000-c000-000000000000",
  eventGridAppId: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
  azureCliAppId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
} as const;

/**
 * DNS zones in which a private address replaces the public one
 * (https://learn.microsoft.com/azure/private-link/private-endpoint-dns).
 */
export const PRIVATE_ZONES: Readonly<Record<PrivateService, string>> = {
  Sql: "privatelink.documents.azure.com",
  vault: "privatelink.vaultcore.azure.net",
  blob: "privatelink.blob.core.windows.net",
  queue: "privatelink.queue.core.windows.net",
};

/** The issuer of the tokens of a directory's managed identities. */
export const issuerOf = (tenantId: string): string => AZURE_CONSTANTS.authority + "/" + tenantId + "/v2.0";

/** Azure answers addresses like `https://name.documents.azure.com:443/`; the connector's settings take origins. */
export const originOf = (address: string): string => new URL(address).origin;
