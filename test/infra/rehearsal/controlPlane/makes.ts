/** Makes, through the protocol, a group with a network, an identity, a vault and what else a deployment depends on. */
import { type ProviderDriver, type Kept, TENANT, type Values } from "./providerDriver.ts";

export const azure = (type: string): string => "azure-native:" + type;

export const makes = (driver: ProviderDriver) => {
  const make = (type: string, name: string, inputs: Values): Promise<Kept> =>
    driver.create(azure(type), name, { resourceGroupName: "rg-lamna", ...inputs });
  return {
    make,
    group: (resourceGroupName = "rg-lamna") =>
      driver.create(azure("resources:ResourceGroup"), resourceGroupName, {
        resourceGroupName,
        location: "eastus2",
      }),
    network: (more: Values = {}) =>
      make("network:VirtualNetwork", "net", {
        virtualNetworkName: "vnet-lamna",
        location: "eastus2",
        addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
        ...more,
      }),
    subnet: (subnetName: string, addressPrefix: string, more: Values = {}) =>
      make("network:Subnet", subnetName, {
        virtualNetworkName: "vnet-lamna",
        subnetName,
        addressPrefix,
        ...more,
      }),
    identity: (resourceName = "id-lamna") =>
      make("managedidentity:UserAssignedIdentity", resourceName, { resourceName, location: "eastus2" }),
    vault: (vaultName = "kv-lamna", properties: Values = {}) =>
      make("keyvault:Vault", vaultName, {
        vaultName,
        location: "eastus2",
        properties: {
          tenantId: TENANT,
          sku: { family: "A", name: "standard" },
          accessPolicies: [],
          ...properties,
        },
      }),
    account: (accountName = "cosmos-lamna", more: Values = {}) =>
      make("cosmosdb:DatabaseAccount", accountName, {
        accountName,
        location: "eastus2",
        databaseAccountOfferType: "Standard",
        locations: [{ locationName: "eastus2", failoverPriority: 0 }],
        ...more,
      }),
    storage: (accountName = "stlamna", more: Values = {}) =>
      make("storage:StorageAccount", accountName, {
        accountName,
        location: "eastus2",
        kind: "StorageV2",
        sku: { name: "Standard_LRS" },
        ...more,
      }),
    plan: (name = "plan-lamna", more: Values = {}) =>
      make("web:AppServicePlan", name, {
        name,
        location: "eastus2",
        kind: "linux",
        reserved: true,
        sku: { name: "P1v3" },
        ...more,
      }),
    site: (plan: Kept, more: Values = {}) =>
      make("web:WebApp", "app", {
        name: "app-lamna",
        location: "eastus2",
        kind: "app,linux",
        serverFarmId: plan.id,
        ...more,
      }),
    workspace: (workspaceName = "log-lamna") =>
      make("operationalinsights:Workspace", workspaceName, { workspaceName, location: "eastus2" }),
    communication: (communicationServiceName = "acs-lamna") =>
      make("communication:CommunicationService", communicationServiceName, {
        communicationServiceName,
        location: "global",
        dataLocation: "United States",
      }),
  };
};

/** The message with which a promise is rejected. One that is fulfilled fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("it was not refused");
}
