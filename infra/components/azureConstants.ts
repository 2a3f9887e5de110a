/** What is the cloud's own and the same for every customer of it. Everything else comes from resources' outputs. */

/** Services of the deployment that have a private address in its network, by what Azure calls their part. */
export type PrivateService = "Sql" | "vault" | "blob" | "queue";

export const AZURE_CONSTANTS = {
  /** Origins, as the connector's settings take them. */
  authority: "https://login.microsoftonline.com",
  graph: "https://graph.microsoft.com",
  management: "https://management.azure.com",
  /**
   * Audience under which Entra takes a managed identity's token in place of a secret
   * (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity).
   */
  tokenExchangeAudience: "api://AzureADTokenExchange",
  /** Client ids of Microsoft's own applications, the same in every directory. */
  graphAppId: "00000003-0000-0000-c000-000000000000",
  eventGridAppId: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
  azureCliAppId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
} as const;

/** Zones in which a private address takes the place of the public one (https://learn.microsoft.com/azure/private-link/private-endpoint-dns). */
export const PRIVATE_ZONES: Readonly<Record<PrivateService, string>> = {
  Sql: "privatelink.documents.azure.com",
  vault: "privatelink.vaultcore.azure.net",
  blob: "privatelink.blob.core.windows.net",
  queue: "privatelink.queue.core.windows.net",
};

/** Who issues the tokens of a directory's managed identities. */
export const issuerOf = (tenantId: string): string => AZURE_CONSTANTS.authority + "/" + tenantId + "/v2.0";

/** Azure answers `https://name.documents.azure.com:443/`; the connector's settings take origins. */
export const originOf = (address: string): string => new URL(address).origin;
