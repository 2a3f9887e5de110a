/** Changes that somebody makes by hand in a deployment, one of each kind, and what `npm run drift` must say about each. */
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import { APPLICATION } from "../../infra/rehearsal/azure/entra/applications.ts";
import { SERVICE_PRINCIPAL } from "../../infra/rehearsal/azure/entra/principals.ts";
import { groupAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import type { Difference } from "../../scripts/drift/difference.ts";

/** A value typed by hand, which no output may show. */
export const BY_HAND = "typed into the portal";

export interface ByHand {
  readonly resource: RegExp;
  readonly what: Difference["what"];
  /** Matches the name of the changed property; left out for a resource that is gone. */
  readonly name?: RegExp;
  /** Matches the sentence about who puts it back, and how. */
  readonly next: RegExp;
}

const UP = /^whoever runs pulumi up: pulumi up --refresh/;
const ADMINISTRATOR = /^an Application Administrator, in Entra/;
const SOMEBODY = "99999999-0000-4000-8000-000000000001";

/** Makes all changes in the given stack's deployment, and none in another's. */
export async function changeByHand({ cloud }: Azure, stack: string): Promise<readonly ByHand[]> {
  const of = (type: string): CloudResource => {
    const found = cloud
      .all(type.startsWith("azuread:") ? type : "azure-native:" + type)
      // The name of an app registration has spaces instead of hyphens.
      .find(({ id, properties }) => (id + JSON.stringify(properties)).replaceAll(" ", "-").includes(stack));
    if (found === undefined) throw new Error(`${stack} has no ${type}`);
    return found;
  };
  const beside = (
    parent: CloudResource,
    path: string,
    token: string,
    properties: CloudResource["properties"],
  ) => {
    const id = parent.id + path;
    cloud.put({ id, token, name: id.slice(id.lastIndexOf("/") + 1), properties });
  };
  const settings = of("web:WebAppApplicationSettings");
  await cloud.change(settings.id, {
    properties: { ...groupAt(settings.properties, "properties"), ANNOUNCEMENT: BY_HAND },
  });
  const site = of("web:WebApp");
  beside(site, "/config/connectionstrings", "by-hand:strings", {
    properties: { Reports: { value: BY_HAND, type: "Custom" } },
  });
  const vault = of("keyvault:Vault");
  await cloud.change(vault.id, {
    properties: { ...groupAt(vault.properties, "properties"), accessPolicies: [{ objectId: SOMEBODY }] },
  });
  const account = of("storage:StorageAccount");
  await cloud.change(account.id, { allowSharedKeyAccess: true });
  beside(account, "/managementPolicies/default", "by-hand:lifecycle", {
    properties: { policy: { rules: [{ name: "tidy" }] } },
  });
  beside(account, "/objectReplicationPolicies/copy", "by-hand:replication", {});
  const store = of("cosmosdb:DatabaseAccount");
  await cloud.change(store.id, { disableLocalAuth: false });
  const group = of("resources:ResourceGroup");
  beside(
    group,
    "/providers/Microsoft.Authorization/roleAssignments/by-hand",
    "azure-native:authorization:RoleAssignment",
    { scope: group.id, principalId: SOMEBODY, roleDefinitionId: "/roles/owner" },
  );
  beside(store, "/sqlRoleAssignments/by-hand", "azure-native:cosmosdb:SqlResourceSqlRoleAssignment", {
    principalId: SOMEBODY,
  });
  const lock = of("authorization:ManagementLockByScope");
  await cloud.remove(lock.id);
  const application = of(APPLICATION);
  await cloud.change(application.id, {
    passwordCredentials: [{ keyId: "secret-by-hand" }],
    web: {
      ...groupAt(application.properties, "web"),
      redirectUris: ["https://evil.example/back"],
    },
    owners: [{ id: SOMEBODY }],
  });
  const service = cloud
    .all(SERVICE_PRINCIPAL)
    .find(({ properties }) => properties["clientId"] === application.properties["clientId"]);
  await cloud.change(service?.id ?? "", { keyCredentials: [{ keyId: "certificate-by-hand" }] });
  beside(
    application,
    "/federatedIdentityCredential/by-hand",
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    { applicationId: application.id, displayName: "by-hand" },
  );
  return [
    { resource: /^settings \(web:WebAppApp/, what: "changed", name: /ANNOUNCEMENT/, next: UP },
    {
      resource: /\(web:WebApp\)$/,
      what: "added",
      name: /connection string Reports/,
      next: /whoever may write/,
    },
    {
      resource: /\(keyvault:Vault\)$/,
      what: "added",
      name: /access policy of 9999/,
      next: /az keyvault delete-policy/,
    },
    { resource: /\(storage:StorageAccount\)$/, what: "changed", name: /allowSharedKeyAccess/, next: UP },
    {
      resource: /\(storage:StorageAccount\)$/,
      what: "added",
      name: /lifecycle rule tidy/,
      next: /management-policy delete/,
    },
    {
      resource: /\(storage:StorageAccount\)$/,
      what: "added",
      name: /replication policy copy/,
      next: /or-policy delete/,
    },
    // While local authentication is disabled, the account's keys are of no use.
    { resource: /\(cosmosdb:DatabaseAccount\)$/, what: "changed", name: /disableLocalAuth/, next: UP },
    {
      resource: /\(cosmosdb:DatabaseAccount\)$/,
      what: "added",
      name: /a role of 9999/,
      next: /az resource delete/,
    },
    {
      resource: /\(resources:ResourceGroup\)$/,
      what: "added",
      name: /a role of 9999/,
      next: /az role assignment delete/,
    },
    { resource: /\(authorization:ManagementLockByScope\)$/, what: "gone", next: UP },
    { resource: /\(azuread:Application\)$/, what: "changed", name: /^web/, next: UP },
    { resource: /\(azuread:Application\)$/, what: "added", name: /secret-by-hand/, next: ADMINISTRATOR },
    { resource: /\(azuread:Application\)$/, what: "added", name: /evil\.example/, next: ADMINISTRATOR },
    { resource: /\(azuread:Application\)$/, what: "added", name: /owner 9999/, next: ADMINISTRATOR },
    { resource: /\(azuread:Application\)$/, what: "added", name: /^by-hand$/, next: ADMINISTRATOR },
    {
      resource: /\(azuread:ServicePrincipal\)$/,
      what: "added",
      name: /certificate-by-hand/,
      next: ADMINISTRATOR,
    },
  ];
}
