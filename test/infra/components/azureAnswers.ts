/** What Azure and Entra add to what they are sent, as far as the program reads it. */
import * as pulumi from "@pulumi/pulumi";
import type { StackSettings } from "../../../infra/stack.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** The subscription that the stack names. */
const subscription = (): string =>
  "/subscriptions/" +
  (new pulumi.Config("teams-ehr-connector").getObject<Partial<StackSettings>>("connector")?.azure
    ?.subscriptionId ?? "none");

export function answerTo(type: string, name: string, inputs: Inputs): { id: string; state: Inputs } {
  const called = nameOf(type, name, inputs);
  return {
    id: idOf(type, called, inputs),
    state: { ...inputs, name: called, ...BEYOND[type]?.(called, inputs) },
  };
}

/** The outputs in a first preview: whatever Azure adds is unknown, and so is a group of properties to which it adds any. */
export function previewOf(type: string, name: string, inputs: Inputs): { id: undefined; state: Inputs } {
  const added = Object.keys(BEYOND[type]?.(name, inputs) ?? {});
  return {
    id: undefined,
    state: Object.fromEntries(Object.entries(inputs).filter(([key]) => !added.includes(key))),
  };
}

const idOf = (type: string, called: string, inputs: Inputs): string => {
  if (type === "azure-native:resources:ResourceGroup") return subscription() + "/resourceGroups/" + called;
  if (type === "azuread:index/application:Application")
    return "/applications/7d0c5a1e-0000-4000-8000-00000000a999";
  const { resourceGroupName: said } = inputs;
  const group = typeof said === "string" ? said : "rg";
  return [subscription(), "resourceGroups", group, "providers", ...type.split(":").slice(1), called].join(
    "/",
  );
};

/**
 * The resource's name in Azure. If the program gives none, azure-native adds eight hexadecimal digits to the resource's own
 * name.
 */
function nameOf(type: string, name: string, inputs: Inputs): string {
  const kind = type.split(":").at(-1) ?? "";
  const keys = [kind.charAt(0).toLowerCase() + kind.slice(1) + "Name", ...(NAMES[kind] ?? [])];
  const said = keys.map((key) => inputs[key]).find((value) => typeof value === "string");
  return typeof said === "string" ? said : name + "1a2b3c4d";
}

const NAMES: Readonly<Record<string, readonly string[]>> = {
  AFDEndpoint: ["endpointName"],
  AppServicePlan: ["name"],
  BlobContainer: ["containerName"],
  DatabaseAccount: ["accountName"],
  SqlResourceSqlContainer: ["containerName"],
  SqlResourceSqlDatabase: ["databaseName"],
  StorageAccount: ["accountName"],
  UserAssignedIdentity: ["resourceName"],
  WebApp: ["name"],
  WebAppSlot: ["slot"],
};

/** The DNS records that verify a domain. Azure leaves the domain out of their names. */
function mailRecords(domain: string): object {
  const key = (selector: string) => {
    const name = selector + "-azurecomm-prod-net._domainkey";
    return { type: "CNAME", name, value: name + ".azurecomm.net", ttl: 3600 };
  };
  const proof = "ms-domain-verification=7d0c5a1e-0000-4000-8000-00000000d0a1";
  return {
    domain: { type: "TXT", name: domain, value: proof, ttl: 3600 },
    sPF: { type: "TXT", name: domain, value: "v=spf1 include:spf.protection.outlook.com -all", ttl: 3600 },
    dKIM: key("selector1"),
    dKIM2: key("selector2"),
  };
}

const BEYOND: Readonly<Record<string, (called: string, inputs: Inputs) => object>> = {
  "azure-native:managedidentity:UserAssignedIdentity": (called) => ({
    principalId: `7d0c5a1e-0000-4000-8000-00000000a0f${called.includes("store") ? "2" : "1"}`,
    clientId: `7d0c5a1e-0000-4000-8000-00000000c0f${called.includes("store") ? "2" : "1"}`,
  }),
  "azure-native:cosmosdb:DatabaseAccount": (called) => ({
    documentEndpoint: "https://" + called + ".documents.azure.com:443/",
  }),
  "azure-native:keyvault:Vault": (called, inputs) => ({
    properties: { ...(inputs["properties"] as object), vaultUri: "https://" + called + ".vault.azure.net/" },
  }),
  "azure-native:keyvault:Key": (called, inputs) => ({
    keyUri: "https://" + String(inputs["vaultName"]) + ".vault.azure.net/keys/" + called,
  }),
  "azure-native:storage:StorageAccount": (called) => ({
    primaryEndpoints: {
      blob: "https://" + called + ".blob.core.windows.net/",
      queue: "https://" + called + ".queue.core.windows.net/",
    },
  }),
  "azure-native:communication:CommunicationService": (called) => ({
    hostName: called + ".unitedstates.communication.azure.com",
  }),
  "azure-native:communication:Domain": (called, inputs) =>
    inputs["domainManagement"] === "AzureManaged"
      ? { fromSenderDomain: "3f0c0c3e-9a44-4a6c-8f41-0d5f7b2a1c11.azurecomm.net", verificationRecords: {} }
      : { fromSenderDomain: called, verificationRecords: mailRecords(called) },
  "azuread:index/application:Application": () => ({
    clientId: "7d0c5a1e-0000-4000-8000-00000000c111",
    objectId: "7d0c5a1e-0000-4000-8000-00000000a999",
  }),
  "azuread:index/servicePrincipal:ServicePrincipal": (_called, inputs) => ({
    objectId: "object-of-" + String(inputs["clientId"]),
  }),
  "azure-native:web:WebApp": (called) => ({ defaultHostName: called + ".azurewebsites.net" }),
  "azure-native:web:WebAppSlot": (_called, inputs) => ({
    defaultHostName: String(inputs["name"]) + "-" + String(inputs["slot"]) + ".azurewebsites.net",
  }),
  "azure-native:cdn:Profile": () => ({ frontDoorId: "7d0c5a1e-0000-4000-8000-00000000fd01" }),
  "azure-native:cdn:AFDEndpoint": (called) => ({ hostName: called + "-1a2b3c.z01.azurefd.net" }),
  "azure-native:cdn:AFDCustomDomain": () => ({
    validationProperties: { validationToken: "proof", expirationDate: "2026-12-02T00:00:00Z" },
  }),
  "ehr:index:Package": (_called, inputs) => ({
    url: [inputs["blobEndpoint"], inputs["container"], String(inputs["digest"]) + ".zip"].join("/"),
  }),
  "pulumi:pulumi:StackReference": () => ({
    outputs: { packagesUrl: "https://stlamnat1a2b3c4d.blob.core.windows.net/packages" },
    secretOutputNames: [],
  }),
  "ehr:index:PhoneNumber": () => ({
    phoneNumber: "+18335550100",
    purchasedAt: "2026-11-25T00:00:00.000Z",
  }),
};
