/** A small deployment of Lamna Healthcare, put into the cloud without an engine. It has what a site needs to start. */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { ZipFile } from "yazl";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import type { CloudResource } from "../../../infra/rehearsal/azure/controlPlane/model.ts";
import { APPLICATION } from "../../../infra/rehearsal/azure/entra/applications.ts";
import { SERVICE_PRINCIPAL, servicePrincipalOf } from "../../../infra/rehearsal/azure/entra/principals.ts";
import {
  startInMemoryAzure,
  type Azure,
  type AzureOptions,
} from "../../../infra/rehearsal/startInMemoryAzure.ts";
import { openLeases } from "../../azure/leases.ts";

export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const SUBSCRIPTION = "bbbbbbbb-0000-4000-8000-000000000002";
export const DEPLOYER = {
  objectId: "dddddddd-0000-4000-8000-000000000003",
  clientId: "dddddddd-0000-4000-8000-000000000004",
};
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna`;
export const IDENTITY_ID = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-lamna";
export const IDENTITY = {
  clientId: "c0ffee00-0000-4000-8000-0000000000d1",
  principalId: "c0ffee00-0000-4000-8000-0000000000d2",
};
export const ACCOUNT_ID = GROUP + "/providers/Microsoft.Storage/storageAccounts/stlamna";
export const BLOBS = "https://stlamna.blob.core.windows.net";
export const VAULT_ID = GROUP + "/providers/Microsoft.KeyVault/vaults/kv-lamna";
export const SITE_ID = GROUP + "/providers/Microsoft.Web/sites/app-lamna";
export const HOST = "app-lamna.azurewebsites.net";
export const CLIENT = "c0ffee00-0000-4000-8000-0000000000c1";
export const APPLICATION_ID = "/applications/c0ffee00-0000-4000-8000-0000000000c2";
export const SERVICE_ID = "c0ffee00-0000-4000-8000-0000000000c3";

const ROLE_IDS = {
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Communication and Email Service Owner": "09976791-48a7-449e-bb21-39d1a415f350",
} as const;
export type Role = keyof typeof ROLE_IDS;

/** Azure with the group, the identity, the storage account and its container, and the site, which has no settings yet. */
export async function lamnaAzure(options: Partial<AzureOptions> = {}): Promise<Azure> {
  const azure = await startInMemoryAzure({
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    deployer: DEPLOYER,
    now: () => new Date(),
    startSeconds: 5,
    aroundBlobs: openLeases().aroundBlobs,
    ...options,
  });
  onTestFinished(() => azure.stop());
  const put = (id: string, token: string, properties: Properties = {}) => {
    azure.cloud.put(resource(id, token, properties));
  };
  put(GROUP, "azure-native:resources:ResourceGroup");
  put(IDENTITY_ID, "azure-native:managedidentity:UserAssignedIdentity", { ...IDENTITY });
  azure.cloud.put(servicePrincipalOf(resource(IDENTITY_ID, "", { ...IDENTITY })));
  put(ACCOUNT_ID, "azure-native:storage:StorageAccount", { allowSharedKeyAccess: false });
  put(ACCOUNT_ID + "/blobServices/default/containers/packages", "azure-native:storage:BlobContainer");
  put(VAULT_ID, "azure-native:keyvault:Vault", { properties: { enableRbacAuthorization: true } });
  put(SITE_ID, "azure-native:web:WebApp", {
    defaultHostName: HOST,
    identity: { userAssignedIdentities: { [IDENTITY_ID]: IDENTITY } },
    keyVaultReferenceIdentity: IDENTITY_ID,
    outboundIpAddresses: "192.0.2.10",
    siteConfig: {
      linuxFxVersion: "NODE|24-lts",
      appCommandLine: "node connector.js",
      healthCheckPath: "/healthz",
    },
  });
  put(SITE_ID + "/config/appsettings", "azure-native:web:WebAppApplicationSettings", { properties: {} });
  put(APPLICATION_ID, APPLICATION, {
    clientId: CLIENT,
    api: { requestedAccessTokenVersion: 2 },
    web: { redirectUris: [`https://${HOST}/signin/callback`] },
    appRoles: [{ id: "event-role", value: "AzureEventGridSecureWebhookSubscriber" }],
  });
  put("/servicePrincipals/" + SERVICE_ID, SERVICE_PRINCIPAL, { clientId: CLIENT });
  return azure;
}

export const resource = (id: string, token: string, properties: Properties): CloudResource => ({
  id,
  token,
  name: id.slice(id.lastIndexOf("/") + 1),
  properties,
});

let grants = 0;

/** Assigns a role. @returns a function that removes it */
export function grant({ cloud }: Azure, role: Role, scope: string, principalId = IDENTITY.principalId) {
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${String(++grants)}`;
  const roleDefinitionId = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS[role]}`;
  cloud.put(
    resource(id, "azure-native:authorization:RoleAssignment", { scope, principalId, roleDefinitionId }),
  );
  return () => cloud.remove(id);
}

export async function zipped(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** Uploads a package to where the site may read it, as a deployer would. @returns its address */
export async function stored(azure: Azure, zip: Buffer): Promise<string> {
  const digest = createHash("sha256").update(zip).digest("hex");
  const url = `${BLOBS}/packages/${digest}.zip`;
  const revoke = grant(azure, "Storage Blob Data Contributor", ACCOUNT_ID, DEPLOYER.objectId);
  const response = await (
    await azure.front.entryPoint({ address: "203.0.113.10" })
  ).fetch(url, {
    method: "PUT",
    headers: {
      authorization: "Bearer " + (await tokenOf(azure, DEPLOYER.objectId, "https://storage.azure.com")),
      "x-ms-version": "2024-11-04",
      "x-ms-blob-type": "BlockBlob",
    },
    body: zip,
  });
  await revoke();
  if (response.status !== 201) throw new Error("not stored: " + (await response.text()));
  return url;
}

export function tokenOf({ entra }: Azure, oid: string, aud: string, seconds = 3600): Promise<string> {
  const iss = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  return entra.tokens.issue({ iss, tid: TENANT, aud, oid, sub: oid }, seconds);
}

/** Puts the whole set of the site's settings and waits for the start that follows. */
export async function withSettings(azure: Azure, settings: Readonly<Record<string, string>>) {
  const id = SITE_ID + "/config/appsettings";
  const there = azure.cloud.find(id);
  if (there === undefined) throw new Error("The site has no settings.");
  azure.cloud.put({ ...there, properties: { properties: settings } });
  await azure.cloud.change(id, {});
  return azure.appService.settled(HOST);
}

/** Settings that make the site run a package. */
export const running = (url: string): Readonly<Record<string, string>> => ({
  WEBSITE_RUN_FROM_PACKAGE: url,
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: IDENTITY_ID,
});

/** Assigns the app role by which a caller may deliver events. */
export function assign({ cloud }: Azure, principalObjectId: string): void {
  cloud.put(
    resource(
      `/servicePrincipals/${SERVICE_ID}/appRoleAssignedTo/${principalObjectId}`,
      "azuread:index/appRoleAssignment:AppRoleAssignment",
      { appRoleId: "event-role", principalObjectId, resourceObjectId: SERVICE_ID },
    ),
  );
}

/** Object id of Event Grid in the directory. */
export const eventGridsId = ({ cloud }: Azure): string =>
  cloud
    .all("azuread:index/servicePrincipal:ServicePrincipal")
    .find(({ properties }) => properties["clientId"] === "4962773b-9cdb-44cf-a8bf-237846a00ab7")?.name ?? "";
