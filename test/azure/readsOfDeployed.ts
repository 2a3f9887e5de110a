/** What Azure's management and Graph answer to somebody who reads a deployment, and the swap of its site with the slot. */
import express, { type Express, type Request } from "express";
import { swap } from "./swap.ts";
import { azure } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { settingsOf } from "../../infra/rehearsal/azure/resourceTypes/siteConfig.ts";
import { groupAt, listAt, textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { APPLICATION } from "../../infra/rehearsal/azure/entra/applications.ts";

/** Adds a GET route that answers what `read` returns, and 404 when that is undefined. */
export type Reads = (path: string, read: (request: Request) => object | undefined) => void;

const SITES = "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.Web/sites/:site";
const FEDERATED =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

export function answerDeployed(management: Express, reads: Reads, cloud: Cloud): void {
  const pathOf = ({ path }: Request) => decodeURIComponent(path);
  const below = (id: string, type: string) =>
    cloud.all(azure(type)).filter((one) => one.id.toLowerCase().startsWith(id.toLowerCase() + "/"));

  const site = (request: Request) => {
    const found = cloud.find(pathOf(request));
    const host = textAt(found?.properties, "defaultHostName");
    return found && { id: found.id, properties: { defaultHostName: host, inProgressOperationId: null } };
  };
  reads(SITES, site);
  reads(SITES + "/slots/:slot", site);
  reads(
    "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.Authorization/roleAssignments",
    (request) => {
      const group = pathOf(request).split("/providers/")[0] ?? "";
      const held = cloud
        .all(azure("authorization:RoleAssignment"))
        .filter(({ properties }) =>
          (textAt(properties, "scope") ?? "").toLowerCase().startsWith(group.toLowerCase()),
        );
      return { value: held.map(assignment) };
    },
  );
  reads(
    "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.DocumentDB/databaseAccounts/:store/sqlRoleAssignments",
    (request) => ({
      value: below(
        pathOf(request).replace(/\/sqlRoleAssignments$/u, ""),
        "cosmosdb:SqlResourceSqlRoleAssignment",
      ).map(assignment),
    }),
  );

  answerPolicies(reads, cloud, pathOf);

  const lists: Readonly<Record<string, (found: CloudResource) => object>> = {
    appsettings: (found) => settingsOf(found, cloud),
    // The program sets none, so they are no resource of its own.
    connectionstrings: (found) =>
      groupAt(cloud.find(found.id + "/config/connectionstrings")?.properties, "properties"),
  };
  for (const path of [SITES, SITES + "/slots/:slot"])
    for (const [list, held] of Object.entries(lists))
      management.post(`${path}/config/${list}/list`, (request, response) => {
        const found = cloud.find(pathOf(request).replace(/\/config\/\w+\/list$/u, ""));
        if (found === undefined) response.status(404).json({ error: { code: "ResourceNotFound" } });
        else response.json({ properties: held(found) });
      });
  management.post(SITES + "/slotsswap", express.json(), (request, response, next) => {
    const id = pathOf(request).replace(/\/slotsswap$/u, "");
    const asked = request.body as { readonly targetSlot?: string };
    const [one, other] = [cloud.find(id), cloud.find(`${id}/slots/${asked.targetSlot ?? ""}`)];
    if (one === undefined || other === undefined) {
      response.status(404).json({ error: { code: "ResourceNotFound" } });
      return;
    }
    swap(one, other, cloud).then(() => response.status(200).end(), next);
  });
}

/** The policies of a vault and of a storage account; an account without lifecycle rules has no policy of them. */
function answerPolicies(reads: Reads, cloud: Cloud, pathOf: (request: Request) => string): void {
  const providers = "/subscriptions/:subscription/resourceGroups/:group/providers";
  const account = providers + "/Microsoft.Storage/storageAccounts/:account";
  const held = (request: Request) => {
    const found = cloud.find(pathOf(request));
    return found && { id: found.id, properties: groupAt(found.properties, "properties") };
  };
  reads(providers + "/Microsoft.KeyVault/vaults/:vault", held);
  reads(account + "/managementPolicies/default", held);
  reads(account + "/objectReplicationPolicies", (request) => ({
    value: cloud.below(pathOf(request)).map(({ id, name }) => ({ id, name })),
  }));
}

export function answerRegistrations(reads: Reads, cloud: Cloud): void {
  const application = (id: unknown): CloudResource | undefined =>
    cloud.all(APPLICATION).find((one) => one.id === "/applications/" + String(id));
  reads("/applications/:id", ({ params }) => {
    const found = application(params["id"]);
    return (
      found && {
        ...credentialsOf(found),
        web: { redirectUris: listAt(found.properties, "web.redirectUris") },
        spa: { redirectUris: listAt(found.properties, "singlePageApplication.redirectUris") },
        publicClient: { redirectUris: listAt(found.properties, "publicClient.redirectUris") },
      }
    );
  });
  reads("/servicePrincipals/:id", ({ params }) =>
    credentialsOf(cloud.find("/servicePrincipals/" + String(params["id"]))),
  );
  // The program sets no owners, and gives nobody a secret: only a person does.
  for (const kind of ["applications", "servicePrincipals"])
    reads(`/${kind}/:id/owners`, ({ params }) => ({
      value: listAt(cloud.find(`/${kind}/${String(params["id"])}`)?.properties, "owners"),
    }));
  reads("/applications/:id/federatedIdentityCredentials", ({ params }) => ({
    value: cloud
      .all(FEDERATED)
      .filter(({ properties }) => textAt(properties, "applicationId") === application(params["id"])?.id)
      .map(({ properties }) => ({ name: textAt(properties, "displayName") })),
  }));
}

const credentialsOf = (found: CloudResource | undefined) => ({
  passwordCredentials: listAt(found?.properties, "passwordCredentials"),
  keyCredentials: listAt(found?.properties, "keyCredentials"),
});

const assignment = ({ id, properties }: CloudResource) => ({
  id,
  properties: {
    scope: textAt(properties, "scope") ?? "",
    principalId: textAt(properties, "principalId") ?? "",
  },
});
